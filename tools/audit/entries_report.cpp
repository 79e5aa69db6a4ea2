#include "tools/audit/describer.hpp"
#include "tools/audit/entry_text.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"

namespace emx::audit {

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
