#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/vocabulary/date.hpp"

namespace emx {

// Which days of one year are trading days: bit d % 8 of byte d / 8 is the day d, 0 the first of
// January; 1: it is one. Bits behind the year's last day are 0.
using TradingDays = std::array<std::uint8_t, 48>;

[[nodiscard]] constexpr std::int32_t days_of_year(std::int32_t year) {
  return date_of(year + 1, 1, 1).value - date_of(year, 1, 1).value;
}

// Saturdays and Sundays.
[[nodiscard]] constexpr bool is_weekend(Date date) {
  return ((date.value + 3) % 7 + 7) % 7 >= 5;  // 1970-01-01 was a Thursday
}

[[nodiscard]] constexpr bool has_day(const TradingDays& days, std::int32_t day) {
  const auto at = static_cast<std::uint32_t>(day);
  return (days[at / 8] >> (at % 8) & 1U) != 0;
}

constexpr void set_day(TradingDays& days, std::int32_t day, bool trading) {
  const auto at = static_cast<std::uint32_t>(day);
  const unsigned bit = 1U << (at % 8);
  days[at / 8] = static_cast<std::uint8_t>(trading ? days[at / 8] | bit : days[at / 8] & ~bit);
}

// What a year has unless its calendar says otherwise.
[[nodiscard]] constexpr TradingDays monday_to_friday(std::int32_t year) {
  TradingDays days{};
  const std::int32_t first = date_of(year, 1, 1).value;
  for (std::int32_t day = 0; day < days_of_year(year); ++day) {
    set_day(days, day, !is_weekend(Date{first + day}));
  }
  return days;
}

// A day on which the year differs from Monday to Friday: a weekday without trading, or a day of a
// weekend with it. Empty, or why it cannot be one; then nothing is changed.
[[nodiscard]] std::string set_exception(TradingDays& days, std::int32_t year, Date date,
                                        bool trading);

}  // namespace emx
