#pragma once

#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

// Market-rules 12: rights on their way. They are frozen from the request on; on their day they go
// whole, with the replacement ratio, quotas, demand and ENV-RETIRED of a trade, or not at all.

namespace emx::engine {

// HeldBack, Transfer. Requires: there is room for it, and so much is available.
void request_transfer(MarketState& state, const risk::Transfer& asked, EventBatch& events);

// HeldBack, Transfer with the code: the rights stay where they are.
void end_transfer(MarketState& state, const risk::Transfer& transfer, Code code,
                  EventBatch& events);

// Ends it with the code that bars it, or carries it out: HeldBack, Transfer, postings, QuotaUsed,
// DemandUsed; at most settle_events_max events. What the receiver's D01 cancels need is told.
Settled carry_out_transfer(MarketState& state, const risk::Transfer& transfer, EventBatch& events);

}  // namespace emx::engine
