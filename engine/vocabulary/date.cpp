#include "engine/vocabulary/date.hpp"

namespace emx {

namespace {

std::optional<std::int32_t> digits(std::string_view text) {
  std::int32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

void append(std::string& out, std::int32_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

}  // namespace

std::optional<Date> date_from_text(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  const Date date = date_of(*year, *month, *day);
  const CivilDate back = civil_of(date);
  if (back.month != *month || back.day != *day) return std::nullopt;  // such as 30 February
  return date;
}

std::string text_of(Date date) {
  const CivilDate civil = civil_of(date);
  std::string out;
  append(out, civil.year, 4);
  out += '-';
  append(out, civil.month, 2);
  out += '-';
  append(out, civil.day, 2);
  return out;
}

}  // namespace emx
