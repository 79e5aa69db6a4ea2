#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emx::fuzz {

// Notes what an entry brought about (reached.hpp): kinds of its events, where blocks, transfers and
// rule sets stand, codes. In a small market the names begin with "small market: ".
void note_outcomes(bool small_market, std::span<const std::byte> command,
                   std::span<const std::byte> events);

// What a corpus that goes everywhere reaches.
[[nodiscard]] std::vector<std::string> wanted_outcomes();

}  // namespace emx::fuzz
