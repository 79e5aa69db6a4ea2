#include "engine/authority.hpp"
#include "engine/transfer.hpp"

namespace emx::engine {

namespace {

constexpr std::int32_t delay_days = 4;  // market-rules 12

}  // namespace

Refusal set_trust(MarketState& state, const TrustCommand& command, EventBatch& events) {
  const FacilityId from = find_facility(state, command.from);
  const FacilityId to = find_facility(state, command.to);
  if (from.value == no_id || to.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (from == to) return {Code::o01_quantity, from.value, to.value};
  if (command.trusted > 1) return {Code::o01_quantity, 1, command.trusted};
  const bool trusted = command.trusted != 0;
  if (needs_four_eyes(command) && !has_four_eyes(command.header)) {
    return {Code::p06_four_eyes, 0, 0};
  }
  if (!state.transfers.set_trust(from, to, trusted)) {
    return {Code::o11_capacity, risk::Transfers::trusted_max, risk::Transfers::trusted_max};
  }
  while (!trusted) {
    const risk::Transfer* waiting = state.transfers.of_pair(from, to);
    if (waiting == nullptr) break;
    end_transfer(state, *waiting, Code::p05_not_your_account, events);
  }
  return {};
}

Refusal transfer(MarketState& state, const TransferCommand& command, EventBatch& events) {
  const InstrumentId instrument = state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
  if (instrument.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  const FacilityId from = find_facility(state, command.from);
  const FacilityId to = find_facility(state, command.to);
  if (from.value == no_id || to.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (state.data.instruments[instrument].reference_only) return {Code::p02_venue, 0, 0};
  if (state.date.value == 0) return {Code::p01_phase, 0, 0};  // no DayOpen yet
  const std::int64_t lots = command.quantity_lots;
  if (lots < 1 || lots > order_lots_max.value) {
    return {Code::o01_quantity, lots < 1 ? 1 : order_lots_max.value, lots};
  }
  if (needs_four_eyes(command) && !has_four_eyes(command.header)) {
    return {Code::p06_four_eyes, 0, 0};
  }
  if (!state.transfers.trusts(from, to)) {
    return {Code::p05_not_your_account, from.value, to.value};
  }
  const std::int64_t available = state.accounts.rights(from, instrument).available();
  if (lots > available) return {Code::l02_rights, available, lots};
  if (state.transfers.full()) {
    return {Code::o11_capacity, risk::Transfers::pending_max, risk::Transfers::pending_max};
  }
  request_transfer(state,
                   {.number = 0,
                    .from = from,
                    .to = to,
                    .instrument = instrument,
                    .lots = Lots{lots},
                    .due = Date{state.date.value + delay_days}},
                   events);
  return {};
}

}  // namespace emx::engine
