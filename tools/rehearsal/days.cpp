#include "tools/rehearsal/days.hpp"

#include <cstring>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/trading_days.hpp"

namespace emx::rehearsal {

namespace {

template <class Command>
std::vector<std::byte> bytes_of(CommandKind kind, Command command) {
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof command;
  command.header.actor = no_id;
  std::vector<std::byte> bytes(sizeof command);
  std::memcpy(bytes.data(), &command, sizeof command);
  return bytes;
}

std::vector<std::byte> phase_of(Phase phase) {
  PhaseCommand command{};
  command.phase = static_cast<std::uint8_t>(phase);
  return bytes_of(CommandKind::phase, command);
}

}  // namespace

Date trading_day_from(Date date, const Rehearsal& course) {
  const engine::Inspection state = course.state();
  const risk::TradingCalendar& calendar = state.calendar();
  Date day = calendar.is_closed(date) ? calendar.next(date) : date;
  while (!calendar.knows(civil_of(day).year) && is_weekend(day)) day = calendar.next(day);
  return day;
}

Effect close(Rehearsal& course) { return course.apply({phase_of(Phase::closed)}); }

Effect open(Date date, Rehearsal& course) {
  DayOpenCommand command{};
  command.date = date.value;
  Effect effect = course.apply({bytes_of(CommandKind::day_open, command)});
  check(!effect.refusal);
  return effect;
}

Effect start_trading(Rehearsal& course) {
  return course.apply({phase_of(Phase::opening_call), phase_of(Phase::continuous)});
}

}  // namespace emx::rehearsal
