#include "engine/block.hpp"

#include "engine/fixpoint.hpp"
#include "engine/pair_admission.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

void write_block(const risk::Block& block, BlockStage stage, Code code, EventBatch& events) {
  BlockEvent& event = events.add<BlockEvent>(EventKind::block);
  event.block_no = block.number;
  event.price_ticks = block.price.value;
  event.quantity_lots = block.lots.value;
  event.reserved_amount = block.reserved;
  if (block.confirmed()) {
    event.other_reserved_amount = block.ticket->reserved;
    if (block.ticket->holds_room) event.credited_lots = block.ticket->credited.value;
  }
  event.expires_ns = block.expires_ns;
  event.instrument = block.instrument.value;
  event.facility = block.submitter.value;
  event.counterparty = block.counterparty.value;
  event.code = static_cast<std::uint16_t>(code);
  event.stage = static_cast<std::uint8_t>(stage);
  event.side = static_cast<std::uint8_t>(block.side);
}

// What one side has reserved, and what a buy of carbon counts for H01; `times` -1: no longer.
void reserve(MarketState& state, const risk::Block& block, Side side, std::int64_t times) {
  const bool submitter = side == block.side;
  const FacilityId facility = submitter ? block.submitter : block.counterparty;
  const std::int64_t by = (submitter ? block.reserved : block.ticket->reserved) * times;
  if (side == Side::sell) {
    state.accounts.change_rights(facility, block.instrument, Lots{0}, Lots{by});
    return;
  }
  state.accounts.change_cash(facility, Fen{0}, Fen{by});
  if (!is_carbon(state.data.instruments[block.instrument].pollutant)) return;
  state.exposure.change_carbon(state.owner_of(facility), {.open_bids = block.lots.value * times});
}

// What a ticket holds beside the other side's reservation, and no longer.
void hold_room(MarketState& state, const risk::Block& block, std::int64_t times) {
  if (!block.ticket->holds_room) return;
  state.quotas.hold(state.data.facilities[block.buyer()].province,
                    state.data.facilities[block.seller()].province,
                    state.data.instruments[block.instrument].pollutant,
                    Lots{block.lots.value * times}, Lots{block.ticket->credited.value * times});
}

// All that is held for it. Gives the mask of end_block().
std::uint8_t let_go(MarketState& state, const risk::Block& block) {
  reserve(state, block, block.side, -1);
  if (!block.confirmed()) return 0;
  reserve(state, block, opposite(block.side), -1);
  hold_room(state, block, -1);
  const Pollutant pollutant = state.data.instruments[block.instrument].pollutant;
  return block.ticket->holds_room ? mask_of(pollutant) : std::uint8_t{0};
}

// Requires: it is let go.
Settled settle_block(MarketState& state, const risk::Block& block, std::int32_t others_fee_bp,
                     EventBatch& events) {
  check(state.blocks.in_session());
  write_block(block, BlockStage::traded, Code::none, events);
  const bool submitter_buys = block.side == Side::buy;
  const Deal deal{.buyer = block.buyer(),
                  .seller = block.seller(),
                  .instrument = block.instrument,
                  .lots = block.lots,
                  .price = block.price,
                  .buyer_fee_bp = submitter_buys ? block.fee_rate_bp : others_fee_bp,
                  .seller_fee_bp = submitter_buys ? others_fee_bp : block.fee_rate_bp};
  state.blocks.remove(block.number);
  return settle_deal(state, deal, events);
}

}  // namespace

void open_block(MarketState& state, const risk::Block& asked, EventBatch& events) {
  const risk::Block& block = state.blocks.add(asked);
  reserve(state, block, block.side, 1);
  write_block(block, BlockStage::alleged, Code::none, events);
}

void confirm_block(MarketState& state, const risk::Block& asked, const risk::Ticket& ticket,
                   EventBatch& events) {
  const risk::Block& block =
      state.blocks.confirm(asked.number, ticket, state.data.facilities[asked.submitter].firm,
                           state.data.facilities[asked.counterparty].firm);
  reserve(state, block, opposite(block.side), 1);
  hold_room(state, block, 1);
  write_block(block, BlockStage::confirmed, Code::none, events);
}

std::uint8_t end_block(MarketState& state, const risk::Block& block, Code code,
                       EventBatch& events) {
  check(code != Code::none);
  const std::uint8_t rooms_freed = let_go(state, block);
  write_block(block, BlockStage::ended, code, events);
  state.blocks.remove(block.number);
  return rooms_freed;
}

std::uint8_t expire_blocks(MarketState& state, std::int64_t now_ns,
                           std::vector<risk::Block>& over) {
  std::uint8_t rooms_freed = 0;
  while (const risk::Block* block = first_block(
             state, [&](const risk::Block& open) { return open.expires_ns <= now_ns; })) {
    rooms_freed |= let_go(state, *block);
    over.push_back(*block);
    state.blocks.remove(block->number);
  }
  return rooms_freed;
}

void write_expired(const std::vector<risk::Block>& over, EventBatch& events) {
  for (const risk::Block& block : over) {
    write_block(block, BlockStage::ended, Code::c01_expired, events);
  }
}

Settled trade_block(MarketState& state, const risk::Block& block, std::int32_t others_fee_bp,
                    EventBatch& events) {
  let_go(state, block);
  return settle_block(state, block, others_fee_bp, events);
}

FillSize admitted_block(const MarketState& state, const risk::Block& block) {
  return admitted(state,
                  {.buyer = block.buyer(),
                   .seller = block.seller(),
                   .instrument = block.instrument,
                   .lots = static_cast<std::uint32_t>(block.lots.value),
                   .fraction = {}},
                  Related::barred);
}

CarriedOut carry_out_block(MarketState& state, const risk::Block& asked, EventBatch& events) {
  const risk::Block block = asked;  // what is open changes
  const std::uint8_t rooms_freed = let_go(state, block);
  const bool halted = state.book(block.instrument).phase == Phase::halt;
  const Code code = halted ? Code::p01_phase : admitted_block(state, block).code;
  if (code == Code::none) {
    return {settle_block(state, block, block.ticket->fee_rate_bp, events), rooms_freed};
  }
  write_block(block, BlockStage::ended, code, events);
  state.blocks.remove(block.number);
  return {{}, rooms_freed};
}

}  // namespace emx::engine
