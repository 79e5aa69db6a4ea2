#include "tools/emxd/take_snapshot.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "gateway/session_records.hpp"
#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/emxd/recovery.hpp"
#include "tools/emxd/snapshots.hpp"

namespace emx::daemon {

namespace {

void demand(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

// The exchange, and what else a start must know, of the same last entry.
struct Sum {
  std::unique_ptr<engine::Exchange> exchange;
  std::unique_ptr<Past> past;
  std::uint64_t replayed = 0;   // entries
  bool is_of_snapshot = false;  // both went on from one
};

// What entries up to `last` come to, from those that are summed up already; empty: from the first.
Sum sum_up(ledger::LedgerStore& store, Sum start, SeqNo last, const SnapshotTaking& taking) {
  const ledger::EmbeddedCommandLog log{store};
  const auto records = gateway::read_session_records(taking.data_dir);
  // What it left out it would leave out for ever.
  const bool can_go_on =
      start.past != nullptr && start.past->history().can_keep_reports_for(records);
  if (!can_go_on) start.past = std::make_unique<Past>();
  // Before the entries: a record that moves on meanwhile needs fewer reports.
  start.past->keep_reports_for(records);
  RecoveryOptions options;
  options.start = std::move(start.exchange);
  options.last = last;
  options.seen = SeqNo{start.past->entry()};
  options.on_entry = [&](const EntryView& entry) { start.past->on_entry(entry); };
  const std::uint64_t before = start.past->entry();
  options.on_progress = [&](std::uint64_t entries) {
    taking.progress(std::min(before + entries, last.value), last.value);
  };
  Recovered recovered = recover(log, std::move(options));
  return {std::move(recovered.exchange), std::move(start.past), recovered.entries, can_go_on};
}

// Where the bytes of two parts; empty: nowhere.
std::string difference_of(const std::vector<std::byte>& expected,
                          const std::vector<std::byte>& actual) {
  if (expected == actual) return "";
  const auto [at, other] = std::ranges::mismatch(expected, actual);
  return "from byte " + std::to_string(at - expected.begin()) + " of " +
         std::to_string(expected.size()) + " on";
}

std::string difference_of(Sum& whole, Sum& taken) {
  std::array<std::vector<std::byte>, 2> states;
  whole.exchange->save(states[0]);
  taken.exchange->save(states[1]);
  std::string difference = difference_of(states[0], states[1]);
  if (!difference.empty()) return difference;
  // Which reports are kept is a matter of when the sessions' records were read.
  std::array<std::vector<std::byte>, 2> pasts;
  whole.past->forget_reports();
  whole.past->save(pasts[0]);
  std::vector<std::byte> with_reports;
  taken.past->save(with_reports);
  std::string fault;
  const auto copy = Past::load(with_reports, fault);
  check(copy != nullptr);
  copy->forget_reports();
  copy->save(pasts[1]);
  difference = difference_of(pasts[0], pasts[1]);
  return difference.empty() ? "" : "in what the gateway must know, " + difference;
}

}  // namespace

SnapshotTaken take_snapshot(const SnapshotTaking& taking) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = taking.probe;
  demand(store.open(taking.data_dir, options));
  FromSnapshot from = from_snapshot(store, taking.data_dir, taking.warn);
  SnapshotTaken taken;
  taken.source = from.exchange == nullptr
                     ? "the first entry"
                     : "the snapshot of entry " + std::to_string(from.sequence);
  // No further, so that it comes to an end while the writer goes on.
  Sum sum =
      sum_up(store, {std::move(from.exchange), std::move(from.past), 0}, store.size(), taking);
  taken.sequence = sum.past->entry();
  taken.replayed = sum.replayed;
  if (sum.exchange->more_to_do()) {
    throw std::runtime_error{
        "entry " + std::to_string(taken.sequence) +
        " leaves work that the next entry does, and a snapshot is taken between commands only. A "
        "running emxd goes on at once: try again; else start emxd first"};
  }
  if (taking.verify) {
    Sum whole = sum_up(store, {}, SeqNo{taken.sequence}, taking);
    taken.difference = difference_of(whole, sum);
  }
  const bool is_there = taken.sequence == from.sequence && sum.is_of_snapshot;
  if (!taken.difference.empty() || is_there) return taken;
  demand(save_snapshot(*sum.exchange, *sum.past, store, taking.data_dir, taking.left_free,
                       taken.bytes));
  return taken;
}

}  // namespace emx::daemon
