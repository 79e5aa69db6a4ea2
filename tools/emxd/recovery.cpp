#include "tools/emxd/recovery.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

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

Recovered recover(const ledger::CommandLog& log, RecoveryOptions options) {
  const auto started = std::chrono::steady_clock::now();
  Recovered recovered;
  SeqNo known{0};  // what `start` holds already
  if (options.start != nullptr) {
    known = options.start->last_stamp().sequence;
    recovered.exchange = std::move(options.start);
  }
  EventBatch events;
  std::string failure;
  std::uint64_t read = 0;
  const SeqNo seen = options.on_entry ? options.seen : known;
  const SeqNo first{std::min(seen, known).value + 1};
  const ledger::Result result = log.visit(first, [&](const EntryView& entry) {
    if (options.last.value != 0 && entry.stamp.sequence > options.last) return false;
    if (entry.stamp.sequence > known) {
      try {
        if (recovered.exchange == nullptr) {
          recovered.exchange = std::make_unique<engine::Exchange>(genesis_of(entry));
        }
        replay(*recovered.exchange, entry, events);
      } catch (const std::runtime_error& error) {
        failure = error.what();  // not through the store's code
        return false;
      }
      ++recovered.entries;
    }
    if (options.on_entry && entry.stamp.sequence > seen) options.on_entry(entry);
    if (++read % progress_every == 0 && options.on_progress) options.on_progress(read);
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
