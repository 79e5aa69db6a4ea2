#pragma once

#include <chrono>
#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace emx::bench {

// The cheapest clock there is, for times of some nanoseconds. Counts ticks of its own length.
inline std::uint64_t clock_ticks() {
#if defined(__x86_64__)
  unsigned processor = 0;
  return __rdtscp(&processor);
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

// Nanoseconds a tick takes, measured over 50 ms.
inline double measure_ns_per_tick() {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const std::uint64_t first = clock_ticks();
  while (Clock::now() - start < std::chrono::milliseconds{50}) {
  }
  const std::uint64_t last = clock_ticks();
  const std::chrono::duration<double, std::nano> passed = Clock::now() - start;
  return passed.count() / static_cast<double>(last - first);
}

}  // namespace emx::bench
