#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "tools/market/names.hpp"

namespace emx::scenario {

// What a word or a field of an event says, and so how it is read and compared.
enum class Value : std::uint8_t {
  order,      // its name
  code,       // "Q02_NET_OUTFLOW", "Q02" or "none"
  account,    // of a facility, or of the venue's own
  symbol,     //
  asset,      // "CNY", or a symbol
  province,   // or "none" in a carbon book
  pollutant,  //
  zone,       // or "none"
  figure,     // CNY or lots: "238000.00", "238000"; may be negative
  terms,      // "4000@11900", or "none" of a call without a price
  range,      // "87.75..107.23"
  ratio,      // "3/2"
  yes_no,     //
  side,       // "buy", "sell" or "none"
  priority,   // "kept" or "lost"
  date,       //
  authority,  //
  stage,      // of a rule set
};

struct Item {
  std::string_view name;
  Value value;
};

// A kind of event: the words that follow its name, in order, and the fields `name=value`.
struct EventForm {
  std::string_view name;
  bool decision;  // what the exchange decided; else what it booked for it
  std::span<const Item> words;
  std::span<const Item> fields;
};

[[nodiscard]] std::span<const EventForm> event_forms();
// What `check` looks at; the forms' names start with "check ".
[[nodiscard]] std::span<const EventForm> check_forms();
[[nodiscard]] const EventForm* find_form(std::span<const EventForm> forms, std::string_view name);

// What a value may name.
struct Known {
  const market::Names& names;
  const std::set<std::string, std::less<>>& orders;
};

// As the exchange's own events are written, so that equal meanings are equal texts; nullopt: it is
// not one. Figures stay as they are: see same_figure().
[[nodiscard]] std::optional<std::string> canonical(Value value, std::string_view text,
                                                   const Known& known);
// For messages: what is expected.
[[nodiscard]] std::string_view expected_for(Value value);

// "238000" and "238000.00" are the same.
[[nodiscard]] bool same_figure(std::string_view a, std::string_view b);

}  // namespace emx::scenario
