#pragma once

#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

namespace emx::engine {

enum class Related : bool { barred, allowed };

// What of a deal outside the book may go by market-rules 5 and 7, and the code that bars the rest:
// the first rule that either side fails, E03 where it counts, then what bars the pair of classes
// (X01 of a RESERVE included), then the smallest cap below the quantity. No code: all of it.
[[nodiscard]] FillSize admitted(const MarketState& state, const PairOffer& deal, Related related);

}  // namespace emx::engine
