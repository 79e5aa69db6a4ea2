#include "tools/index/position.hpp"

#include <array>
#include <cstring>
#include <type_traits>

namespace emx::index {

namespace {

constexpr std::size_t measures = audit::ProvinceCount::measures;

struct PositionHeader {
  std::uint64_t sequence;
  std::int64_t at_ns;
};

struct PositionRecord {
  std::int32_t year;
  std::uint8_t pollutant;
  std::uint8_t is_over;
  std::uint8_t has_caps;
  std::uint8_t reserved;
  std::array<std::int64_t, measures> caps_kg;
  std::uint64_t caps_set_at;
  std::array<std::int64_t, measures> use_kg;
  std::array<std::int64_t, measures> peak_kg;
  std::array<std::int64_t, measures> peak_cap_kg;
  std::array<std::uint64_t, measures> peak_at;
  std::array<std::int64_t, measures> tickets_kg;
};
static_assert(std::has_unique_object_representations_v<PositionHeader> &&
              std::has_unique_object_representations_v<PositionRecord>);

PositionRecord record_of(const audit::PositionRow& row) {
  return {row.year,
          row.pollutant,
          row.is_over ? std::uint8_t{1} : std::uint8_t{0},
          row.row.has_caps,
          0,
          row.row.caps,
          row.row.caps_set_at,
          row.row.use,
          row.row.peak,
          row.row.peak_cap,
          row.row.peak_at,
          row.tickets_kg};
}

audit::PositionRow row_of(const PositionRecord& record) {
  audit::PositionRow row;
  row.year = record.year;
  row.pollutant = record.pollutant;
  row.is_over = record.is_over != 0;
  row.row = {record.has_caps != 0, record.caps_kg,     record.caps_set_at, record.use_kg,
             record.peak_kg,       record.peak_cap_kg, record.peak_at};
  row.tickets_kg = record.tickets_kg;
  return row;
}

template <class Record>
void append(std::vector<std::byte>& bytes, const Record& record) {
  const auto added = std::as_bytes(std::span{&record, 1});
  bytes.insert(bytes.end(), added.begin(), added.end());
}

}  // namespace

std::vector<std::byte> encode(const DaysPosition& position) {
  std::vector<std::byte> bytes;
  append(bytes, PositionHeader{position.as_of.sequence, position.as_of.at_ns});
  for (const audit::PositionRow& row : position.rows) append(bytes, record_of(row));
  return bytes;
}

std::optional<DaysPosition> decode_position(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(PositionHeader)) return std::nullopt;
  const auto header = read_record<PositionHeader>(bytes);
  bytes = bytes.subspan(sizeof header);
  if (bytes.size() % sizeof(PositionRecord) != 0) return std::nullopt;
  DaysPosition position{{header.sequence, header.at_ns}, {}};
  for (; !bytes.empty(); bytes = bytes.subspan(sizeof(PositionRecord))) {
    position.rows.push_back(row_of(read_record<PositionRecord>(bytes)));
  }
  return position;
}

}  // namespace emx::index
