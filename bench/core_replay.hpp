#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/core_market.hpp"
#include "bench/flow.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/large_pages.hpp"

namespace emx::bench {

// What the exchange has to look at beside price and time.
enum class Constraints {
  none,    // one class; every pair may trade, at ratio 1, inside one province
  twelve,  // twelve classes over four provinces; quotas, ratios and limits of orders at work
};

// A hundred firms, none of one control: buys come from firms 0 to 49, sells from 50 to 99.
[[nodiscard]] CoreMarket market_of(Constraints constraints);

// One command, as it goes to the exchange: new, cancel or replace by exchange id, or of a day.
struct CoreCommand {
  std::uint32_t size;
  std::byte bytes[command_bytes_max];
};

// The flow's operations as commands with the ids that a first run gave: it is applied to
// `market`, which is then as a run leaves it. In so many trading days of as many operations, with
// the closes and openings between them, all around the first day's reference price.
[[nodiscard]] LargeVector<CoreCommand> commands_of(const Flow& flow, Constraints constraints,
                                                   CoreMarket& market, std::uint32_t days = 1);

}  // namespace emx::bench
