#include "tools/emxd/phase_plan.hpp"

#include <algorithm>

#include "engine/vocabulary/time_of_day.hpp"

namespace emx::daemon {

namespace {

constexpr std::int64_t utc_plus_8_s = std::int64_t{8} * 3'600;
constexpr std::int64_t day_s = 86'400;

// Of an instant, in UTC+8.
struct Minute {
  Date day;
  std::int32_t minute;  // of the day
};
Minute minute_of(std::int64_t now_ns) {
  const std::int64_t local_s = now_ns / 1'000'000'000 + utc_plus_8_s;
  return {Date{static_cast<std::int32_t>(local_s / day_s)},
          static_cast<std::int32_t>(local_s % day_s / 60)};
}

}  // namespace

PhasePlan default_phase_plan() {
  return {{9 * 60 + 15, Step::phase, Phase::pre_open},
          {9 * 60 + 30, Step::phase, Phase::continuous},
          {11 * 60 + 30, Step::phase, Phase::pause},
          {13 * 60, Step::phase, Phase::continuous},
          {13 * 60, Step::blocks_open, {}},
          {15 * 60, Step::blocks_closed, {}},
          {15 * 60, Step::phase, Phase::closed}};
}

std::optional<PlannedStep> step_from_text(std::string_view text) {
  if (text == "blocks-open") return PlannedStep{0, Step::blocks_open, {}};
  if (text == "blocks-closed") return PlannedStep{0, Step::blocks_closed, {}};
  const auto phase = from_name<Phase>(text);
  if (!phase) return std::nullopt;
  return PlannedStep{0, Step::phase, *phase};
}

std::optional<std::int32_t> minute_from_text(std::string_view text) {
  const auto ms = ms_of_day_from_text(text);
  constexpr std::size_t hours_and_minutes = 5;
  if (!ms || text.size() != hours_and_minutes) return std::nullopt;
  return *ms / 60'000;
}

bool is_trading_day(Date date, const risk::TradingCalendar& calendar) {
  return calendar.knows(civil_of(date).year) ? !calendar.is_closed(date) : !is_weekend(date);
}

std::size_t steps_due(const PhasePlan& plan, Date date, std::int64_t now_ns) {
  const Minute now = minute_of(now_ns);
  if (date != now.day) return date < now.day ? plan.size() : 0;
  const auto later = std::ranges::upper_bound(plan, now.minute, {}, &PlannedStep::minute);
  return static_cast<std::size_t>(later - plan.begin());
}

std::optional<DueStep> next_due(const MarketDay& market, const PhasePlan& plan,
                                const risk::TradingCalendar& calendar, std::int64_t now_ns) {
  if (market.date.value != 0) {
    if (market.steps_done < steps_due(plan, market.date, now_ns)) {
      const PlannedStep& next = plan[market.steps_done];
      return DueStep{next.step, {}, next.phase};
    }
    if (market.steps_done < plan.size()) return std::nullopt;
  }
  // A day opens when its first phase is due.
  const Date today = minute_of(now_ns).day;
  Date next = market.date.value == 0 ? today : Date{market.date.value + 1};
  while (next <= today && !is_trading_day(next, calendar)) ++next.value;
  if (next > today || steps_due(plan, next, now_ns) == 0) return std::nullopt;
  return DueStep{Step::day_open, next, {}};
}

}  // namespace emx::daemon
