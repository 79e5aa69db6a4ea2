#include "tools/admin/stops.hpp"

namespace emx::admin {

namespace {

bool is_central(Office office) { return office == Office::venue || office == Office::joint; }

bool is_kill_switch(std::span<const std::byte> command) {
  return read_record<CommandHeader>(command).kind ==
         static_cast<std::uint16_t>(CommandKind::kill_switch);
}

}  // namespace

void Stops::take(const EntryView& entry, const Operators& persons) {
  if (!is_kill_switch(entry.command) || is_refused(entry)) return;
  const auto command = read_record<KillSwitchCommand>(entry.command);
  const std::pair<std::uint8_t, std::string> what{command.scope, command.name.view()};
  if (command.killed == 0) {
    central_.erase(what);
    return;
  }
  const std::uint32_t actor = command.header.actor;
  const Operator* person = is_person(actor) ? persons.find(person_of(actor)) : nullptr;
  if (person == nullptr || is_central(person->office)) central_.insert(what);
}

std::string Stops::refusal_to_release(std::span<const std::byte> command, const Operator& asker,
                                      const Operator& second) const {
  if (!is_kill_switch(command)) return {};
  const auto kill = read_record<KillSwitchCommand>(command);
  if (kill.killed != 0 || is_central(asker.office) || is_central(second.office)) return {};
  if (!central_.contains({kill.scope, std::string{kill.name.view()}})) return {};
  return words_of(second) +
         " may not approve it: the venue or the joint office stopped it, so one of the two persons "
         "must be of these";
}

}  // namespace emx::admin
