#include "tests/audit/played.hpp"

#include <stdlib.h>

#include <algorithm>
#include <stdexcept>

#include "ledger/checkpoint_log.hpp"
#include "ledger/command_log.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

namespace emx::audit::testing {

namespace {

void demand(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error{"test set-up: " + what};
}

void demand(const ledger::Result& result) { demand(result.ok(), result.message); }

const market::CommandList& delta() {
  static const market::LoadedMarket market = [] {
    // Small capacities, so that exchanges are made quickly.
    GenesisCommand genesis = market::default_genesis();
    genesis.orders_max = 1U << 12;
    genesis.level_cells_max = 1U << 18;
    genesis.facilities_max = 256;
    genesis.instruments_max = 32;
    return market::load_market("tools/market/delta", genesis);
  }();
  demand(market.faults.empty(), "the market has faults");
  return market.commands;
}

void play(const script::Script& script, const std::filesystem::path& data_dir) {
  for (const market::Fault& fault : script.faults) demand(false, market::text_of(fault));
  ledger::LedgerStore store;
  demand(store.open(data_dir));
  ledger::EmbeddedCommandLog log{store};
  script::Recorder recorder{read_record<GenesisCommand>(*delta().begin()), log};
  script::Player player{recorder};
  demand(player.play(delta()));
  demand(player.play(script));
  demand(store.close());
}

}  // namespace

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "emx-audit-XXXXXX").string();
  demand(::mkdtemp(name.data()) != nullptr, "no temporary folder");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void play(std::string_view script, const std::filesystem::path& data_dir) {
  play(script::parse_script(script, "script", delta()), data_dir);
}

void play_file(const std::filesystem::path& script, const std::filesystem::path& data_dir) {
  play(script::read_script(script, delta()), data_dir);
}

std::size_t Entry::place_of(EventKind kind) const {
  std::span<const std::byte> rest{events};
  while (!rest.empty()) {
    const auto header = read_record<EventHeader>(rest);
    if (header.kind == static_cast<std::uint16_t>(kind)) return events.size() - rest.size();
    rest = rest.subspan(header.size);
  }
  throw std::runtime_error{"the entry has no such event"};
}

void Entry::drop_last_event() {
  std::span<const std::byte> rest{events};
  std::size_t last = 0;
  while (!rest.empty()) {
    last = events.size() - rest.size();
    rest = rest.subspan(read_record<EventHeader>(rest).size);
  }
  events.resize(last);
  --events_count;
}

std::vector<Entry> read_ledger(const std::filesystem::path& data_dir) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  demand(store.open(data_dir, options));
  std::vector<Entry> entries;
  demand(store.visit(SeqNo{1}, [&](const ledger::StoredEntry& stored) {
    const EntryView& view = stored.view;
    entries.push_back({view.stamp,
                       {view.command.begin(), view.command.end()},
                       {view.events.begin(), view.events.end()},
                       view.events_count,
                       view.digest,
                       view.rule_set});
    return true;
  }));
  return entries;
}

void write_ledger(const std::vector<Entry>& entries, const std::filesystem::path& data_dir) {
  ledger::LedgerStore store;
  demand(store.open(data_dir));
  ledger::ChainedBatch batch{store.end()};
  for (const Entry& entry : entries) batch.add(entry.view());
  demand(store.append(batch.entries()));
  demand(store.close());
}

void sign(const std::filesystem::path& data_dir, const std::string& origin,
          const std::vector<std::uint64_t>& sizes, std::span<const ledger::PrivateKey> keys) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  demand(store.open(data_dir, options));
  ledger::CheckpointLog log;
  demand(log.open(data_dir));
  ledger::LeafHasher leaf_hash;
  ledger::MerkleFrontier tree;
  demand(store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    const ledger::Hash leaf = leaf_hash(entry.bytes);
    tree.add(leaf);
    if (std::ranges::find(sizes, tree.size()) == sizes.end()) return true;
    demand(log.add({origin, {tree.size(), tree.root()}, leaf, entry.header.digest}, keys));
    return true;
  }));
}

Entry& first_with(std::vector<Entry>& entries, EventKind kind) {
  for (Entry& entry : entries) {
    bool found = false;
    const bool whole =
        for_each_event(entry.events, [&](const EventHeader& header, std::span<const std::byte>) {
          found = found || header.kind == static_cast<std::uint16_t>(kind);
        });
    demand(whole, "the events do not fill their entry");
    if (found) return entry;
  }
  throw std::runtime_error{"no entry has such an event"};
}

}  // namespace emx::audit::testing
