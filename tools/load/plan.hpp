#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tools/load/schedule.hpp"

namespace emx::load {

// How fast requests are sent, and how many. All sessions together, unless said otherwise.
struct Plan {
  std::optional<std::uint64_t> rate{};  // requests a second: open loop; none: closed loop
  Arrivals arrivals = Arrivals::even;   // of an open loop
  std::optional<std::size_t> window{};  // unanswered requests of one session; none: any number
  std::chrono::seconds warmup{0};       // comes first, and counts towards neither of these:
  std::optional<std::uint64_t> requests{};
  std::optional<std::chrono::seconds> duration{};
};

}  // namespace emx::load
