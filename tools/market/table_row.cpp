#include "tools/market/table_row.hpp"

#include <algorithm>
#include <charconv>

#include "engine/vocabulary/check.hpp"

namespace emx::market {

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

void TableRow::fault(std::string_view column, std::string reason) {
  ok_ = false;
  const std::size_t place = place_of(column);
  faults_.push_back({file_, line_, std::string{shown_[place]}, std::move(reason)});
}

std::size_t TableRow::place_of(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  check(found != columns_.end());
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view TableRow::raw(std::string_view column) const { return fields_[place_of(column)]; }

std::string_view TableRow::checked_text(std::string_view column, std::size_t bytes_max, Need need) {
  const std::string_view field = raw(column);
  if (field.empty() && need == Need::required) fault(column, "is empty");
  if (field.size() > bytes_max || field.find('\0') != std::string_view::npos) {
    fault(column, in_quotes(field) + " has " + std::to_string(field.size()) +
                      " bytes; expected at most " + std::to_string(bytes_max));
  }
  return field;
}

std::int64_t TableRow::integer(std::string_view column, std::int64_t least, std::int64_t most) {
  const std::string_view field = raw(column);
  std::int64_t value = 0;
  const char* const end = field.data() + field.size();
  const auto [stopped_at, error] = std::from_chars(field.data(), end, value);
  if (field.empty() || stopped_at != end || error != std::errc{} || value < least || value > most) {
    fault(column, in_quotes(field) + " is not a whole number from " + std::to_string(least) +
                      " to " + std::to_string(most));
    return least;
  }
  return value;
}

std::uint8_t TableRow::pollutants(std::string_view column) {
  unsigned mask = 0;
  std::string_view rest = raw(column);
  if (rest.empty()) fault(column, "is empty; expected for example SO2;NOX");
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const auto pollutant = from_name<Pollutant>(name);
    const unsigned bit = pollutant ? 1U << static_cast<unsigned>(*pollutant) : 0U;
    if (!pollutant) fault(column, unknown<Pollutant>(name));
    if ((mask & bit) != 0) fault(column, in_quotes(name) + " stands there twice");
    mask |= bit;
  }
  return static_cast<std::uint8_t>(mask);
}

}  // namespace emx::market
