#include "engine/authority.hpp"
#include "engine/settlement.hpp"

namespace emx::engine {

namespace {

// More comes from what is available and from open orders, so at most all that nobody holds back
// yet; less needs a second person, and there must be so much.
template <class Command>
Refusal hold_back(const MarketState& state, PendingWork& work, risk::Hold hold,
                  const Command& command) {
  HoldBack change{.hold = hold, .amount = command.amount};
  if (!command.symbol.empty()) {
    change.instrument = state.data.instruments.find(
        [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
    if (change.instrument.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  }
  change.facility = find_facility(state, command.facility);
  if (change.facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (command.amount == 0) return {Code::o01_quantity, 1, 0};
  if (needs_four_eyes(command) && !has_four_eyes(command.header))
    return {Code::p06_four_eyes, 0, 0};
  const risk::Balance& balance = change.balance(state);
  std::int64_t held = balance.held(hold);
  if (hold == risk::Hold::frozen && !change.is_cash()) {  // what is on its way stays frozen
    held -= state.transfers.pending_of(change.facility, change.instrument).value;
  }
  if (command.amount < -held) return {Code::o01_quantity, -held, command.amount};
  const std::int64_t free = balance.available() + balance.reserved;
  if (command.amount > free) return {change.lack(), free, command.amount};
  work.hold_back(change);
  return {};
}

}  // namespace

Refusal deposit(MarketState& state, const DepositCommand& command, EventBatch& events) {
  const FacilityId facility = find_facility(state, command.facility);
  if (facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (command.amount_fen < 1) return {Code::o01_quantity, 1, command.amount_fen};
  // All deposits together stay within what one account may hold, so every balance does.
  if (command.amount_fen > amount_max.value - state.deposited.value) {
    return {Code::o02_value, amount_max.value - state.deposited.value, command.amount_fen};
  }
  state.deposited += Fen{command.amount_fen};
  state.accounts.change_cash(facility, Fen{command.amount_fen}, Fen{0});
  post(asset_cash, account_bank, account_of(facility), command.amount_fen, events);
  return {};
}

Refusal withdraw(MarketState& state, const WithdrawCommand& command, EventBatch& events) {
  const FacilityId facility = find_facility(state, command.facility);
  if (facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (command.amount_fen < 1) return {Code::o01_quantity, 1, command.amount_fen};
  if (needs_four_eyes(command) && !has_four_eyes(command.header))
    return {Code::p06_four_eyes, 0, 0};
  const std::int64_t available = state.accounts.cash(facility).available();
  if (command.amount_fen > available) return {Code::l01_cash, available, command.amount_fen};
  state.deposited -= Fen{command.amount_fen};
  state.accounts.change_cash(facility, -Fen{command.amount_fen}, Fen{0});
  post(asset_cash, account_of(facility), account_bank, command.amount_fen, events);
  return {};
}

Refusal freeze(const MarketState& state, PendingWork& work, const FreezeCommand& command) {
  return hold_back(state, work, risk::Hold::frozen, command);
}

Refusal pledge(const MarketState& state, PendingWork& work, const PledgeCommand& command) {
  return hold_back(state, work, risk::Hold::pledged, command);
}

Refusal issue(MarketState& state, const IssueCommand& command, EventBatch& events) {
  const InstrumentId id = state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
  if (id.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  const FacilityId facility = find_facility(state, command.facility);
  if (facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (command.quantity_lots < 1) return {Code::o01_quantity, 1, command.quantity_lots};
  BookState& book = state.book(id);
  const std::int64_t room = issued_lots_max.value - book.issued.value;
  if (command.quantity_lots > room) return {Code::o02_value, room, command.quantity_lots};
  book.issued += Lots{command.quantity_lots};
  state.accounts.change_rights(facility, id, Lots{command.quantity_lots}, Lots{0});
  const Pollutant pollutant = state.data.instruments[id].pollutant;
  if (is_carbon(pollutant)) {
    state.exposure.change_carbon(state.owner_of(facility), {.held = command.quantity_lots,
                                                            .allocated = command.quantity_lots});
  } else {
    state.quotas.change_held(state.data.facilities[facility].province, pollutant,
                             command.quantity_lots);
  }
  post(asset_of_instrument(id.value), account_registry, account_of(facility), command.quantity_lots,
       events);
  return {};
}

}  // namespace emx::engine
