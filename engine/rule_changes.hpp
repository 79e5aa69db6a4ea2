#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "engine/market_state.hpp"
#include "engine/pending_work.hpp"
#include "engine/refusal.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/rule_record.hpp"

// The rules that may stand in a rule set: first whether each may apply, then, when all may, the
// changes themselves. A command of the venue that sets a single rule goes the same way.

namespace emx::engine {

// What the rules before one in the same set are still to take of what has a bound; each check
// adds its own.
struct RulesAhead {
  const risk::RuleDocument* document = nullptr;  // that the rule stands in; none: it stands alone
  std::uint32_t zones = 0;
  std::uint32_t instruments = 0;
  std::uint32_t quota_rows = 0;
  std::uint32_t calendar_years = 0;
  std::uint32_t ladders = 0;                             // for trading classes that zones split
  std::uint32_t ladder_cells = 0;                        // of the longest of them
  std::array<std::int64_t, pollutants_count> classes{};  // a book of the pollutant may come to have
};

// What a record of the document says of the instrument; none: no record does, or there is no
// document.
[[nodiscard]] std::optional<SetInstrumentCommand> said_in(const risk::RuleDocument* document,
                                                          const Symbol& symbol);

// O01: a figure beyond its bound.
[[nodiscard]] inline Refusal out_of_range(std::int64_t limit, std::int64_t value) {
  return {Code::o01_quantity, limit, value};
}
[[nodiscard]] inline Refusal check_year(std::int64_t year) {
  if (year < year_first) return out_of_range(year_first, year);
  if (year > year_last) return out_of_range(year_last, year);
  return {};
}

[[nodiscard]] Refusal check_rule(const MarketState&, const SetZoneCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetLinkCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetInstrumentCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetQuotaCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetParametersCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetCalendarCommand&, RulesAhead&);
[[nodiscard]] Refusal check_rule(const MarketState&, const SetReferencePriceCommand&, RulesAhead&);
// Of a lasting limit.
[[nodiscard]] Refusal check_rule(const MarketState&, const SetLimitCommand&, RulesAhead&);

// Each gives the pollutants whose books may have executable pairs now, as a mask. Requires: its
// check let it pass, with what was ahead of it.
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetZoneCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetLinkCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetInstrumentCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetQuotaCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetLimitCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetParametersCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetCalendarCommand&);
[[nodiscard]] std::uint8_t apply_rule(MarketState&, const SetReferencePriceCommand&);

// P09: once the authority whose rule it is has a key, only its signed document sets a lasting rule.
// A reference price is what the venue finds each day, and stays its act.
template <class Command>
[[nodiscard]] Refusal check_signed(const MarketState& state, const Command& command) {
  if constexpr (std::is_same_v<Command, SetReferencePriceCommand>) return {};
  if constexpr (requires { command.province; }) {
    if (!is_known(static_cast<Province>(command.province))) return {};  // nobody's: O01
  }
  const std::uint8_t owner = owner_of(command);
  if (!state.rule_sets.has_key(static_cast<Authority>(owner)) || state.unsigned_rules) return {};
  return {Code::p09_unsigned_rule, 0, owner};
}

// The one rule of a command of the venue.
template <class Command>
[[nodiscard]] Refusal set_rule(MarketState& state, PendingWork& work, const Command& command) {
  if (const Refusal refusal = check_signed(state, command)) return refusal;
  RulesAhead nothing;
  if (const Refusal refusal = check_rule(state, command, nothing)) return refusal;
  const std::uint8_t pollutants = apply_rule(state, command);
  if (pollutants != 0) work.start_fixpoint(pollutants, no_book);
  return {};
}

// Applies the set that waits if its date has come: whole, or it lapses. Requires: one waits.
void bring_into_force(MarketState&, PendingWork&, EventBatch&);

}  // namespace emx::engine
