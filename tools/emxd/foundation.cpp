#include "tools/emxd/foundation.hpp"

#include <stdexcept>

#include "engine/exchange.hpp"
#include "ledger/chain.hpp"
#include "tools/emxd/clock.hpp"
#include "tools/market/loader.hpp"

namespace emx::daemon {

void found_market(const std::filesystem::path& folder, ledger::CommandLog& log) {
  const market::LoadedMarket market = market::load_market(folder);
  if (!market.faults.empty()) {
    std::string message = "the market folder " + folder.string() + " has faults:";
    for (const market::Fault& fault : market.faults) message += "\n  " + market::text_of(fault);
    throw std::runtime_error{message};
  }
  engine::Exchange exchange{read_record<GenesisCommand>(*market.commands.begin())};
  EventBatch events;
  ledger::ChainedBatch batch{log.end()};
  const std::int64_t at_ns = utc_ns();
  std::uint64_t sequence = 0;
  for (const std::span<const std::byte> command : market.commands) {
    const Stamp stamp{SeqNo{++sequence}, at_ns};
    exchange.apply(stamp, command, events);
    batch.add(
        {stamp, command, events.bytes(), events.count(), exchange.digest(), exchange.rule_set()});
  }
  // One append, so that a market is founded whole or not at all.
  if (const ledger::Result appended = log.append(batch.entries()); !appended.ok()) {
    throw std::runtime_error{appended.message};
  }
}

}  // namespace emx::daemon
