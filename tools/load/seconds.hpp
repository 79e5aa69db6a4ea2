#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "tools/load/histogram.hpp"
#include "tools/load/sent.hpp"

namespace emx::load {

// What happened in one second of a run, the warm-up included.
struct Second {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;     // of the answered
  std::uint64_t unanswered = 0;  // at its end
  std::int64_t p50_ns = 0;       // from the intended time
  std::int64_t p99_ns = 0;
};

// The seconds of a run, one after the other, also those in which nothing happened. Times must not
// go backwards.
class Seconds {
 public:
  explicit Seconds(Time begin) : end_{begin + std::chrono::seconds{1}} {}

  void sent(Time now);
  void answered(Time now, std::chrono::nanoseconds latency, bool is_refusal);
  // Closes the seconds that are over.
  void advance(Time now);
  // Closes the one under way, too, unless nothing happened in it.
  void finish(Time now);

  [[nodiscard]] const std::vector<Second>& closed() const { return closed_; }

 private:
  void close();

  Time end_;  // of the second under way
  Second under_way_;
  Histogram latency_;
  std::vector<Second> closed_;
};

}  // namespace emx::load
