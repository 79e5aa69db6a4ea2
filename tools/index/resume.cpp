#include "tools/index/resume.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "tools/index/records.hpp"

namespace emx::index {

namespace {

struct ResumeHeader {
  std::uint64_t sequence;
  std::int64_t at_ns;
  std::int32_t date;
  std::int32_t year;
  std::uint64_t rows;    // RowRecord, behind what is held and in tickets
  std::uint64_t owners;  // OwnerRecord, behind these
};

struct RowRecord {
  std::int32_t year;
  std::uint8_t province;
  std::uint8_t pollutant;
  std::uint8_t reserved[2];
  CountRecord count;
};

struct OwnerRecord {
  std::uint64_t order_id;
  std::uint32_t facility;
  std::uint32_t reserved;
};

static_assert(std::has_unique_object_representations_v<ResumeHeader> &&
              std::has_unique_object_representations_v<RowRecord> &&
              std::has_unique_object_representations_v<OwnerRecord> &&
              std::has_unique_object_representations_v<audit::OpenTickets::All>);

}  // namespace

std::vector<std::byte> encode(const Resume& resume) {
  const auto& rows = resume.provinces.rows();
  std::vector<std::byte> bytes;
  append_record(bytes, ResumeHeader{resume.as_of.sequence, resume.as_of.at_ns, resume.date,
                                    resume.provinces.year(), rows.size(), resume.owners.size()});
  append_record(bytes, resume.provinces.held());
  append_record(bytes, resume.tickets.all());
  for (const auto& [key, row] : rows) {
    const auto [year, province, pollutant] = key;
    append_record(bytes, RowRecord{year, province, pollutant, {}, record_of(row)});
  }
  std::vector<OwnerRecord> owners;  // in an order of their own: the same entries, the same bytes
  for (const auto& [order_id, facility] : resume.owners) owners.push_back({order_id, facility, 0});
  std::ranges::sort(owners, {}, &OwnerRecord::order_id);
  for (const OwnerRecord& owner : owners) append_record(bytes, owner);
  return bytes;
}

std::optional<Resume> decode_resume(std::span<const std::byte> bytes) {
  RecordReader reader{bytes};
  ResumeHeader header{};
  audit::ProvinceCount::HeldKg held{};
  audit::OpenTickets::All tickets{};
  std::map<audit::ProvinceCount::Key, audit::ProvinceCount::Row> rows;
  Resume resume;
  reader.take(header);
  reader.take(held);
  reader.take(tickets);
  for (std::uint64_t i = 0; i < header.rows && reader.is_good(); ++i) {
    RowRecord record{};
    reader.take(record);
    rows[{record.year, record.province, record.pollutant}] = row_of(record.count);
  }
  for (std::uint64_t i = 0; i < header.owners && reader.is_good(); ++i) {
    OwnerRecord record{};
    reader.take(record);
    resume.owners[record.order_id] = record.facility;
  }
  if (!reader.is_good() || !reader.is_at_end()) return std::nullopt;
  resume.as_of = {header.sequence, header.at_ns};
  resume.date = header.date;
  resume.provinces = audit::ProvinceCount{std::move(rows), header.year, held};
  resume.tickets = audit::OpenTickets{tickets};
  return resume;
}

}  // namespace emx::index
