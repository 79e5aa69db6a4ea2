#include "tests/crash/traffic.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "ledger/entry.hpp"
#include "ledger/merkle.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

namespace emx::crash {

namespace {

void demand(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

void demand_none(const market::Faults& faults) {
  if (!faults.empty()) throw std::runtime_error{market::text_of(faults.front())};
}

}  // namespace

Traffic::Traffic() {
  // Small capacities, so that the exchanges are made quickly.
  GenesisCommand genesis = market::default_genesis();
  genesis.orders_max = 1U << 12;
  genesis.level_cells_max = 1U << 20;
  genesis.facilities_max = 256;
  genesis.instruments_max = 32;
  const auto market = market::load_market("tools/market/delta", genesis);
  demand_none(market.faults);
  const auto script = script::read_script("tests/exchange/golden.emx", market.commands);
  demand_none(script.faults);
  script::Recorder recorder{read_record<GenesisCommand>(*market.commands.begin()), log_};
  script::Player player{recorder};
  demand(player.play(market.commands));
  demand(player.play(script));

  const std::string origin =
      ledger::origin_of(read_record<GenesisCommand>(*market.commands.begin()).venue.view());
  ledger::LeafHasher leaf_hash;
  ledger::MerkleFrontier tree;
  heads_.emplace_back();
  demand(log_.visit(SeqNo{1}, [&](const EntryView& entry) {
    std::vector<std::byte> bytes(ledger::encoded_bytes(entry));
    ledger::encode(entry, heads_.back(), bytes);
    entries_.push_back(entry);
    heads_.push_back(leaf_hash(bytes));
    tree.add(heads_.back());
    checkpoints_.push_back({origin, {tree.size(), tree.root()}, heads_.back(), entry.digest});
    entry_bytes_max_ = std::max(entry_bytes_max_, bytes.size());
    return true;
  }));
}

}  // namespace emx::crash
