#include "tools/admin/fields.hpp"

#include <algorithm>
#include <string_view>

#include "engine/vocabulary/date.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::admin {

using nlohmann::json;

std::int32_t date_from(const std::string& text) {
  const auto date = date_from_text(text);
  if (!date) throw Fault{"'" + text + "' is not a date such as 2026-06-18"};
  return date->value;
}

std::int64_t cny_from(const std::string& text) {
  const auto fen = market::fen_from_text(text);
  if (!fen) throw Fault{"'" + text + "' is not an amount in CNY, such as 1250.00"};
  return *fen;
}

std::int64_t count_from(const std::string& what, const std::string& text) {
  const auto count = market::count_from_text(text);
  if (!count) throw Fault{"'" + text + "' is not a " + what + ": a whole number from 0 to 2^62"};
  return *count;
}

std::string Fields::text(const std::string& key) {
  const json& value = find(key);
  if (!value.is_string()) throw Fault{"'" + key + "' must be a text"};
  return value.get<std::string>();
}

std::vector<std::string> Fields::texts(const std::string& key) {
  const json& value = find(key);
  if (!value.is_array()) throw Fault{"'" + key + "' must be a list of texts"};
  std::vector<std::string> list;
  for (const json& element : value) {
    if (!element.is_string()) throw Fault{"'" + key + "' must be a list of texts"};
    list.push_back(element.get<std::string>());
  }
  return list;
}

bool Fields::boolean(const std::string& key) {
  const json& value = find(key);
  if (!value.is_boolean()) throw Fault{"'" + key + "' must be true or false"};
  return value.get<bool>();
}

std::uint64_t Fields::above_zero(const std::string& key) {
  const json& value = find(key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() == 0) {
    throw Fault{"'" + key + "' must be a whole number above 0"};
  }
  return value.get<std::uint64_t>();
}

std::int64_t Fields::count(const std::string& key, std::int64_t least, std::int64_t most) {
  const json& value = find(key);
  const bool fits = value.is_number_integer() &&
                    !(value.is_number_unsigned() &&
                      value.get<std::uint64_t>() > static_cast<std::uint64_t>(most)) &&
                    value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
  if (!fits) {
    throw Fault{"'" + key + "' must be a whole number from " + std::to_string(least) + " to " +
                std::to_string(most)};
  }
  return value.get<std::int64_t>();
}

std::int64_t Fields::utc_ns(const std::string& key) {
  const std::string value = text(key);
  const auto at_ns = utc_from_text(value);
  if (!at_ns) throw Fault{"'" + value + "' is not a UTC time such as 2026-06-18T02:03:04Z"};
  return *at_ns;
}

std::int64_t Fields::cny(const std::string& key) {
  const std::string value = text(key);
  const std::int64_t fen = cny_from(value);
  if (fen == 0) throw Fault{"'" + key + "' must be above 0"};
  return fen;
}

std::uint8_t Fields::pollutants(const std::string& key) {
  const std::string list = text(key);
  unsigned mask = 0;
  for (std::string_view rest = list; rest != "none" && !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const auto found = from_name<Pollutant>(name);
    if (!found) {
      throw Fault{"'" + std::string{name} + "' is not a pollutant; '" + key +
                  "' is a list such as VOC,NOX, or none"};
    }
    mask |= 1U << static_cast<unsigned>(*found);
  }
  return static_cast<std::uint8_t>(mask);
}

Sender Fields::sender() {
  const std::uint64_t person = above_zero("person");
  if (person > Operator::number_max) throw Fault{"'person' is too large"};
  return {static_cast<std::uint32_t>(person), utc_ns("time")};
}

Symbol Fields::symbol(const std::string& key) {
  const std::string value = text(key);
  const SetInstrumentCommand* known = names_.instrument(names_.find_instrument(value));
  if (known == nullptr) throw Fault{"'" + value + "' is no instrument of this venue"};
  return known->symbol;
}

const SetFacilityCommand& Fields::facility(const std::string& key) {
  const std::string value = text(key);
  const SetFacilityCommand* known = names_.facility(names_.find_facility(value));
  if (known == nullptr) throw Fault{"'" + value + "' is no facility of this venue"};
  return *known;
}

const json& Fields::find(const std::string& key) {
  const auto found = object_.find(key);
  if (found == object_.end()) throw Fault{"'" + key + "' is missing"};
  ++used_;
  return *found;
}

}  // namespace emx::admin
