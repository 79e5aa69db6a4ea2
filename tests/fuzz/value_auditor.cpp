#include "tests/fuzz/value_auditor.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "engine/vocabulary/check.hpp"
#include "gateway/decimal.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"
#include "tests/fuzz/fix_rule.hpp"

namespace emx::fuzz {
namespace {

// The nearest 64-bit number.
std::int64_t nearest(std::string digits, bool is_negative) {
  using Limits = std::numeric_limits<std::int64_t>;
  digits.erase(0, digits.find_first_not_of('0'));
  const std::int64_t limit = is_negative ? Limits::min() : Limits::max();
  const std::string limit_digits = std::to_string(limit).substr(is_negative ? 1 : 0);
  if (digits.size() > limit_digits.size()) return limit;
  if (digits.size() == limit_digits.size() && digits >= limit_digits) return limit;
  if (digits.empty()) return 0;
  return (is_negative ? -1 : 1) * std::stoll(digits);
}

std::optional<gateway::Decimal> decimal_slowly(std::string_view text, std::size_t places) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string whole{text.substr(0, point)};
  const std::string part{text.substr(std::min(point + 1, text.size()))};
  if (!is_digits(whole) || !is_digits(part) || whole.size() + part.size() == 0) return std::nullopt;
  const std::string said = (part + std::string(places, '0')).substr(0, places);
  const bool is_inexact = part.find_first_not_of('0', places) != part.npos;
  return gateway::Decimal{nearest(whole + said, is_negative), is_inexact};
}

void check_decimal(std::string_view text) {
  for (const unsigned places : {gateway::price_places, gateway::quantity_places}) {
    check(gateway::decimal_from_text(text, places) == decimal_slowly(text, places));
  }
  const auto price = gateway::decimal_from_text(text, gateway::price_places);
  if (!price) return;
  const std::string written = gateway::text_of(Fen{price->value});
  check(gateway::decimal_from_text(written, gateway::price_places) ==
        gateway::Decimal{price->value, false});
}

struct Time {
  std::chrono::sys_seconds seconds;
  std::string fraction;  // its digits
};
std::optional<Time> time_slowly(std::string_view text) {
  std::string form{text};
  std::ranges::replace_if(
      form, [](char c) { return c >= '1' && c <= '9'; }, '0');
  const std::string_view whole = "00000000-00:00:00";
  if (form != whole && form != std::string{whole} + ".000" &&
      form != std::string{whole} + ".000000" && form != std::string{whole} + ".000000000") {
    return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    return std::stoi(std::string{text.substr(at, digits)});
  };
  const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                        std::chrono::month{static_cast<unsigned>(number(4, 2))},
                                        std::chrono::day{static_cast<unsigned>(number(6, 2))}};
  if (!day.ok() || number(9, 2) > 23 || number(12, 2) > 59 || number(15, 2) > 60) {
    return std::nullopt;
  }
  return Time{std::chrono::sys_days{day} + std::chrono::hours{number(9, 2)} +
                  std::chrono::minutes{number(12, 2)} + std::chrono::seconds{number(15, 2)},
              std::string{text.substr(std::min(whole.size() + 1, text.size()))}};
}

void check_time(std::string_view text) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  constexpr std::int64_t seconds_max = std::numeric_limits<std::int64_t>::max() / second_ns;
  const auto read = gateway::utc_ns_of(text);
  const auto time = time_slowly(text);
  check(!read || time);
  if (!time) return;
  const std::int64_t seconds = time->seconds.time_since_epoch().count();
  // 64 bits of nanoseconds end within a day, and so does what is read before it.
  if (!read) return check(std::abs(seconds) > seconds_max - 2 * 86'400);
  const std::string fraction = (time->fraction + "000000000").substr(0, 9);
  check(*read == seconds * second_ns + std::stoll(fraction));
  const bool is_leap_second = text.substr(15, 2) == "60";
  if (*read < 0 || is_leap_second) return;
  check(gateway::utc_timestamp(*read) ==
        std::string{text.substr(0, 17)} + "." + fraction.substr(0, 3));
}

void check_number(std::string_view text) {
  const bool is_number = !text.empty() && text.size() <= 9 && is_digits(text);
  const auto read = gateway::number_of(text);
  check(read.has_value() == is_number);
  if (is_number) check(std::stoul(std::string{text}) == *read);
}

}  // namespace

void check_value(std::string_view text) {
  check_decimal(text);
  check_time(text);
  check_number(text);
}

}  // namespace emx::fuzz
