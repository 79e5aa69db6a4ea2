#pragma once

#include <cstdint>
#include <limits>

namespace emx::gateway {

// When the numbers of all sessions start again with 1: at `first_s` and each `every_s` seconds
// before and after it. In seconds of UTC.
struct ResetSchedule {
  std::int64_t first_s = 0;
  std::int64_t every_s = 0;  // 0: never

  // The last such moment up to now; numbers that began before it are over.
  [[nodiscard]] constexpr std::int64_t last_before(std::int64_t now_s) const {
    if (every_s == 0) return std::numeric_limits<std::int64_t>::min();
    const std::int64_t since = (now_s - first_s) % every_s;
    return now_s - (since < 0 ? since + every_s : since);
  }
};

}  // namespace emx::gateway
