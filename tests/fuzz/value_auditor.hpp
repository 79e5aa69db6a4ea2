#pragma once

#include <string_view>

namespace emx::fuzz {

// What the gateway reads of any field's value as a number of its own, against the same read slowly:
// decimals in all their places, times by the calendar of the standard library; and written back.
void check_value(std::string_view text);

}  // namespace emx::fuzz
