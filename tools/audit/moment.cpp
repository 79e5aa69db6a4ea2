#include "tools/audit/moment.hpp"

#include <algorithm>
#include <charconv>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/time_of_day.hpp"
#include "tools/audit/describer.hpp"

namespace emx::audit {

namespace {

constexpr std::int64_t moment_ms_ns = 1'000'000;
constexpr std::int64_t moment_day_ns = 86'400'000 * moment_ms_ns;
constexpr std::int64_t market_zone_ns = 8 * 3'600'000 * moment_ms_ns;

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
  if (time.front() != ' ' && time.front() != 'T') return std::nullopt;
  const auto ms = ms_of_day_from_text(time.substr(1));
  if (!ms) return std::nullopt;
  const std::int64_t at_ns = start_ns + *ms * moment_ms_ns;
  return Moment{0, at_ns, at_ns + moment_ms_ns - 1};
}

std::string words_of(const AsOf& as_of) {
  return "after entry " + std::to_string(as_of.sequence) + ", " + text_of_time(as_of.at_ns);
}

}  // namespace emx::audit
