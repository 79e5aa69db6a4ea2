#include "tools/emxd/trial.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include "gateway/session_records.hpp"
#include "ledger/hash.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tools/emxd/snapshots.hpp"

namespace emx::daemon {

namespace {

// Not: the snapshots' words are for the start itself.
void say_nothing(const std::string&) {}

// Whether the entry is the one that the next one builds on.
ledger::Result check_entry(const ledger::LedgerStore& store, std::uint64_t sequence,
                           ledger::LeafHasher& leaf_hash) {
  ledger::Hash leaf{};
  bool is_the_one = true;
  ledger::Result result = store.visit(SeqNo{sequence}, [&](const ledger::StoredEntry& entry) {
    if (entry.header.sequence != sequence) {
      is_the_one = entry.header.prev == leaf;
      return false;
    }
    leaf = leaf_hash(entry.bytes);
    return true;
  });
  if (!result.ok() || is_the_one) return result;
  return {ledger::Status::corrupt, "entry " + std::to_string(sequence) + " was changed"};
}

bool can_all_go_on(const gateway::History& history, const Config& config) {
  const auto records = gateway::read_session_records(config.ledger_directory);
  return std::ranges::all_of(config.sessions, [&](const SessionConfig& session) {
    const auto found = std::ranges::find(records, session.comp_id, &gateway::NamedRecord::comp_id);
    const gateway::SessionRecord* record = found == records.end() ? nullptr : &found->record;
    return history.refusal_of(session.comp_id, session.concern, record).empty();
  });
}

// Not ok: a start would read more than this, or it cannot be read.
ledger::Result read_as_a_start(const Config& config) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;
  ledger::Result result = store.open(config.ledger_directory, options);
  if (!result.ok()) return result;
  const std::uint64_t size = store.size().value;
  const ledger::Result all{ledger::Status::missing, "all entries are to be read"};
  if (size <= config.verified_before_start_max) return all;
  const FromSnapshot from = from_snapshot(store, config.ledger_directory, say_nothing);
  if (from.past == nullptr || !can_all_go_on(from.past->history(), config)) return all;
  ledger::LeafHasher leaf_hash;
  for (const std::uint64_t sequence : from.past->lasting()) {
    result = check_entry(store, sequence, leaf_hash);
    if (!result.ok()) return result;
  }
  if (from.sequence == size) return {};
  return verify(store, {.last_entries = size - from.sequence}).result;
}

}  // namespace

ledger::Probe probe_of_start(const Config& config) {
  const std::filesystem::path& data_dir = config.ledger_directory;
  const bool was_closed = std::filesystem::exists(data_dir / "ledger" / "clean");
  // Those whose records are lost are told all there ever was.
  if (!was_closed || config.renumber_sessions) return ledger::Probe::whole;
  const ledger::Result tried =
      ledger::run_in_child(data_dir, [&] { return read_as_a_start(config); });
  return tried.ok() ? ledger::Probe::ends : ledger::Probe::whole;
}

}  // namespace emx::daemon
