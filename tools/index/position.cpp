#include "tools/index/position.hpp"

#include <type_traits>

#include "tools/index/records.hpp"

namespace emx::index {

namespace {

struct PositionHeader {
  std::uint64_t sequence;
  std::int64_t at_ns;
};

struct PositionRecord {
  std::int32_t year;
  std::uint8_t pollutant;
  std::uint8_t is_over;
  std::uint8_t reserved[2];
  CountRecord count;
  std::array<std::int64_t, audit::ProvinceCount::measures> tickets_kg;
};
static_assert(std::has_unique_object_representations_v<PositionHeader> &&
              std::has_unique_object_representations_v<PositionRecord>);

}  // namespace

std::vector<std::byte> encode(const DaysPosition& position) {
  std::vector<std::byte> bytes;
  append_record(bytes, PositionHeader{position.as_of.sequence, position.as_of.at_ns});
  for (const audit::PositionRow& row : position.rows) {
    append_record(bytes, PositionRecord{row.year,
                                        row.pollutant,
                                        row.is_over ? std::uint8_t{1} : std::uint8_t{0},
                                        {},
                                        record_of(row.row),
                                        row.tickets_kg});
  }
  return bytes;
}

std::optional<DaysPosition> decode_position(std::span<const std::byte> bytes) {
  RecordReader reader{bytes};
  PositionHeader header{};
  reader.take(header);
  DaysPosition position{{header.sequence, header.at_ns}, {}};
  while (reader.is_good() && !reader.is_at_end()) {
    PositionRecord record{};
    reader.take(record);
    position.rows.push_back({record.year, record.pollutant, record.is_over != 0,
                             row_of(record.count), record.tickets_kg});
  }
  if (!reader.is_good()) return std::nullopt;
  return position;
}

}  // namespace emx::index
