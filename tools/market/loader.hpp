#pragma once

#include <filesystem>

#include "engine/vocabulary/commands.hpp"
#include "tools/market/command_list.hpp"
#include "tools/market/fault.hpp"

namespace emx::market {

// The venue as the programs set it up unless they are told otherwise: EMX, fee 10 bp a side,
// listed sizes as in market-rules 9, and capacities for a market many times the sample's size
// (about 200 MB of memory).
[[nodiscard]] GenesisCommand default_genesis();

struct LoadedMarket {
  // The genesis first, then what a fresh exchange needs and takes without a refusal: zones,
  // instruments, reference prices, firms, facilities, quotas, demand, deposits, issues, each in
  // the order of its file. Empty when there are faults.
  CommandList commands;
  Faults faults;
};

// Reads the six CSV files of a market folder (see README.md) and tries them on an exchange that is
// built for it and thrown away: what the exchange would refuse is a fault, too.
[[nodiscard]] LoadedMarket load_market(const std::filesystem::path& folder,
                                       const GenesisCommand& genesis = default_genesis());

}  // namespace emx::market
