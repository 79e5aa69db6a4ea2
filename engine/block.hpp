#pragma once

#include <cstdint>
#include <vector>

#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

// The steps of a block's life (market-rules 7 and 9): what a side has reserved is held from when it
// bound itself until the block trades or ends.

namespace emx::engine {

// Block. Requires: there is room for it, and so much is available.
void open_block(MarketState& state, const risk::Block& asked, EventBatch& events);

// Block: the other side is bound, too, and the ticket holds its room. Requires: so much is
// available, and the pair may have a ticket.
void confirm_block(MarketState& state, const risk::Block& block, const risk::Ticket& ticket,
                   EventBatch& events);

// Block with the code: what was reserved is free again. Gives the pollutants, as a mask, whose
// rooms a ticket does not hold any longer.
std::uint8_t end_block(MarketState& state, const risk::Block& block, Code code, EventBatch& events);

// Frees what blocks whose time is over have held, before the command at hand is judged, and
// appends them to `over`; write_expired() tells of them behind what the command is answered. Gives
// the mask of end_block().
std::uint8_t expire_blocks(MarketState& state, std::int64_t now_ns, std::vector<risk::Block>& over);
void write_expired(const std::vector<risk::Block>& over, EventBatch& events);

// How much of it may trade now by market-rules 5 and 7: admitted(), E03 included.
[[nodiscard]] FillSize admitted_block(const MarketState& state, const risk::Block& block);

// Block, and then what a trade writes; at most block_events_max events. Requires: the whole of it
// is admitted_block(), and both sides have what they give: a side that is bound in its reservation,
// the other, which accepts now at `others_fee_bp`, available.
inline constexpr std::uint32_t block_events_max = 1 + settle_events_max;
Settled trade_block(MarketState& state, const risk::Block& block, std::int32_t others_fee_bp,
                    EventBatch& events);

// A confirmed block, now that the session is open: it trades if the whole of it is
// admitted_block(), or ends with the code that bars it. At most block_events_max events.
struct CarriedOut {
  Settled settled{};             // as nothing, where it ended
  std::uint8_t rooms_freed = 0;  // the mask of end_block()
};
CarriedOut carry_out_block(MarketState& state, const risk::Block& block, EventBatch& events);

// The open block of the lowest number that fits, or nullptr.
template <class Fits>
[[nodiscard]] const risk::Block* first_block(const MarketState& state, Fits&& fits) {
  for (const risk::Block& block : state.blocks.open()) {
    if (fits(block)) return &block;
  }
  return nullptr;
}

}  // namespace emx::engine
