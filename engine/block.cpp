#include "engine/block.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

void write_block(const risk::Block& block, BlockStage stage, Code code, EventBatch& events) {
  BlockEvent& event = events.add<BlockEvent>(EventKind::block);
  event.block_no = block.number;
  event.price_ticks = block.price.value;
  event.quantity_lots = block.lots.value;
  event.reserved_amount = block.reserved;
  event.expires_ns = block.expires_ns;
  event.instrument = block.instrument.value;
  event.facility = block.submitter.value;
  event.counterparty = block.counterparty.value;
  event.code = static_cast<std::uint16_t>(code);
  event.stage = static_cast<std::uint8_t>(stage);
  event.side = static_cast<std::uint8_t>(block.side);
}

// What is reserved for it, and what a buy of carbon counts for H01; `times` -1: no longer.
void reserve(MarketState& state, const risk::Block& block, std::int64_t times) {
  const std::int64_t by = block.reserved * times;
  if (block.side == Side::sell) {
    state.accounts.change_rights(block.submitter, block.instrument, Lots{0}, Lots{by});
    return;
  }
  state.accounts.change_cash(block.submitter, Fen{0}, Fen{by});
  if (!is_carbon(state.data.instruments[block.instrument].pollutant)) return;
  state.exposure.change_carbon(state.owner_of(block.submitter),
                               {.open_bids = block.lots.value * times});
}

}  // namespace

void open_block(MarketState& state, const risk::Block& asked, EventBatch& events) {
  const risk::Block& block = state.blocks.add(asked);
  reserve(state, block, 1);
  write_block(block, BlockStage::alleged, Code::none, events);
}

void end_block(MarketState& state, const risk::Block& block, Code code, EventBatch& events) {
  check(code != Code::none);
  reserve(state, block, -1);
  write_block(block, BlockStage::ended, code, events);
  state.blocks.remove(block.number);
}

void expire_blocks(MarketState& state, std::int64_t now_ns, std::vector<risk::Block>& over) {
  while (const risk::Block* block = first_block(
             state, [&](const risk::Block& open) { return open.expires_ns <= now_ns; })) {
    reserve(state, *block, -1);
    over.push_back(*block);
    state.blocks.remove(block->number);
  }
}

void write_expired(const std::vector<risk::Block>& over, EventBatch& events) {
  for (const risk::Block& block : over) {
    write_block(block, BlockStage::ended, Code::c01_expired, events);
  }
}

Settled trade_block(MarketState& state, const risk::Block& block, EventBatch& events) {
  check(state.blocks.in_session());
  reserve(state, block, -1);
  write_block(block, BlockStage::traded, Code::none, events);
  const bool submitter_buys = block.side == Side::buy;
  const std::int32_t others_fee = fee_rate_bp(state, block.counterparty, opposite(block.side));
  const Deal deal{.buyer = block.buyer(),
                  .seller = block.seller(),
                  .instrument = block.instrument,
                  .lots = block.lots,
                  .price = block.price,
                  .buyer_fee_bp = submitter_buys ? block.fee_rate_bp : others_fee,
                  .seller_fee_bp = submitter_buys ? others_fee : block.fee_rate_bp};
  state.blocks.remove(block.number);
  return settle_deal(state, deal, events);
}

}  // namespace emx::engine
