#pragma once

#include <string>
#include <string_view>

// A small market that the tests' scenarios are played on.

namespace emx::scenario::testing {

inline constexpr std::string_view market =
    "instruments\n"
    "| symbol | reference |\n"
    "| VOC.AIR.YRD.IND.2630 | 11,980 |\n"
    "facilities\n"
    "| facility | province |\n"
    "| SH | SH |\n"
    "| ZJ | ZJ |\n"
    "quotas\n"
    "| province |\n"
    "| all |\n"
    "demand\n"
    "| facility |\n"
    "| all |\n"
    "deposits\n"
    "| facility |\n"
    "| all |\n"
    "issues\n"
    "| facility |\n"
    "| all |\n"
    "steps\n"
    "| do | expect |\n"
    "| day 2026-06-18 | |\n"
    "| phase continuous | |\n";

// With rows of steps, the first of which is line 24.
[[nodiscard]] inline std::string with(std::string_view rows) {
  return std::string{market}.append(rows);
}

}  // namespace emx::scenario::testing
