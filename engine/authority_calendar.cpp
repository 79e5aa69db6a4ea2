#include "engine/rule_changes.hpp"

namespace emx::engine {

namespace {

// Days behind the last of the year would be a second form of the same calendar.
Refusal check_days(std::int32_t year, const TradingDays& days) {
  const std::int32_t most = days_of_year(year);
  std::int32_t count = 0;
  for (std::int32_t day = 0; day < static_cast<std::int32_t>(days.size()) * 8; ++day) {
    if (!has_day(days, day)) continue;
    if (day >= most) return {Code::o01_quantity, most, day + 1};
    ++count;
  }
  if (count == 0) return {Code::o01_quantity, 1, 0};
  return {};
}

}  // namespace

Refusal check_rule(const MarketState& state, const SetCalendarCommand& command, RulesAhead& ahead) {
  if (const Refusal refusal = check_year(command.year)) return refusal;
  if (const Refusal refusal = check_days(command.year, command.days)) return refusal;
  if (!state.calendar.knows(command.year)) {
    if (ahead.calendar_years >= state.calendar.years_free()) {
      return {Code::o11_capacity, risk::TradingCalendar::years_max, command.year};
    }
    ++ahead.calendar_years;
  }
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetCalendarCommand& command) {
  state.calendar.set(command.year, command.days);
  return 0;
}

}  // namespace emx::engine
