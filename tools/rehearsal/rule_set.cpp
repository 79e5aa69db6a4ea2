#include "tools/rehearsal/rule_set.hpp"

#include <cstring>

#include "engine/vocabulary/check.hpp"
#include "tools/rules/document.hpp"

namespace emx::rehearsal {

namespace {

constexpr std::uint32_t first_person = 1;
constexpr std::uint32_t second_person = 2;

template <class Command>
void add(const Command& command, Commands& commands) {
  auto& bytes = commands.emplace_back(sizeof command);
  std::memcpy(bytes.data(), &command, sizeof command);
}

template <class See>
void for_each_closed(const risk::RuleSets& sets, See&& see) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const auto authority = static_cast<Authority>(a);
    if (sets.document(authority).whole()) see(authority, sets.document(authority));
  }
}

}  // namespace

Commands commands_of(const admin::CommandRequest& request) {
  Commands commands;
  auto header = read_record<CommandHeader>(request.command);
  if (request.document) {
    for (RuleRecordCommand record : rules::record_commands(*request.document)) {
      record.header.actor = header.actor;
      add(record, commands);
    }
  }
  commands.push_back(request.command);
  if (request.needs_second) {
    header.approver = request.sender.person + 1;
    std::memcpy(commands.back().data(), &header, sizeof header);
  }
  return commands;
}

std::vector<Part> closed_parts(const risk::RuleSets& sets) {
  std::vector<Part> parts;
  for_each_closed(sets, [&](Authority authority, const risk::RuleDocument& document) {
    parts.push_back({authority, document.effective, document.records.size()});
  });
  return parts;
}

Commands activation_of(const std::vector<Part>& parts, const risk::RuleSets& sets) {
  ActivateRulesCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::activate_rules);
  command.header.size = sizeof command;
  command.header.actor = operator_actor(first_person);
  command.header.approver = second_person;
  command.version = sets.activated() + 1;
  for (const Part& part : parts) {
    const auto at = static_cast<std::size_t>(part.authority);
    command.parts_mask = static_cast<std::uint8_t>(command.parts_mask | 1U << at);
    command.documents[at] = sets.document(part.authority).closed_by;
  }
  Commands commands;
  add(command, commands);
  return commands;
}

Commands documents_for(Date date, const risk::RuleSets& sets) {
  const std::uint32_t version = sets.activated() + (sets.waits() ? 0 : 1);
  Commands commands;
  for_each_closed(sets, [&](Authority authority, const risk::RuleDocument& closed) {
    const rules::Document document{version, date, authority, {}, closed.records};
    for (const RuleRecordCommand& record : rules::record_commands(document)) add(record, commands);
    add(rules::closing_command(document, {}), commands);
  });
  return commands;
}

}  // namespace emx::rehearsal
