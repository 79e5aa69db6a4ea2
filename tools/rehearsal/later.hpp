#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tools/rehearsal/effect.hpp"
#include "tools/rehearsal/rehearsal.hpp"

// What follows from an act on a later day: two courses, one with the act and one without, are taken
// to that day with nothing else in between, and compared there.

namespace emx::rehearsal {

// A day on which an act that was applied tells.
struct Turn {
  Date from{};  // the first trade date from here on
  std::string what;
  bool told = true;  // also where nothing differs on that day
};

// On a later day, of the orders that are open now and that the act itself leaves open.
struct Later {
  struct PriceLimits {
    std::uint32_t instrument;
    std::int64_t lower_else;  // ticks; without the act
    std::int64_t upper_else;
    std::int64_t lower;
    std::int64_t upper;
  };

  Date date{};
  std::int64_t at_ns = 0;  // in the course of this trade date, instead of a date; 0: none
  std::string what;
  std::vector<Effect::Cancelled> cancelled;  // and would not be without the act
  std::vector<Effect::Cancelled> kept;       // and would be cancelled without the act
  std::map<Effect::Pair, std::pair<Effect::Turnover, Effect::Turnover>> trades;  // without, with
  std::int32_t year = 0;
  std::vector<Effect::RoomChange> rooms;  // without, with
  std::vector<PriceLimits> price_limits;
  // What becomes of a rule set that waits, in words; where it is the same with the act, neither.
  std::vector<std::string> rule_sets_else;  // without the act
  std::vector<std::string> rule_sets;
  bool told = true;

  [[nodiscard]] bool differs() const {
    return !cancelled.empty() || !kept.empty() || !trades.empty() || !rooms.empty() ||
           !price_limits.empty() || rule_sets != rule_sets_else;
  }
};

// The days on which the act tells. `with`: after it, at the trade date; `rules`: those of the set
// that the act is about, in force from `effective` on.
[[nodiscard]] std::vector<Turn> turns_of(std::span<const std::byte> command, const Effect& act,
                                         const Rehearsal& with);
[[nodiscard]] std::vector<Turn> turns_of(const std::vector<RuleRecord>& rules, Date effective,
                                         const Rehearsal& with);

// Takes both courses to the turns, and uses them up.
[[nodiscard]] std::vector<Later> compare(std::vector<Turn> turns, Rehearsal& with,
                                         Rehearsal& without);

// The years whose calendar the act changes.
[[nodiscard]] std::optional<std::int32_t> calendar_year(std::span<const std::byte> command);
[[nodiscard]] std::optional<std::int32_t> calendar_year(const std::vector<RuleRecord>& rules);

// Orders that would end at another close, close by close up to the end of the year, for which both
// courses are used up.
[[nodiscard]] std::vector<Later> compare_closes(std::int32_t year, Rehearsal& with,
                                                Rehearsal& without);

// A limit that the act set for a time.
[[nodiscard]] std::optional<Later> end_of_limit(std::span<const std::byte> command,
                                                const Rehearsal& with);

}  // namespace emx::rehearsal
