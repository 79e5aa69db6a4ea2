#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "tools/admin/fields.hpp"
#include "tools/rules/document.hpp"

// How requests become commands. The channel's own; not what others call.

namespace emx::admin {

// What a request asks for, as long as nobody stands behind it.
struct Act {
  template <class Command>
  explicit Act(const Command& of) : command(sizeof of), needs_second{needs_four_eyes(of)} {
    std::memcpy(command.data(), &of, sizeof of);
  }

  std::vector<std::byte> command;
  bool needs_second;  // person
  std::optional<rules::Document> document;
};

using Make = Act (*)(Fields&);

struct NamedAct {
  std::string_view name;
  Make make;
};
[[nodiscard]] std::span<const NamedAct> acts_on_market();
[[nodiscard]] std::span<const NamedAct> acts_on_rules();
[[nodiscard]] std::span<const NamedAct> acts_on_participants();
[[nodiscard]] std::span<const NamedAct> acts_on_accounts();
[[nodiscard]] std::span<const NamedAct> acts_on_rule_sets();
[[nodiscard]] std::span<const NamedAct> acts_of_questions();

template <class Command>
CommandHeader header_of(CommandKind kind) {
  CommandHeader header{};
  header.kind = static_cast<std::uint16_t>(kind);
  header.size = sizeof(Command);
  return header;
}

template <class Command>
Command start(CommandKind kind) {
  Command command{};
  command.header = header_of<Command>(kind);
  return command;
}

}  // namespace emx::admin
