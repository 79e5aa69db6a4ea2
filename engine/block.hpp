#pragma once

#include <cstdint>
#include <vector>

#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

// The steps of a block's life (market-rules 9): what the submitter has reserved is held from its
// submission until it trades or ends.

namespace emx::engine {

// Block. Requires: there is room for it, and so much is available.
void open_block(MarketState& state, const risk::Block& asked, EventBatch& events);

// Block with the code: the submitter's reservation is free again.
void end_block(MarketState& state, const risk::Block& block, Code code, EventBatch& events);

// Frees what blocks whose time is over have reserved, before the command at hand is judged, and
// appends them to `over`; write_expired() tells of them behind what the command is answered.
void expire_blocks(MarketState& state, std::int64_t now_ns, std::vector<risk::Block>& over);
void write_expired(const std::vector<risk::Block>& over, EventBatch& events);

// Block, and then what a trade writes; at most 1 + settle_events_max events. Requires: the whole
// of it is admitted(), and both sides have what they give, the submitter in its reservation.
Settled trade_block(MarketState& state, const risk::Block& block, EventBatch& events);

// The open block of the lowest number that fits, or nullptr.
template <class Fits>
[[nodiscard]] const risk::Block* first_block(const MarketState& state, Fits&& fits) {
  for (const risk::Block& block : state.blocks.open()) {
    if (fits(block)) return &block;
  }
  return nullptr;
}

}  // namespace emx::engine
