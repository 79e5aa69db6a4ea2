#include "tests/crash/traffic.hpp"

#include <algorithm>
#include <stdexcept>

#include "ledger/entry.hpp"
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

  ledger::LeafHasher leaf_hash;
  heads_.emplace_back();
  demand(log_.visit(SeqNo{1}, [&](const EntryView& entry) {
    std::vector<std::byte> bytes(ledger::encoded_bytes(entry));
    ledger::encode(entry, heads_.back(), bytes);
    entries_.push_back(entry);
    heads_.push_back(leaf_hash(bytes));
    entry_bytes_max_ = std::max(entry_bytes_max_, bytes.size());
    return true;
  }));
}

}  // namespace emx::crash
