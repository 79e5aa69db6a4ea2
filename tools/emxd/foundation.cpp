#include "tools/emxd/foundation.hpp"

#include <list>
#include <stdexcept>
#include <vector>

#include "engine/exchange.hpp"
#include "tools/emxd/clock.hpp"
#include "tools/market/loader.hpp"

namespace emx::daemon {

namespace {

// An entry with bytes of its own, until its batch is appended.
struct Held {
  std::vector<std::byte> events;
  EntryView view;
};

}  // namespace

void found_market(const std::filesystem::path& folder, ledger::CommandLog& log) {
  const market::LoadedMarket market = market::load_market(folder);
  if (!market.faults.empty()) {
    std::string message = "the market folder " + folder.string() + " has faults:";
    for (const market::Fault& fault : market.faults) message += "\n  " + market::text_of(fault);
    throw std::runtime_error{message};
  }
  engine::Exchange exchange{read_record<GenesisCommand>(*market.commands.begin())};
  EventBatch events;
  std::list<Held> held;
  std::vector<EntryView> batch;
  const std::int64_t at_ns = utc_ns();
  std::uint64_t sequence = 0;
  for (const std::span<const std::byte> command : market.commands) {
    Held& entry = held.emplace_back();
    entry.view.stamp = {SeqNo{++sequence}, at_ns};
    entry.view.command = command;
    exchange.apply(entry.view.stamp, command, events);
    entry.view.rule_set = exchange.rule_set();
    entry.events.assign(events.bytes().begin(), events.bytes().end());
    entry.view.events = entry.events;
    entry.view.events_count = events.count();
    entry.view.digest = exchange.digest();
    batch.push_back(entry.view);
  }
  // One append, so that a market is founded whole or not at all.
  if (const ledger::Result appended = log.append(batch); !appended.ok()) {
    throw std::runtime_error{appended.message};
  }
}

}  // namespace emx::daemon
