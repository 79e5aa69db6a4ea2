#pragma once

#include <cstdint>

#include "engine/market_state.hpp"
#include "engine/vocabulary/code.hpp"

namespace emx::engine {

// How much of a pair may trade now, and which cap said so (market-rules 7).
struct FillSize {
  std::uint32_t lots = 0;
  Code code = Code::none;
};
[[nodiscard]] FillSize fill_size(const MarketState& state, Slot buy, Slot sell);

struct Fill {
  Slot buy;
  Slot sell;
  FillSize size;
  PriceTicks price;
  Slot taker;  // the one of the two that does not rest; no_slot in a fixpoint
};

// What a settled fill changed beside the two orders. Orders with nothing left are gone.
struct Settled {
  bool cross_province = false;
  bool lowered_held = false;
  bool demand_used_up = false;  // the buyer's room is 0: its bids must be cancelled D01
  FacilityId buyer{};
  Pollutant pollutant{};
};

// One trade, delivery versus payment (market-rules 11): Trade, Bill, postings, QuotaUsed,
// DemandUsed; at most `settle_events_max` events. Requires: `fill.size` is fill_size() now, > 0.
inline constexpr std::uint32_t settle_events_max = 10;
Settled settle(MarketState& state, const Fill& fill, EventBatch& events);

// The price of a pair: that of the order that arrived first (market-rules 8.1).
[[nodiscard]] PriceTicks fill_price(const MarketState& state, Slot buy, Slot sell);

void post(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount,
          EventBatch& events);

}  // namespace emx::engine
