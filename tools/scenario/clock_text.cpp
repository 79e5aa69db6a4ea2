#include "tools/scenario/clock_text.hpp"

#include "tools/market/amount_text.hpp"

namespace emx::scenario {

namespace {

std::optional<std::int64_t> below(std::string_view text, std::size_t width, std::int64_t bound) {
  const auto value = market::count_from_text(text);
  if (text.size() != width || !value || *value >= bound) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> time_of_day_ns(std::string_view text) {
  if (text.size() != 8 && text.size() != 12) return std::nullopt;
  const bool has_ms = text.size() == 12;
  if (text[2] != ':' || text[5] != ':' || (has_ms && text[8] != '.')) return std::nullopt;
  const auto hours = below(text.substr(0, 2), 2, 24);
  const auto minutes = below(text.substr(3, 2), 2, 60);
  const auto seconds = below(text.substr(6, 2), 2, 60);
  const auto ms = has_ms ? below(text.substr(9), 3, 1'000) : std::optional<std::int64_t>{0};
  if (!hours || !minutes || !seconds || !ms) return std::nullopt;
  return (((*hours * 60 + *minutes) * 60 + *seconds) * 1'000 + *ms) * 1'000'000;
}

}  // namespace emx::scenario
