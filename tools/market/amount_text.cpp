#include "tools/market/amount_text.hpp"

#include <algorithm>
#include <charconv>

#include "engine/vocabulary/units.hpp"

namespace emx::market {

namespace {

std::string grouped_digits(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::uint64_t magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

}  // namespace

std::string grouped(std::int64_t value) {
  return (value < 0 ? "-" : "") + grouped_digits(magnitude(value));
}

std::string cny(std::int64_t fen) {
  const std::uint64_t amount = magnitude(fen);
  const std::string cents = std::to_string(amount % 100);
  return (fen < 0 ? "-" : "") + grouped_digits(amount / 100) + (cents.size() == 1 ? ".0" : ".") +
         cents;
}

std::optional<std::int64_t> count_from_text(std::string_view text) {
  const bool digits =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!digits || error != std::errc{} || value > amount_max.value) return std::nullopt;
  return value;
}

std::optional<std::int64_t> fen_from_text(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = count_from_text(text.substr(0, point));
  std::int64_t cents = 0;
  if (point != std::string_view::npos) {
    const std::string_view places = text.substr(point + 1);
    const auto digits = count_from_text(places);
    if (!digits || places.size() > 2) return std::nullopt;
    cents = places.size() == 1 ? *digits * 10 : *digits;
  }
  if (!whole || *whole > (amount_max.value - cents) / 100) return std::nullopt;
  return *whole * 100 + cents;
}

}  // namespace emx::market
