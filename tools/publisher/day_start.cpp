#include "tools/publisher/day_start.hpp"

#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::publisher {

namespace {

constexpr std::uint64_t entries_in_a_look = 1U << 14;

bool opens_a_day(const EntryView& entry) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  return kind == CommandKind::day_open && !is_refused(entry);
}

}  // namespace

ledger::Result find_day_start(const ledger::LedgerStore& store, SeqNo last,
                              const std::function<bool()>& is_to_stop, SeqNo& start) {
  start = SeqNo{1};
  for (std::uint64_t end = last.value + 1; end > 1 && !is_to_stop();) {
    const std::uint64_t begin = end - std::min(end - 1, entries_in_a_look);
    bool found = false;
    ledger::Result result = store.visit(SeqNo{begin}, [&](const ledger::StoredEntry& entry) {
      const std::uint64_t sequence = entry.header.sequence;
      if (sequence >= end) return false;
      if (opens_a_day(entry.view)) {
        found = true;
        start = SeqNo{sequence};
      }
      return true;
    });
    if (!result.ok() || found) return result;
    end = begin;
  }
  return {};
}

}  // namespace emx::publisher
