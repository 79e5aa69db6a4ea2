#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emx::load {

// Counts durations in fixed memory (264 KiB), however many there are.
//
// Slots are one nanosecond wide below 2,048 ns and twice as wide with each doubling of the value,
// so that a slot is never wider than a 1,024th of what falls into it: three significant digits, as
// HdrHistogram has them. The highest value is kept as it was. Adding allocates nothing.
class Histogram {
 public:
  // What is longer (than 73 minutes) falls into the last slot.
  static constexpr std::int64_t longest_ns = (std::int64_t{1} << 42) - 1;

  Histogram();

  // What is below 0 counts as 0.
  void add(std::int64_t ns);
  void add(const Histogram& other);
  void clear();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::int64_t max_ns() const { return max_ns_; }

  // By nearest rank, in parts of 10,000: at(9'900) is p99, a value that 99 of 100 are not above.
  // The upper end of its slot: never below the true one, and at most a 1,024th above. Empty: 0.
  [[nodiscard]] std::int64_t at(std::uint64_t parts) const;

 private:
  std::vector<std::uint64_t> slots_;
  std::uint64_t count_ = 0;
  std::int64_t max_ns_ = 0;
};

}  // namespace emx::load
