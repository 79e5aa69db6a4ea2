#include "tools/audit/entry_text.hpp"

#include <cstddef>
#include <ostream>

namespace emx::audit {

Json json_of(const EntryView& entry, const EntryWords& words, const std::string& sender) {
  const auto header = read_record<CommandHeader>(entry.command);
  Json events = Json::array();
  std::size_t i = 0;
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte>) {
        events.push_back({{"kind", name_of_event(event.kind)}, {"text", words.events[i++]}});
      }));
  return {{"sequence", entry.stamp.sequence.value},
          {"at_ns", entry.stamp.at_ns},
          {"at", text_of_time(entry.stamp.at_ns)},
          {"rule_set", entry.rule_set},
          {"digest", entry.digest},
          {"command", {{"kind", name_of_command(header.kind)}, {"text", words.command}}},
          {"actor", sender},
          {"approver", header.approver == 0 ? Json{} : Json(person_words(header.approver))},
          {"events", std::move(events)}};
}

void write_text(const EntryView& entry, const EntryWords& words, const std::string& sender,
                std::ostream& out) {
  const auto header = read_record<CommandHeader>(entry.command);
  out << entry.stamp.sequence.value << "  " << text_of_time(entry.stamp.at_ns) << "  "
      << words.command;
  if (!is_firm(header.actor) && header.actor != no_id) out << ", by " << sender;
  if (header.approver != 0) out << ", approved by " << person_words(header.approver);
  out << '\n';
  for (const std::string& event : words.events) out << "    " << event << '\n';
}

}  // namespace emx::audit
