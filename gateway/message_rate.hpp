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

  // Whether one more may pass now.
  [[nodiscard]] bool take(Time now) {
    if (per_second_max_ == 0) return true;
    constexpr std::chrono::nanoseconds second{1'000'000'000};
    const auto each = second / per_second_max_;
    const Time from = std::max(paid_until_, now);
    if (from + each > now + second) return false;
    paid_until_ = from + each;
    return true;
  }

 private:
  std::uint32_t per_second_max_;
  Time paid_until_{};
};

}  // namespace emx::gateway
