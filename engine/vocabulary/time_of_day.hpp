#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace emx {

// "09:30", "09:30:15" or "09:30:15.250" as ms since midnight; anything else gives nullopt.
[[nodiscard]] std::optional<std::int32_t> ms_of_day_from_text(std::string_view text);

}  // namespace emx
