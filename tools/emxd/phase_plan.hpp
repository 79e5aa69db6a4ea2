#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "risk/trading_calendar.hpp"

namespace emx::daemon {

// What a step of a trading day does: a phase for all books, or the session of blocks.
enum class Step : std::uint8_t { day_open, phase, blocks_open, blocks_closed };

// One step of a trading day, at a minute of the day in UTC+8.
struct PlannedStep {
  std::int32_t minute;
  Step step;
  Phase phase;  // of a phase
};
using PhasePlan = std::vector<PlannedStep>;  // by minute, the last one closes the books

// Market-rules 9, without the calls: 09:15 pre-open, 09:30 continuous, 11:30 pause, 13:00
// continuous and blocks, 15:00 closed.
[[nodiscard]] PhasePlan default_phase_plan();

// "continuous", "blocks-open"; the minute is 0. nullopt for anything else.
[[nodiscard]] std::optional<PlannedStep> step_from_text(std::string_view text);

// "09:30"; nullopt for anything else.
[[nodiscard]] std::optional<std::int32_t> minute_from_text(std::string_view text);

// By the calendar; of a year that it does not know, Monday to Friday.
[[nodiscard]] bool is_trading_day(Date date, const risk::TradingCalendar& calendar);

// What a calendar scheduler issues next.
struct DueStep {
  Step step;
  Date date;    // of a day_open
  Phase phase;  // of a phase
};

// Where the market stands by the ledger.
struct MarketDay {
  Date date{};  // of the last DayOpen; 0: none yet
  Phase phase = Phase::closed;
  std::size_t steps_done = 0;  // of the plan, on that date
};

// How many of the plan's steps on a trade date have come due at `now_ns` (UTC).
[[nodiscard]] std::size_t steps_due(const PhasePlan& plan, Date date, std::int64_t now_ns);

// The next step that is due at `now_ns` (UTC), or nullopt: steps that an outage let pass come one
// after the other, in order, so that the log holds every day and phase. A venue that never opened
// starts with today.
[[nodiscard]] std::optional<DueStep> next_due(const MarketDay& market, const PhasePlan& plan,
                                              const risk::TradingCalendar& calendar,
                                              std::int64_t now_ns);

}  // namespace emx::daemon
