#include "tools/emxd/snapshots.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/inspection.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "ledger/snapshot_file.hpp"

namespace emx::daemon {

namespace {

constexpr std::string_view past_section = "past";

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

// Whether both have the same open orders, with the same lots left.
bool have_the_same_orders(const engine::Exchange& exchange, const gateway::History& history) {
  const engine::Inspection inspection = exchange.inspection();
  std::uint32_t live = 0;
  bool same = true;
  history.market().orders.for_each_live([&](const gateway::Order& order) {
    ++live;
    const auto found = inspection.order(order.id);
    same = same && found && found->open == order.remaining && found->side == order.side &&
           found->facility == order.facility && found->instrument == order.instrument;
  });
  return same && live == inspection.open_orders();
}

void take_past(const ledger::Snapshot& snapshot, FromSnapshot& found) {
  const auto section = snapshot.section(past_section);
  if (!section) {
    found.without_past = "there is none in it";
    return;
  }
  auto past = Past::load(*section, found.without_past);
  if (past == nullptr) return;
  if (past->entry() != snapshot.header.sequence) {
    found.without_past = "it is of entry " + std::to_string(past->entry());
  } else if (!have_the_same_orders(*found.exchange, past->history())) {
    found.without_past = "its orders are not those of the exchange";
  } else {
    found.past = std::move(past);
  }
}

}  // namespace

FromSnapshot from_snapshot(const ledger::LedgerStore& store, const std::filesystem::path& data_dir,
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
  take_past(*snapshot, found);
  return found;
}

ledger::Result save_snapshot(const engine::Exchange& exchange, const Past& past,
                             const ledger::LedgerStore& store,
                             const std::filesystem::path& data_dir, std::uint64_t left_free,
                             std::uint64_t& written) {
  const Stamp last = exchange.last_stamp();
  LastEntry entry{};
  if (ledger::Result result = find_entry(store, last.sequence.value, entry); !result.ok()) {
    return result;
  }
  check(entry.digest == exchange.digest() && past.entry() == last.sequence.value);
  ledger::SnapshotHeader header;
  header.semantics_version = engine::semantics_version;
  header.sequence = last.sequence.value;
  header.at_ns = last.at_ns;
  header.digest = entry.digest;
  header.head = entry.leaf_hash;
  header.genesis = store.genesis();
  std::vector<std::byte> state;
  exchange.save(state);
  std::vector<std::byte> of_past;
  past.save(of_past);
  written = state.size() + of_past.size();
  const std::array sections{ledger::NamedBytes{ledger::exchange_section, state},
                            ledger::NamedBytes{past_section, of_past}};
  return ledger::write_snapshot(data_dir, header, sections, left_free);
}

}  // namespace emx::daemon
