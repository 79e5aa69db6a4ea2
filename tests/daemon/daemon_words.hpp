#pragma once

#include <cstdint>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"

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

}  // namespace emx::daemon
