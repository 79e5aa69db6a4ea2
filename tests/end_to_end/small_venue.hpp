#pragma once

#include <filesystem>
#include <stdexcept>

#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"

namespace emx::end_to_end {

// The sample market on a ledger whose genesis has other bounds than emxd's own. The ledger is new
// to the records of FIX sessions: emxd wants `--renumber-sessions` at its first start on it.
inline void found_venue(const GenesisCommand& genesis, const std::filesystem::path& data_dir) {
  const auto demand = [](const ledger::Result& result) {
    if (!result.ok()) throw std::runtime_error{result.message};
  };
  const market::LoadedMarket market = market::load_market("tools/market/delta", genesis);
  if (!market.faults.empty()) throw std::runtime_error{market::text_of(market.faults.front())};
  ledger::LedgerStore store;
  demand(store.open(data_dir));
  ledger::EmbeddedCommandLog log{store};
  script::Recorder recorder{genesis, log};
  demand(script::Player{recorder}.play(market.commands));
  demand(store.close());
}

}  // namespace emx::end_to_end
