#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Money and quantities as people read and write them; integers all the way.

namespace emx::market {

// "-1,234,567".
[[nodiscard]] std::string grouped(std::int64_t value);

// Fen as CNY: "1,234.50".
[[nodiscard]] std::string cny(std::int64_t fen);

// "11900", "97.5", "97.49" CNY as fen; nullopt: anything else, or more than 2^62 fen.
[[nodiscard]] std::optional<std::int64_t> fen_from_text(std::string_view text);

// Digits only, at most 2^62; nullopt: anything else.
[[nodiscard]] std::optional<std::int64_t> count_from_text(std::string_view text);

}  // namespace emx::market
