#include "tools/emxd/take_snapshot.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/emxd/recovery.hpp"
#include "tools/emxd/snapshots.hpp"

namespace emx::daemon {

namespace {

void demand(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

// From a snapshot's exchange, or from the first entry; up to `last`.
Recovered replay(ledger::LedgerStore& store, std::unique_ptr<engine::Exchange> start, SeqNo last,
                 const SnapshotTaking& taking) {
  const ledger::EmbeddedCommandLog log{store};
  const std::uint64_t before = start == nullptr ? 0 : start->last_stamp().sequence.value;
  RecoveryOptions options;
  options.start = std::move(start);
  options.last = last;
  options.on_progress = [&](std::uint64_t entries) {
    taking.progress(std::min(before + entries, last.value), last.value);
  };
  return recover(log, std::move(options));
}

// Where two states part; empty: nowhere.
std::string difference_of(const engine::Exchange& replayed, const engine::Exchange& taken) {
  std::vector<std::byte> expected;
  std::vector<std::byte> actual;
  replayed.save(expected);
  taken.save(actual);
  if (expected == actual) return "";
  const auto [at, other] = std::ranges::mismatch(expected, actual);
  return "from byte " + std::to_string(at - expected.begin()) + " of " +
         std::to_string(expected.size()) + " on";
}

}  // namespace

SnapshotTaken take_snapshot(const SnapshotTaking& taking) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = taking.probe;
  demand(store.open(taking.data_dir, options));
  FromSnapshot from = exchange_from_snapshot(store, taking.data_dir, taking.warn);
  SnapshotTaken taken;
  taken.source = from.exchange == nullptr
                     ? "the first entry"
                     : "the snapshot of entry " + std::to_string(from.sequence);
  // No further, so that it comes to an end while the writer goes on.
  const Recovered recovered = replay(store, std::move(from.exchange), store.size(), taking);
  const engine::Exchange& exchange = *recovered.exchange;
  taken.sequence = recovered.start.last_sequence.value;
  taken.replayed = recovered.entries;
  if (exchange.more_to_do()) {
    throw std::runtime_error{
        "entry " + std::to_string(taken.sequence) +
        " leaves work that the next entry does, and a snapshot is taken between commands only. A "
        "running emxd goes on at once: try again; else start emxd first"};
  }
  if (taking.verify) {
    const Recovered whole = replay(store, nullptr, SeqNo{taken.sequence}, taking);
    taken.difference = difference_of(*whole.exchange, exchange);
  }
  if (!taken.difference.empty() || taken.sequence == from.sequence) return taken;
  demand(save_snapshot(exchange, store, taking.data_dir, taking.left_free, taken.bytes));
  return taken;
}

}  // namespace emx::daemon
