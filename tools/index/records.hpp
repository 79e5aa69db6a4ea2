#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/province_count.hpp"

// What the values of the index are made of.

namespace emx::index {

// ProvinceCount::Row.
struct CountRecord {
  std::uint64_t has_caps;
  std::array<std::int64_t, audit::ProvinceCount::measures> caps_kg;
  std::uint64_t caps_set_at;
  std::array<std::int64_t, audit::ProvinceCount::measures> use_kg;
  std::array<std::int64_t, audit::ProvinceCount::measures> peak_kg;
  std::array<std::int64_t, audit::ProvinceCount::measures> peak_cap_kg;
  std::array<std::uint64_t, audit::ProvinceCount::measures> peak_at;
};
static_assert(std::has_unique_object_representations_v<CountRecord>);

[[nodiscard]] inline CountRecord record_of(const audit::ProvinceCount::Row& row) {
  return {row.has_caps ? std::uint64_t{1} : 0,
          row.caps,
          row.caps_set_at,
          row.use,
          row.peak,
          row.peak_cap,
          row.peak_at};
}

[[nodiscard]] inline audit::ProvinceCount::Row row_of(const CountRecord& record) {
  return {record.has_caps != 0, record.caps_kg,     record.caps_set_at, record.use_kg,
          record.peak_kg,       record.peak_cap_kg, record.peak_at};
}

template <class Record>
void append_record(std::vector<std::byte>& bytes, const Record& record) {
  const auto added = std::as_bytes(std::span{&record, 1});
  bytes.insert(bytes.end(), added.begin(), added.end());
}

// Takes records from bytes, never beyond them.
class RecordReader {
 public:
  explicit RecordReader(std::span<const std::byte> bytes) : rest_{bytes} {}

  template <class Record>
  void take(Record& out) {
    good_ = good_ && rest_.size() >= sizeof out;
    if (!good_) return;
    out = read_record<Record>(rest_);
    rest_ = rest_.subspan(sizeof out);
  }
  [[nodiscard]] bool is_good() const { return good_; }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool good_ = true;
};

}  // namespace emx::index
