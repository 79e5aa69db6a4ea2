#include "tools/emxd/trial.hpp"

#include <string>

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

ledger::Result read_as_a_start(const std::filesystem::path& data_dir, std::uint64_t most) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;
  ledger::Result result = store.open(data_dir, options);
  if (!result.ok()) return result;
  const std::uint64_t size = store.size().value;
  const ledger::Result all{ledger::Status::missing, "all entries are to be read"};
  if (size <= most) return all;
  const FromSnapshot from = from_snapshot(store, data_dir, say_nothing);
  if (from.past == nullptr) return all;
  ledger::LeafHasher leaf_hash;
  for (const std::uint64_t sequence : from.past->lasting()) {
    result = check_entry(store, sequence, leaf_hash);
    if (!result.ok()) return result;
  }
  if (from.sequence == size) return {};
  return verify(store, {.last_entries = size - from.sequence}).result;
}

}  // namespace

ledger::Probe probe_of_start(const std::filesystem::path& data_dir, std::uint64_t most) {
  const auto clean_mark = data_dir / "ledger" / "clean";
  if (!std::filesystem::exists(clean_mark)) return ledger::Probe::whole;
  const ledger::Result tried =
      ledger::run_in_child(data_dir, [&] { return read_as_a_start(data_dir, most); });
  return tried.ok() ? ledger::Probe::ends : ledger::Probe::whole;
}

}  // namespace emx::daemon
