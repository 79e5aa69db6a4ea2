#include "tools/emxd/schedule.hpp"

#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/emxd/clock.hpp"

namespace emx::daemon {

namespace {

constexpr std::int64_t pause_after_refusal_ns = 60 * second_ns;
// A step that is due is issued within a second, and durable soon after.
constexpr std::int64_t overdue_after_ns = 5 * second_ns;

}  // namespace

bool Schedule::follow(const EntryView& entry, std::int64_t now_ns) {
  for_each_setting(entry, [this](std::span<const std::byte> setting) { follow_calendar(setting); });
  const auto header = read_record<CommandHeader>(entry.command);
  const auto kind = static_cast<CommandKind>(header.kind);
  if (kind != CommandKind::day_open && kind != CommandKind::phase &&
      kind != CommandKind::block_session) {
    return false;
  }
  const bool is_of_a_book =
      kind == CommandKind::phase && !read_record<PhaseCommand>(entry.command).symbol.empty();
  const bool is_step = header.command_id == 0 && !is_of_a_book;
  if (is_step) under_way_ = false;
  if (is_refused(entry)) {
    if (is_step) not_before_ns_ = now_ns + pause_after_refusal_ns;
    return is_step;
  }
  not_before_ns_ = 0;
  if (kind == CommandKind::day_open) {
    day_ = {Date{read_record<DayOpenCommand>(entry.command).date}, Phase::closed, 0};
    return false;
  }
  if (kind == CommandKind::block_session) {
    if (is_step) ++day_.steps_done;
    return false;
  }
  if (is_of_a_book) return false;
  const auto command = read_record<PhaseCommand>(entry.command);
  day_.phase = static_cast<Phase>(command.phase);
  day_.steps_done = is_step
                        ? day_.steps_done + 1
                        : std::max(day_.steps_done, steps_due(plan_, day_.date, entry.stamp.at_ns));
  return false;
}

// As the core: years that are over make room.
void Schedule::follow_calendar(std::span<const std::byte> setting) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(setting).kind);
  if (kind == CommandKind::set_calendar) {
    const auto command = read_record<SetCalendarCommand>(setting);
    calendar_.set(command.year, command.days);
  } else if (kind == CommandKind::day_open) {
    calendar_.forget_before(civil_of(Date{read_record<DayOpenCommand>(setting).date}).year);
  }
}

std::optional<DueStep> Schedule::next(std::int64_t now_ns) const {
  if (under_way_ || now_ns < not_before_ns_) return std::nullopt;
  return next_due(day_, plan_, calendar_, now_ns);
}

bool Schedule::is_behind(std::int64_t now_ns) const {
  return next_due(day_, plan_, calendar_, now_ns - overdue_after_ns).has_value();
}

}  // namespace emx::daemon
