#pragma once

#include "engine/market_state.hpp"
#include "engine/vocabulary/state_stream.hpp"

namespace emx::engine {

// The market's part of a snapshot. Requires: no work is pending.
void save(const MarketState& state, StateWriter& writer);
// Into a state that nothing was applied to. After a fault (reader.ok()) it is of no use.
void load(MarketState& state, StateReader& reader);

}  // namespace emx::engine
