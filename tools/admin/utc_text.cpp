#include "tools/admin/utc_text.hpp"

#include <array>
#include <cstdio>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/time_of_day.hpp"

namespace emx::admin {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_s = 86'400;
constexpr Date last_day = date_of(2199, 12, 31);

}  // namespace

std::optional<std::int64_t> utc_from_text(std::string_view text) {
  if (text.size() != 20 || text[10] != 'T' || text[19] != 'Z') return std::nullopt;
  const auto date = date_from_text(text.substr(0, 10));
  const auto ms = ms_of_day_from_text(text.substr(11, 8));  // that has seconds
  if (!date || *date < Date{0} || last_day < *date || !ms) return std::nullopt;
  return (date->value * day_s + *ms / 1'000) * second_ns;
}

std::string text_of_utc(std::int64_t at_ns) {
  const std::int64_t at_s = at_ns / second_ns;
  const std::int64_t of_day_s = at_s % day_s;
  std::array<char, 16> time{};
  std::snprintf(time.data(), time.size(), "T%02d:%02d:%02dZ", static_cast<int>(of_day_s / 3'600),
                static_cast<int>(of_day_s / 60 % 60), static_cast<int>(of_day_s % 60));
  return text_of(Date{static_cast<std::int32_t>(at_s / day_s)}) + time.data();
}

}  // namespace emx::admin
