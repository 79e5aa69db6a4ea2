#include "engine/transfer.hpp"

#include "engine/pair_admission.hpp"

namespace emx::engine {

namespace {

// Section 5 without E03, then section 7: why the rights may not go, or none.
Code barred_by(const MarketState& state, const risk::Transfer& transfer) {
  return admitted(state,
                  {.buyer = transfer.to,
                   .seller = transfer.from,
                   .instrument = transfer.instrument,
                   .lots = static_cast<std::uint32_t>(transfer.lots.value),
                   .fraction = {}},
                  Related::allowed)
      .code;
}

TransferEvent event_of(const risk::Transfer& transfer, TransferStage stage) {
  TransferEvent event{};
  event.transfer_no = transfer.number;
  event.from_facility = transfer.from.value;
  event.to_facility = transfer.to.value;
  event.instrument = transfer.instrument.value;
  event.due_date = transfer.due.value;
  event.stage = static_cast<std::uint8_t>(stage);
  event.quantity_lots = transfer.lots.value;
  return event;
}

// What waits is frozen, and no longer when it goes or stays.
void freeze(MarketState& state, const risk::Transfer& transfer, Lots by, EventBatch& events) {
  state.accounts.hold_rights(transfer.from, transfer.instrument, risk::Hold::frozen, by);
  write_held_back(state, transfer.from, transfer.instrument, events);
}

}  // namespace

void request_transfer(MarketState& state, const risk::Transfer& asked, EventBatch& events) {
  const risk::Transfer& transfer = state.transfers.add(asked);
  freeze(state, transfer, transfer.lots, events);
  TransferEvent event = event_of(transfer, TransferStage::requested);
  events.add(EventKind::transfer, event);
}

void end_transfer(MarketState& state, const risk::Transfer& transfer, Code code,
                  EventBatch& events) {
  freeze(state, transfer, -transfer.lots, events);
  TransferEvent event = event_of(transfer, TransferStage::ended);
  event.code = static_cast<std::uint16_t>(code);
  events.add(EventKind::transfer, event);
  state.transfers.remove(transfer.number);
}

Settled carry_out_transfer(MarketState& state, const risk::Transfer& transfer, EventBatch& events) {
  if (const Code code = barred_by(state, transfer); code != Code::none) {
    end_transfer(state, transfer, code, events);
    return {};
  }
  freeze(state, transfer, -transfer.lots, events);
  const risk::Instrument& instrument = state.data.instruments[transfer.instrument];
  const risk::Ratio ratio = risk::ratio_of(state.data, transfer.to, transfer.from, instrument);
  const risk::Credited credited = risk::credit(transfer.lots, ratio, {});
  TransferEvent event = event_of(transfer, TransferStage::carried_out);
  event.ratio_n = ratio.n;
  event.ratio_d = ratio.d;
  event.credited_lots = credited.credited.value;
  event.retired_lots = credited.retired.value;
  events.add(EventKind::transfer, event);
  const Settled settled = settle_rights(state, transfer, credited, events);
  state.transfers.remove(transfer.number);
  return settled;
}

}  // namespace emx::engine
