#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/vocabulary/named.hpp"

namespace emx {

// A civil day in UTC+8, the market's zone, as days since 1970-01-01 (proleptic Gregorian).
using Date = Named<struct DateTag, std::int32_t>;

[[nodiscard]] constexpr Date date_of(std::int32_t year, std::int32_t month, std::int32_t day) {
  // Days from civil: years start in March, so that the leap day is the last of its year.
  const std::int32_t y = year - (month <= 2 ? 1 : 0);
  const std::int32_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int32_t year_of_era = y - era * 400;
  const std::int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int32_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return Date{era * 146097 + day_of_era - 719468};
}

struct CivilDate {
  std::int32_t year;
  std::int32_t month;  // 1..12
  std::int32_t day;    // 1..31
};

[[nodiscard]] constexpr CivilDate civil_of(Date date) {
  const std::int32_t z = date.value + 719468;
  const std::int32_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int32_t day_of_era = z - era * 146097;
  const std::int32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int32_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int32_t month = shifted_month + (shifted_month < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

// "2026-06-18"; anything else, and days that do not exist, give nullopt.
[[nodiscard]] std::optional<Date> date_from_text(std::string_view text);
[[nodiscard]] std::string text_of(Date date);

}  // namespace emx
