#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"

// The rules that a signed document may hold: commands that set one, without their header. What a
// document says and what a command of the venue says is the same record, and goes the same way.

namespace emx {

using RuleBody = std::array<std::uint8_t, rule_body_bytes_max>;

struct RuleRecord {
  std::uint16_t kind = 0;  // CommandKind
  RuleBody body{};

  friend bool operator==(const RuleRecord&, const RuleRecord&) = default;
};

// Bytes of the command that sets such a rule, header included; 0: no document may hold the kind.
constexpr std::uint32_t rule_command_bytes(std::uint16_t kind) {
  switch (static_cast<CommandKind>(kind)) {
    case CommandKind::set_zone:
      return sizeof(SetZoneCommand);
    case CommandKind::set_link:
      return sizeof(SetLinkCommand);
    case CommandKind::set_instrument:
      return sizeof(SetInstrumentCommand);
    case CommandKind::set_quota:
      return sizeof(SetQuotaCommand);
    case CommandKind::set_limit:
      return sizeof(SetLimitCommand);
    case CommandKind::set_parameters:
      return sizeof(SetParametersCommand);
    case CommandKind::set_calendar:
      return sizeof(SetCalendarCommand);
    case CommandKind::set_reference_price:
      return sizeof(SetReferencePriceCommand);
    default:
      return 0;
  }
}
static_assert(sizeof(SetInstrumentCommand) == sizeof(CommandHeader) + rule_body_bytes_max);

// Who may say so (market-rules 1): a province its own quotas and what its zones attain, the joint
// office the rest. A province's number that is none owns nothing.
constexpr std::uint8_t owner_of(const SetZoneCommand& rule) { return rule.province; }
constexpr std::uint8_t owner_of(const SetQuotaCommand& rule) { return rule.province; }
template <class Rule>
constexpr std::uint8_t owner_of(const Rule&) {
  return static_cast<std::uint8_t>(Authority::joint);
}

// The command that a document's record stands for, as if the venue itself had sent it.
template <class Command>
[[nodiscard]] Command rule_command(std::uint16_t kind, const RuleBody& body) {
  Command command{};
  command.header.kind = kind;
  command.header.size = sizeof command;
  command.header.actor = no_id;
  std::memcpy(reinterpret_cast<unsigned char*>(&command) + sizeof(CommandHeader), body.data(),
              sizeof command - sizeof(CommandHeader));
  return command;
}

// visit(command) with the record as what it is. Requires: rule_command_bytes(kind) is not 0.
template <class Visit>
auto visit_rule(std::uint16_t kind, const RuleBody& body, Visit&& visit) {
  switch (static_cast<CommandKind>(kind)) {
    case CommandKind::set_zone:
      return visit(rule_command<SetZoneCommand>(kind, body));
    case CommandKind::set_link:
      return visit(rule_command<SetLinkCommand>(kind, body));
    case CommandKind::set_instrument:
      return visit(rule_command<SetInstrumentCommand>(kind, body));
    case CommandKind::set_limit:
      return visit(rule_command<SetLimitCommand>(kind, body));
    case CommandKind::set_parameters:
      return visit(rule_command<SetParametersCommand>(kind, body));
    case CommandKind::set_calendar:
      return visit(rule_command<SetCalendarCommand>(kind, body));
    case CommandKind::set_reference_price:
      return visit(rule_command<SetReferencePriceCommand>(kind, body));
    default:
      return visit(rule_command<SetQuotaCommand>(kind, body));
  }
}

// Whether a record's bytes behind the rule are 0, so that one rule has one text to sign.
[[nodiscard]] inline bool is_padded(std::uint16_t kind, const RuleBody& body) {
  const std::size_t used = rule_command_bytes(kind) - sizeof(CommandHeader);
  return std::all_of(body.begin() + static_cast<std::ptrdiff_t>(used), body.end(),
                     [](std::uint8_t b) { return b == 0; });
}

}  // namespace emx
