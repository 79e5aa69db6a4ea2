#include "tools/emxd/recovery.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace emx::daemon {

namespace {

constexpr std::uint64_t progress_every = 1U << 18;

std::string at(const EntryView& entry) {
  return "ledger entry " + std::to_string(entry.stamp.sequence.value);
}

GenesisCommand genesis_of(const EntryView& entry) {
  if (entry.command.size() != sizeof(GenesisCommand)) {
    throw std::runtime_error{at(entry) + " is no genesis command; run `emx audit verify`"};
  }
  const auto genesis = read_record<GenesisCommand>(entry.command);
  if (genesis.semantics_version != engine::semantics_version) {
    throw std::runtime_error{"the ledger has semantics version " +
                             std::to_string(genesis.semantics_version) + ", this emxd implements " +
                             std::to_string(engine::semantics_version) +
                             "; use an emxd of that version"};
  }
  if (!engine::Exchange::may_start(genesis)) {
    throw std::runtime_error{at(entry) + " has capacities this emxd cannot run with"};
  }
  return genesis;
}

void replay(engine::Exchange& exchange, const EntryView& entry, EventBatch& events) {
  const auto header = read_record<CommandHeader>(entry.command);
  const bool proceeds = static_cast<CommandKind>(header.kind) == CommandKind::proceed;
  if (exchange.more_to_do() && !proceeds) {
    throw std::runtime_error{at(entry) + " should be a Continue; run `emx audit verify`"};
  }
  exchange.apply(entry.stamp, entry.command, events);
  const bool same = entry.events_count == events.count() && entry.digest == exchange.digest() &&
                    std::ranges::equal(entry.events, events.bytes());
  if (!same) {
    throw std::runtime_error{
        at(entry) +
        " does not come out again when it is replayed; this emxd must not serve it. "
        "Run `emx audit verify` for what differs"};
  }
}

}  // namespace

Recovered recover(const ledger::CommandLog& log,
                  const std::function<void(const EntryView&)>& on_entry,
                  const std::function<void(std::uint64_t)>& on_progress) {
  const auto started = std::chrono::steady_clock::now();
  Recovered recovered;
  EventBatch events;
  std::string failure;
  const ledger::Result result = log.visit(SeqNo{1}, [&](const EntryView& entry) {
    try {
      if (recovered.exchange == nullptr) {
        recovered.exchange = std::make_unique<engine::Exchange>(genesis_of(entry));
      }
      replay(*recovered.exchange, entry, events);
    } catch (const std::runtime_error& error) {
      failure = error.what();  // not through the store's code
      return false;
    }
    on_entry(entry);
    recovered.start = {entry.stamp.sequence, entry.stamp.at_ns};
    ++recovered.entries;
    if (recovered.entries % progress_every == 0) on_progress(recovered.entries);
    return true;
  });
  if (!failure.empty()) throw std::runtime_error{failure};
  if (!result.ok()) throw std::runtime_error{result.message};
  if (recovered.exchange == nullptr) throw std::runtime_error{"the ledger is empty"};
  recovered.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return recovered;
}

}  // namespace emx::daemon
