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

// From a snapshot's exchange, or from the first entry; up to `last`, or to the end.
Recovered replay(ledger::LedgerStore& store, std::unique_ptr<engine::Exchange> start, SeqNo last,
                 const SnapshotTaking& taking) {
  const ledger::EmbeddedCommandLog log{store};
  const std::uint64_t before = start == nullptr ? 0 : start->last_stamp().sequence.value;
  const std::uint64_t total = last.value != 0 ? last.value : store.size().value;
  RecoveryOptions options;
  options.start = std::move(start);
  options.last = last;
  options.on_progress = [&](std::uint64_t entries) {
    taking.progress(std::min(before + entries, total), total);
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
  const Recovered recovered = replay(store, std::move(from.exchange), SeqNo{0}, taking);
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
  demand(save_snapshot(exchange, store, taking.data_dir, taken.bytes));
  return taken;
}

}  // namespace emx::daemon
