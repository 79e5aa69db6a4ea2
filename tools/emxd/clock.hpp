#pragma once

#include <chrono>
#include <cstdint>

namespace emx::daemon {

inline constexpr std::int64_t second_ns = 1'000'000'000;

// The time of the system's clock, in nanoseconds since 1970-01-01T00:00Z.
[[nodiscard]] inline std::int64_t utc_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace emx::daemon
