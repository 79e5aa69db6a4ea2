#include "tools/emxd/snapshots.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "ledger/snapshot_file.hpp"

namespace emx::daemon {

namespace {

// What a snapshot says of its last entry, as the ledger has it.
struct LastEntry {
  ledger::Hash leaf_hash;
  std::int64_t at_ns;
  std::uint64_t digest;
};

ledger::Result find_entry(const ledger::LedgerStore& store, std::uint64_t sequence,
                          LastEntry& found) {
  return store.get(SeqNo{sequence}, [&](const ledger::StoredEntry& entry) {
    found = {ledger::LeafHasher{}(entry.bytes), entry.header.at_ns, entry.header.digest};
  });
}

std::optional<GenesisCommand> genesis_of(const ledger::LedgerStore& store) {
  std::optional<GenesisCommand> genesis;
  const ledger::Result result = store.get(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    if (entry.view.command.size() != sizeof(GenesisCommand)) return;
    genesis = read_record<GenesisCommand>(entry.view.command);
  });
  if (!result.ok() || !genesis || !engine::Exchange::may_start(*genesis)) return std::nullopt;
  return genesis;
}

// Why the snapshot is none of this ledger, or else empty words and its exchange.
std::string take(const ledger::Snapshot& snapshot, const ledger::LedgerStore& store,
                 const GenesisCommand& genesis, std::unique_ptr<engine::Exchange>& exchange) {
  const ledger::SnapshotHeader& header = snapshot.header;
  LastEntry entry{};
  if (const auto result = find_entry(store, header.sequence, entry); !result.ok()) {
    return "its entry cannot be read: " + result.message;
  }
  if (entry.leaf_hash != header.head) return "the ledger's entry of its number is another one";
  if (entry.at_ns != header.at_ns || entry.digest != header.digest) {
    return "its time or digest is not that of the ledger's entry";
  }
  const auto state = snapshot.section(ledger::exchange_section);
  if (!state) return "it has no exchange";
  std::string fault;
  exchange = engine::Exchange::load(genesis, *state, fault);
  if (exchange == nullptr) return "its exchange cannot be loaded: " + fault;
  const Stamp last = exchange->last_stamp();
  const bool same = last.sequence.value == header.sequence && last.at_ns == header.at_ns &&
                    exchange->digest() == header.digest;
  if (same) return "";
  exchange.reset();
  return "its exchange is of another entry";
}

}  // namespace

FromSnapshot exchange_from_snapshot(const ledger::LedgerStore& store,
                                    const std::filesystem::path& data_dir,
                                    const std::function<void(const std::string&)>& warn) {
  FromSnapshot found;
  const auto genesis = genesis_of(store);
  if (!genesis) return found;  // whoever reads the ledger from its start says what is wrong
  const ledger::SnapshotOf of{engine::semantics_version, store.genesis(), store.size().value};
  const auto snapshot = ledger::newest_valid(
      data_dir, of,
      [&](const ledger::Snapshot& s) { return take(s, store, *genesis, found.exchange); }, warn);
  if (!snapshot) return found;
  found.path = snapshot->path;
  found.sequence = snapshot->header.sequence;
  return found;
}

ledger::Result save_snapshot(const engine::Exchange& exchange, const ledger::LedgerStore& store,
                             const std::filesystem::path& data_dir, std::uint64_t left_free,
                             std::uint64_t& written) {
  const Stamp last = exchange.last_stamp();
  LastEntry entry{};
  if (ledger::Result result = find_entry(store, last.sequence.value, entry); !result.ok()) {
    return result;
  }
  check(entry.digest == exchange.digest());
  ledger::SnapshotHeader header;
  header.semantics_version = engine::semantics_version;
  header.sequence = last.sequence.value;
  header.at_ns = last.at_ns;
  header.digest = entry.digest;
  header.head = entry.leaf_hash;
  header.genesis = store.genesis();
  std::vector<std::byte> state;
  exchange.save(state);
  written = state.size();
  const ledger::NamedBytes section{ledger::exchange_section, state};
  return ledger::write_snapshot(data_dir, header, {&section, 1}, left_free);
}

}  // namespace emx::daemon
