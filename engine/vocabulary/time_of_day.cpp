#include "engine/vocabulary/time_of_day.hpp"

#include <cstddef>

namespace emx {

namespace {

// Exactly so many digits at the front, which go, and come to less than the bound; -1: else.
std::int32_t take_below(std::string_view& text, std::size_t count, std::int32_t bound) {
  std::int32_t value = 0;
  if (text.size() < count) return -1;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value < bound ? value : -1;
}

bool take_sign(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::int32_t> ms_of_day_from_text(std::string_view text) {
  const std::int32_t hours = take_below(text, 2, 24);
  if (hours < 0 || !take_sign(text, ':')) return std::nullopt;
  const std::int32_t minutes = take_below(text, 2, 60);
  if (minutes < 0) return std::nullopt;
  std::int32_t ms = (hours * 60 + minutes) * 60'000;
  if (text.empty()) return ms;
  if (!take_sign(text, ':')) return std::nullopt;
  const std::int32_t seconds = take_below(text, 2, 60);
  if (seconds < 0) return std::nullopt;
  ms += seconds * 1'000;
  if (text.empty()) return ms;
  if (!take_sign(text, '.')) return std::nullopt;
  const std::int32_t rest = take_below(text, 3, 1'000);
  if (rest < 0 || !text.empty()) return std::nullopt;
  return ms + rest;
}

}  // namespace emx
