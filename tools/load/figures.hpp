#pragma once

#include <cstdint>
#include <string>

#include "tools/market/amount_text.hpp"

namespace emx::load {

// Figures as people read them.

// "1,234,567".
[[nodiscard]] inline std::string grouped(std::uint64_t count) {
  return market::grouped(static_cast<std::int64_t>(count));
}

[[nodiscard]] constexpr double ms_of(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }
[[nodiscard]] constexpr double us_of(std::int64_t ns) { return static_cast<double>(ns) / 1e3; }

}  // namespace emx::load
