#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace emx::gateway {

// How many messages of one kind a client may send: so many a second in the long run, and as many at
// once after a second's rest. A client that goes on asking beyond it is not made to wait longer.
// The generic cell rate algorithm, with time as an argument. Not thread-safe.
class MessageRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // 0: as many as it likes.
  explicit MessageRate(std::uint32_t per_second_max) : per_second_max_{per_second_max} {}

  // Whether so many more may pass now: all of them, or none.
  [[nodiscard]] bool take(Time now, std::uint32_t count = 1) {
    if (per_second_max_ == 0) return true;
    constexpr std::chrono::nanoseconds second{1'000'000'000};
    const auto all = count * (second / per_second_max_);
    const Time from = std::max(paid_until_, now);
    if (from + all > now + second) return false;
    paid_until_ = from + all;
    return true;
  }

 private:
  std::uint32_t per_second_max_;
  Time paid_until_{};
};

}  // namespace emx::gateway
