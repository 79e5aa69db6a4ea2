#include "tools/market/loader.hpp"

#include "engine/exchange.hpp"
#include "tools/market/market_draft.hpp"
#include "tools/market/refusal_text.hpp"

namespace emx::market {

namespace {

// Applies commands one after the other, as the ledger will have them.
class Trial {
 public:
  explicit Trial(const GenesisCommand& genesis) : exchange_{genesis} {}

  [[nodiscard]] std::string apply(std::span<const std::byte> command) {
    exchange_.apply({SeqNo{++sequence_}, 0}, command, events_);
    std::string refusal = refusal_in(events_.bytes());
    const ProceedCommand proceed = engine::proceed_command();
    while (exchange_.more_to_do()) {
      exchange_.apply({SeqNo{++sequence_}, 0}, std::as_bytes(std::span{&proceed, 1}), events_);
    }
    return refusal;
  }

 private:
  engine::Exchange exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
};

void try_out(Draft& draft, const GenesisCommand& genesis, LoadedMarket& market) {
  Trial trial{genesis};
  market.commands.add(CommandKind::genesis, genesis);
  static_cast<void>(trial.apply(*market.commands.begin()));
  for (const Section* section :
       {&draft.zones, &draft.instruments, &draft.reference_prices, &draft.firms, &draft.facilities,
        &draft.quotas, &draft.demands, &draft.deposits, &draft.issues}) {
    std::size_t i = 0;
    for (const auto command : section->commands) {
      const std::uint32_t line = section->lines[i++];
      std::string refusal = trial.apply(command);
      if (!refusal.empty()) market.faults.push_back({section->file, line, "", std::move(refusal)});
    }
    market.commands.append(section->commands);
  }
  if (!market.faults.empty()) market.commands = {};
}

}  // namespace

GenesisCommand default_genesis() {
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = 4'096;
  genesis.facilities_max = 4'096;
  genesis.instruments_max = 256;
  genesis.zones_max = 256;
  genesis.orders_max = 1U << 20;
  genesis.level_cells_max = 1U << 22;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.carbon_extra_t_max = 1'000'000;
  genesis.gtc_days = 90;
  return genesis;
}

LoadedMarket load_market(const std::filesystem::path& folder, const GenesisCommand& genesis) {
  LoadedMarket market;
  if (!engine::Exchange::may_start(genesis)) {
    market.faults.push_back({folder.string(), 0, "",
                             "this program cannot run the genesis it is given: another semantics "
                             "version, or a capacity out of range"});
    return market;
  }
  Draft draft;
  draft.folder = folder;
  draft.venue = genesis.venue.view();
  read_zones(draft);
  read_instruments(draft);
  read_firms(draft);
  read_quotas(draft);
  read_demand(draft);
  read_opening_rights(draft);
  market.faults = std::move(draft.faults);
  if (market.faults.empty()) try_out(draft, genesis, market);
  return market;
}

}  // namespace emx::market
