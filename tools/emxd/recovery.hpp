#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "ledger/command_log.hpp"

namespace emx::daemon {

// The exchange as the ledger left it.
struct Recovered {
  std::unique_ptr<engine::Exchange> exchange;
  std::uint64_t entries = 0;  // that were replayed
  double seconds = 0;
};

struct RecoveryOptions {
  // What the entries up to its own last one came to (tools/emxd/snapshots.hpp); nullptr: replay
  // all.
  std::unique_ptr<engine::Exchange> start;
  // Up to this entry; 0: to the end.
  SeqNo last{};
  // Sees each entry behind `seen`, in order, those that `start` holds included.
  std::function<void(const EntryView&)> on_entry;
  SeqNo seen{};
  // Now and then: how many entries were read.
  std::function<void(std::uint64_t entries)> on_progress;
};

// Replays the log through a fresh exchange, or what came after a snapshot through its own. Every
// replayed entry must come out again: the same events, byte for byte, and the same digest; a ledger
// for which they do not is not served. Throws std::runtime_error with words for a person.
// Requires: the log is not empty.
[[nodiscard]] Recovered recover(const ledger::CommandLog& log, RecoveryOptions options);

}  // namespace emx::daemon
