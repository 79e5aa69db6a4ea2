#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace emx::load {

enum class Arrivals : std::uint8_t {
  even,     // one as long after the other as the next
  poisson,  // gaps of exponential length, as of many clients that know nothing of each other
};

// When each request of an open loop is meant to be sent, from the beginning of the run. Depends on
// nothing that the venue does, nor on when requests are sent in truth. Never drifts from its rate.
class Schedule {
 public:
  // Requires: `rate`, in requests a second, is from 1 to a billion.
  Schedule(Arrivals arrivals, std::uint64_t rate, std::uint64_t seed);

  // Of the next request.
  [[nodiscard]] std::chrono::nanoseconds at() const { return at_; }
  void advance();

 private:
  [[nodiscard]] double exponential_gap_ns();

  Arrivals arrivals_;
  std::uint64_t rate_;
  std::mt19937_64 random_;
  std::uint64_t number_ = 0;
  double exact_ns_ = 0;  // of Poisson arrivals: rounding is not summed up
  std::chrono::nanoseconds at_{0};
};

}  // namespace emx::load
