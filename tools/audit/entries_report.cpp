#include <ostream>

#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"

namespace emx::audit {

namespace {

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

}  // namespace

int report_entries(const std::filesystem::path& data_dir, const EntryRange& range,
                   const Output& output) {
  ledger::LedgerStore store;
  ledger::Result result = open_to_read(data_dir, store, output);
  if (!result.ok()) return report_failure(result, data_dir, output);
  Describer describer;  // names and orders come from the entries before
  Json entries = Json::array();
  result = store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    const std::uint64_t sequence = entry.view.stamp.sequence.value;
    if (sequence >= range.from && sequence - range.from >= range.count) return false;
    if (output.recorded.sequence != 0 && sequence >= output.recorded.sequence) return false;
    if (sequence < range.from) {
      describer.take(entry.view);
      return true;
    }
    const EntryWords words = describer.describe(entry.view);
    const std::string sender = describer.sender(read_record<CommandHeader>(entry.view.command));
    if (output.json) {
      entries.push_back(json_of(entry.view, words, sender));
    } else {
      write_text(entry.view, words, sender, output.out);
    }
    return true;
  });
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (output.json) {
    write({{"ledger", data_dir.string()}, {"entries", std::move(entries)}}, output);
  }
  return ledger_is_valid;
}

}  // namespace emx::audit
