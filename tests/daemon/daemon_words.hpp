#pragma once

#include <cstdint>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/emxd/phase_plan.hpp"

namespace emx::daemon {

inline constexpr std::uint64_t by_hand = 7;  // any request id
inline constexpr std::uint64_t its_own = 0;

template <class Command>
[[nodiscard]] Command command_of(CommandKind kind, std::uint64_t id = its_own) {
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof(Command);
  command.header.command_id = id;
  return command;
}

// An instant of a day in UTC+8, as UTC nanoseconds.
[[nodiscard]] inline std::int64_t at(Date day, std::int32_t hour, std::int32_t minute,
                                     std::int32_t second = 0) {
  return (((std::int64_t{day.value} * 24 - 8 + hour) * 60 + minute) * 60 + second) * 1'000'000'000;
}

// What a scheduler issues, as tests compare it: "day 2026-06-18", "pre-open", "blocks open".
[[nodiscard]] inline std::string words_of(const DueStep& due) {
  switch (due.step) {
    case Step::day_open:
      return "day " + text_of(due.date);
    case Step::phase:
      return std::string{name_of(due.phase)};
    case Step::blocks_open:
      return "blocks open";
    case Step::blocks_closed:
      break;
  }
  return "blocks closed";
}

}  // namespace emx::daemon
