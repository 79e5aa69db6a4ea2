#include "gateway/decimal.hpp"

#include <charconv>
#include <cstddef>
#include <limits>
#include <system_error>

namespace emx::gateway {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Counts down from zero, because the smallest 64-bit value is one further away than the largest.
class Saturating {
 public:
  void append(char digit) {
    const std::int64_t unit = digit - '0';
    // Once at the lowest value it stays there.
    value_ = value_ < (lowest + unit) / 10 ? lowest : value_ * 10 - unit;
  }

  [[nodiscard]] std::int64_t value(bool negative) const {
    if (negative) return value_;
    return value_ == lowest ? std::numeric_limits<std::int64_t>::max() : -value_;
  }

 private:
  static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

  std::int64_t value_ = 0;
};

std::string with_point(std::string digits, std::size_t places, bool negative) {
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace

std::optional<Decimal> decimal_from_text(std::string_view text, unsigned places) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Saturating magnitude;
  Decimal result;
  bool any_digit = false;
  bool after_point = false;
  unsigned places_left = places;
  for (const char c : text) {
    if (c == '.') {
      if (after_point) return std::nullopt;
      after_point = true;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    any_digit = true;
    if (!after_point) {
      magnitude.append(c);
    } else if (places_left > 0) {
      magnitude.append(c);
      --places_left;
    } else if (c != '0') {
      result.inexact = true;
    }
  }
  if (!any_digit) return std::nullopt;
  for (; places_left > 0; --places_left) magnitude.append('0');
  result.value = magnitude.value(negative);
  return result;
}

std::optional<Ratio> ratio_from_text(std::string_view text) {
  Ratio ratio;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, ratio.n);
  if (error != std::errc{} || slash == end || *slash != '/') return std::nullopt;
  const auto [after, also_error] = std::from_chars(slash + 1, end, ratio.d);
  if (also_error != std::errc{} || after != end) return std::nullopt;
  return ratio;
}

std::string text_of(Fen price) {
  const bool negative = price.value < 0;
  // Through unsigned, so that the smallest value has a magnitude.
  const auto bits = static_cast<std::uint64_t>(price.value);
  return with_point(std::to_string(negative ? 0 - bits : bits), price_places, negative);
}

std::string average_price_text(Int128 value, Lots filled) {
  if (filled.value <= 0) return "0.0000";
  // 1 fen = 100 units of 0.0001 CNY.
  const bool negative = value < 0;
  const Int128 average = ((negative ? -value : value) * 100 + filled.value / 2) / filled.value;
  // In two parts, because the whole may be longer than 64 bits.
  constexpr Int128 unit = 10'000;
  const std::string whole = std::to_string(static_cast<std::uint64_t>(average / unit));
  const std::string part = std::to_string(static_cast<std::uint64_t>(average % unit + unit));
  return with_point(whole + part.substr(1), 4, negative);
}

}  // namespace emx::gateway
