#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace emx {

// The numbers of every enumeration here are ledger format: never reused, never renumbered.

enum class Side : std::uint8_t { buy = 1, sell = 2 };  // FIX 54

constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

enum class OrderType : std::uint8_t { market = 1, limit = 2 };  // FIX 40

enum class TimeInForce : std::uint8_t { day = 0, gtc = 1, ioc = 3, fok = 4, gtd = 6 };  // FIX 59

// Market-rules 9. Orders match as they come in `continuous` only. Three phases are calls: orders
// rest, and trade at one price when the call ends. In `pause` (the midday break) and `halt` only
// cancels are taken.
enum class Phase : std::uint8_t {
  closed = 1,
  pre_open = 2,
  continuous = 3,
  pause = 4,
  halt = 5,
  opening_call = 6,
  closing_call = 7,
  volatility = 8,
};

constexpr bool is_call(Phase phase) {
  return phase == Phase::opening_call || phase == Phase::closing_call || phase == Phase::volatility;
}

enum class Province : std::uint8_t { sh = 0, js = 1, zj = 2, ah = 3 };
inline constexpr std::uint8_t provinces_count = 4;

enum class Pollutant : std::uint8_t {
  so2 = 0,
  nox = 1,
  voc = 2,
  cod = 3,
  nh3n = 4,
  tp = 5,
  co2e = 6
};
inline constexpr std::uint8_t pollutants_count = 7;  // co2e, carbon, included

constexpr bool is_carbon(Pollutant pollutant) { return pollutant == Pollutant::co2e; }

enum class Medium : std::uint8_t { air = 1, water = 2, carbon = 3 };

// What a pollutant is discharged into.
constexpr Medium medium_of(Pollutant pollutant) {
  switch (pollutant) {
    case Pollutant::so2:
    case Pollutant::nox:
    case Pollutant::voc:
      return Medium::air;
    case Pollutant::cod:
    case Pollutant::nh3n:
    case Pollutant::tp:
      return Medium::water;
    case Pollutant::co2e:
      break;
  }
  return Medium::carbon;
}

enum class Scheme : std::uint8_t { none = 0, shea = 1, cea = 2 };

// Market-rules 4: what a facility is.
enum class SourceClass : std::uint8_t {
  power = 1,
  industry = 2,
  wwtp = 3,
  agri = 4,
  reserve = 5,
  fin = 6
};

// Market-rules 3: which facilities a book is for.
enum class BookClass : std::uint8_t { pwr = 1, ind = 2, agr = 3, any = 4 };

enum class Ets : std::uint8_t { none = 0, national = 1, sh = 2 };

enum class Credit : std::uint8_t { good = 0, watch = 1, negative = 2 };

// Whom a limit or the kill switch is for (market-rules 10).
enum class Scope : std::uint8_t {
  all = 0,
  firm = 1,
  group = 2,
  facility = 3,
  instrument = 4,
  province = 5,
  basin = 6
};

// What a limit on orders counts (market-rules 10).
enum class LimitKind : std::uint8_t {
  open_orders = 1,     // O03
  order_rate = 2,      // O04: orders and replaces a second
  order_quantity = 3,  // O01: lots of one order
  order_value = 4      // O02: fen of one order, without fee
};
inline constexpr std::uint8_t limit_kinds_count = 4;

// Where a transfer of rights stands (market-rules 12).
enum class TransferStage : std::uint8_t { requested = 1, carried_out = 2, ended = 3 };

// Where a block stands, and what a side says of it (market-rules 9).
enum class BlockStage : std::uint8_t { alleged = 1, confirmed = 2, traded = 3, ended = 4 };
enum class BlockAnswer : std::uint8_t { accept = 1, decline = 2, cancel = 3 };

// Who signs rules (market-rules 1): a province what is its own, the joint office the rest.
enum class Authority : std::uint8_t { sh = 0, js = 1, zj = 2, ah = 3, joint = 4 };
inline constexpr std::uint8_t authorities_count = 5;

// For whom a person acts: one of the four provinces, their joint office, or the venue.
enum class Office : std::uint8_t { sh = 0, js = 1, zj = 2, ah = 3, joint = 4, venue = 5 };

// What a regulator asks of a ledger (market-rules 15).
enum class Question : std::uint8_t {
  verify = 1,
  trades = 2,
  balances = 3,
  lots = 4,
  quotas = 5,
  entries = 6,
  position = 7,
  orders = 8,
  holdings = 9,
  ratios = 10,
  rules = 11,
  provenance = 12,
  barriers = 13,
  queries = 14,
  why = 15
};

// What became of a rule set.
enum class RuleSetStage : std::uint8_t {
  waits = 1,
  in_force = 2,
  lapsed = 3,
  withdrawn = 4,  // while it waited
  left_out = 5    // a document that lay closed when a set without it was activated, or when its
                  // authority came to have another key
};

// Names as in the market's data files and on the wire; an unknown text gives nullopt, an unknown
// number (of a damaged record) gives "?".
[[nodiscard]] std::string_view name_of(Side);
[[nodiscard]] std::string_view name_of(OrderType);
[[nodiscard]] std::string_view name_of(TimeInForce);
[[nodiscard]] std::string_view name_of(Phase);
[[nodiscard]] std::string_view name_of(Province);
[[nodiscard]] std::string_view name_of(Pollutant);
[[nodiscard]] std::string_view name_of(Medium);
[[nodiscard]] std::string_view name_of(Scheme);
[[nodiscard]] std::string_view name_of(SourceClass);
[[nodiscard]] std::string_view name_of(BookClass);
[[nodiscard]] std::string_view name_of(Ets);
[[nodiscard]] std::string_view name_of(Credit);
[[nodiscard]] std::string_view name_of(Scope);
[[nodiscard]] std::string_view name_of(LimitKind);
[[nodiscard]] std::string_view name_of(TransferStage);
[[nodiscard]] std::string_view name_of(BlockStage);
[[nodiscard]] std::string_view name_of(BlockAnswer);
[[nodiscard]] std::string_view name_of(Authority);
[[nodiscard]] std::string_view name_of(Office);
[[nodiscard]] std::string_view name_of(Question);
[[nodiscard]] std::string_view name_of(RuleSetStage);

// Instantiated for every enumeration above.
template <class Enum>
[[nodiscard]] std::optional<Enum> from_name(std::string_view name);

// Whether a number read from a record is one of the enumeration's. Instantiated likewise.
template <class Enum>
[[nodiscard]] bool is_known(Enum value);

}  // namespace emx
