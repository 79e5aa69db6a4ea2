#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway {

// A decimal number as a count of its smallest unit; QuickFIX would read it through a double.
struct Decimal {
  std::int64_t value = 0;
  bool inexact = false;  // there was more than the unit can say: cut toward zero

  friend constexpr bool operator==(Decimal, Decimal) = default;
};

inline constexpr unsigned price_places = 2;     // CNY in fen
inline constexpr unsigned quantity_places = 0;  // lots

// Reads a FIX float (`-`, digits, `.`, digits; no exponent) as a count of 10^-places. Beyond 64
// bits it gives the nearest 64-bit value, which the core refuses. nullopt: not a number.
[[nodiscard]] std::optional<Decimal> decimal_from_text(std::string_view text, unsigned places);

// A ratio such as 3/2.
struct Ratio {
  std::uint8_t n = 0;
  std::uint8_t d = 0;
};
// Reads "3/2"; nullopt: no such text, or a part above 255.
[[nodiscard]] std::optional<Ratio> ratio_from_text(std::string_view text);

// "97.49"; the reverse of decimal_from_text() for prices.
[[nodiscard]] std::string text_of(Fen price);

// Average price as FIX 6 has it, to four decimals, half up: "11900.0000". `value` is the sum of
// price (fen) times quantity. An order without fills has the average 0.
[[nodiscard]] std::string average_price_text(Int128 value, Lots filled);

}  // namespace emx::gateway
