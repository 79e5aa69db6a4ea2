#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace emx::admin {

// "2026-06-18T02:03:04Z" of 1970 to 2199, as ns since 1970; anything else gives nullopt.
[[nodiscard]] std::optional<std::int64_t> utc_from_text(std::string_view text);
// To the second; what is beyond it is cut.
[[nodiscard]] std::string text_of_utc(std::int64_t at_ns);

}  // namespace emx::admin
