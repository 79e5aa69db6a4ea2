#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "ledger/chain.hpp"
#include "ledger/command_log.hpp"

namespace emx::script {

struct RecorderOptions {
  std::int64_t start_ns = 1'767'196'800'000'000'000;  // 2026-01-01 00:00 at UTC+8
  std::int64_t step_ns = 1'000'000;                   // between two commands
  std::uint32_t group_entries = 256;                  // made durable together
};

// Applies commands to an exchange, numbers and stamps them without a clock, and appends what they
// did to a log in groups: the sequencer of a machine that is not in a hurry. The same commands give
// the same entries. Not thread-safe. The log outlives this and holds nothing yet.
class Recorder {
 public:
  // Called for each entry once it is durable; `tag` is what apply() was given for it.
  using Watcher = std::function<void(const EntryView& entry, std::uint32_t tag)>;

  // `genesis` is what the log's first entry will be. Requires: Exchange::may_start(genesis).
  Recorder(const GenesisCommand& genesis, ledger::CommandLog& log, Watcher watcher = {},
           const RecorderOptions& options = {});

  // Applies the command, then Continue for as long as there is more to do. Not ok: the log's
  // failure; then nothing more is to be applied. Requires: the first is the genesis.
  ledger::Result apply(std::span<const std::byte> command, std::uint32_t tag = 0);

  // Makes what is left of a group durable.
  ledger::Result flush();

  // The next command is stamped with this time, or later.
  void wait_until(std::int64_t at_ns);

  // Of the order that the last apply() entered; 0: it entered none.
  [[nodiscard]] OrderId entered() const { return entered_; }
  // Whether the last apply()'s command was refused.
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] SeqNo last() const { return SeqNo{sequence_}; }

 private:
  ledger::Result apply_one(std::span<const std::byte> command, std::uint32_t tag);

  engine::Exchange exchange_;
  ledger::CommandLog& log_;
  Watcher watcher_;
  RecorderOptions options_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::int64_t next_at_ns_;
  OrderId entered_{};
  bool refused_ = false;
  ledger::ChainedBatch group_;
  std::vector<std::uint32_t> tags_;  // of the group's entries
};

}  // namespace emx::script
