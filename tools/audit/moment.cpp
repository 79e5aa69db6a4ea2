#include "tools/audit/moment.hpp"

#include <charconv>

#include "engine/vocabulary/date.hpp"
#include "tools/audit/describer.hpp"

namespace emx::audit {

namespace {

constexpr std::int64_t moment_ms_ns = 1'000'000;
constexpr std::int64_t moment_day_ns = 86'400'000 * moment_ms_ns;
constexpr std::int64_t market_zone_ns = 8 * 3'600'000 * moment_ms_ns;

// Exactly so many digits at the front, which go; -1: there are none such.
std::int64_t take_digits(std::string_view& text, std::size_t count) {
  std::int64_t value = 0;
  if (text.size() < count) return -1;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take_sign(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

// "09:30", "09:30:00", "09:30:00.250" as ms of the day; -1: anything else.
std::int64_t ms_of_day(std::string_view text) {
  const std::int64_t hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take_sign(text, ':')) return -1;
  const std::int64_t minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return -1;
  std::int64_t ms = (hours * 60 + minutes) * 60'000;
  if (text.empty()) return ms;
  if (!take_sign(text, ':')) return -1;
  const std::int64_t seconds = take_digits(text, 2);
  if (seconds < 0 || seconds > 59) return -1;
  ms += seconds * 1'000;
  if (text.empty()) return ms;
  if (!take_sign(text, '.')) return -1;
  const std::int64_t rest = take_digits(text, 3);
  return rest < 0 || !text.empty() ? -1 : ms + rest;
}

}  // namespace

std::optional<Moment> moment_from_text(std::string_view text) {
  std::uint64_t sequence = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, sequence);
  if (error == std::errc{} && rest == end && sequence != 0) return Moment{sequence, 0, 0};
  constexpr std::size_t date_size = 10;
  const std::optional<Date> date = date_from_text(text.substr(0, date_size));
  if (!date) return std::nullopt;
  std::string_view time = text.substr(std::min(date_size, text.size()));
  const bool utc = !time.empty() && time.back() == 'Z';
  if (utc) time.remove_suffix(1);
  const std::int64_t start_ns = date->value * moment_day_ns - (utc ? 0 : market_zone_ns);
  if (time.empty()) return Moment{0, start_ns, start_ns + moment_day_ns - 1};
  if (!take_sign(time, ' ') && !take_sign(time, 'T')) return std::nullopt;
  const std::int64_t ms = ms_of_day(time);
  if (ms < 0) return std::nullopt;
  const std::int64_t at_ns = start_ns + ms * moment_ms_ns;
  return Moment{0, at_ns, at_ns + moment_ms_ns - 1};
}

std::string words_of(const AsOf& as_of) {
  return "after entry " + std::to_string(as_of.sequence) + ", " + text_of_time(as_of.at_ns);
}

}  // namespace emx::audit
