#include "engine/settlement.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

struct Parties {
  FacilityId buyer;
  FacilityId seller;
  const risk::Facility& buyer_data;
  const risk::Facility& seller_data;

  [[nodiscard]] bool cross() const { return buyer_data.province != seller_data.province; }
};

Parties parties_of(const MarketState& state, Slot buy, Slot sell) {
  const FacilityId buyer = state.facility_of(buy);
  const FacilityId seller = state.facility_of(sell);
  return {buyer, seller, state.data.facilities[buyer], state.data.facilities[seller]};
}

// Takes lots off an order, in the book when it rests there. True: what it shows was used up, and
// it shows its next part, behind its level.
bool take_lots(MarketState& state, Slot slot, const Fill& fill) {
  book::RestingOrder& resting = state.pool[slot];
  const std::uint32_t lots = fill.size.lots;
  if (slot == fill.taker) {
    check(lots <= resting.remaining);
    resting.remaining -= lots;
    return false;
  }
  book::OrderBook& book = state.book_of(slot).book;
  OrderState& order = state.order(slot);
  if (!fill.whole) {
    book.reduce(slot, lots);
    if (resting.remaining > 0 || order.hidden == 0) return false;
    state.show_next(slot);
    return true;
  }
  const std::uint32_t open = state.open_lots(slot);
  check(lots <= open);
  order.hidden = 0;
  if (lots == open) {
    book.reduce(slot, resting.remaining);
    return false;
  }
  const std::uint32_t left = open - lots;
  const std::uint32_t shown = order.display == 0 ? left : std::min(order.display, left);
  book.show(slot, shown);
  order.hidden = left - shown;
  return false;
}

struct Money {
  Fen amount;
  Fen buyer_fee;
  Fen seller_fee;
  Fen buyer_released;
};

// Charges both orders and moves the cash. The orders' remaining lots are already reduced.
Money move_cash(MarketState& state, const Fill& fill, const Parties& parties,
                const risk::Instrument& instrument) {
  OrderState& buy = state.order(fill.buy);
  OrderState& sell = state.order(fill.sell);
  Money money{};
  money.amount = state.amount(instrument, fill.price, Lots{fill.size.lots});
  money.buyer_fee = buy.charges.fee_for(money.amount);
  money.seller_fee = sell.charges.fee_for(money.amount);
  buy.charges.add(money.amount, money.buyer_fee);
  sell.charges.add(money.amount, money.seller_fee);
  const Fen reserved = state.reservation(fill.buy);
  const Fen paid = money.amount + money.buyer_fee;
  money.buyer_released = buy.reserved - paid - reserved;
  check(money.buyer_released.value >= 0);
  state.accounts.change_cash(parties.buyer, -paid, reserved - buy.reserved);
  buy.reserved = reserved;
  state.accounts.change_cash(parties.seller, money.amount - money.seller_fee, Fen{0});
  return money;
}

// `reserved`: by the seller's order, of what is sold.
void move_rights(MarketState& state, const Parties& parties, InstrumentId instrument, Lots reserved,
                 const risk::Credited& credited) {
  const Lots sold = credited.credited + credited.retired;
  state.accounts.change_rights(parties.seller, instrument, -sold, -reserved);
  state.accounts.change_rights(parties.buyer, instrument, credited.credited, Lots{0});
  if (!is_carbon(state.data.instruments[instrument].pollutant)) return;
  state.exposure.change_carbon(state.owner_of(parties.seller), {.held = -sold.value});
  state.exposure.change_carbon(state.owner_of(parties.buyer), {.held = credited.credited.value});
}

void write_bill(const MarketState& state, std::uint64_t trade_no,
                const risk::Instrument& instrument, const Money& money, EventBatch& events) {
  BillEvent& bill = events.add<BillEvent>(EventKind::bill);
  bill.trade_no = trade_no;
  bill.amount_fen = money.amount.value;
  bill.buyer_fee_fen = money.buyer_fee.value;
  bill.seller_fee_fen = money.seller_fee.value;
  bill.buyer_released_fen = money.buyer_released.value;
  bill.years = static_cast<std::uint32_t>(instrument.years_from(state.year));
}

void write_postings(const Parties& parties, InstrumentId instrument, const risk::Credited& credited,
                    const Money& money, EventBatch& events) {
  const AccountId buyer = account_of(parties.buyer);
  const AccountId seller = account_of(parties.seller);
  const std::uint32_t rights = asset_of_instrument(instrument.value);
  post(rights, seller, buyer, credited.credited.value, events);
  post(rights, seller, account_env_retired, credited.retired.value, events);
  post(asset_cash, buyer, seller, money.amount.value, events);
  post(asset_cash, buyer, account_venue_fees, money.buyer_fee.value, events);
  post(asset_cash, seller, account_venue_fees, money.seller_fee.value, events);
}

void write_quota(const MarketState& state, Province province, Pollutant pollutant,
                 EventBatch& events) {
  const risk::ProvinceUse& use = state.quotas.use(province, pollutant);
  QuotaUsedEvent& event = events.add<QuotaUsedEvent>(EventKind::quota_used);
  event.year = static_cast<std::uint16_t>(state.quotas.year());
  event.province = static_cast<std::uint8_t>(province);
  event.pollutant = static_cast<std::uint8_t>(pollutant);
  event.net_kg = use.net;
  event.net_today_kg = use.net_today;
  event.gross_kg = use.gross;
}

// Quotas, holdings and demand of a pollutant fill.
void use_quotas(MarketState& state, const Parties& parties, const risk::Credited& credited,
                EventBatch& events, Settled& settled) {
  const Lots sold = credited.credited + credited.retired;
  const Pollutant pollutant = settled.pollutant;
  const Province from = parties.seller_data.province;
  const Province to = parties.buyer_data.province;
  state.quotas.change_held(from, pollutant, -sold.value);
  state.quotas.change_held(to, pollutant, credited.credited.value);
  settled.lowered_held = settled.cross_province || credited.retired.value > 0;
  if (settled.cross_province) {
    state.quotas.take(to, from, pollutant, sold, credited.credited);
    write_quota(state, to, pollutant, events);
    write_quota(state, from, pollutant, events);
  }
  if (parties.buyer_data.is_reserve()) return;
  state.demand.credit(parties.buyer, pollutant, credited.credited);
  const risk::Demand::Approval& approval = state.demand.of(parties.buyer, pollutant);
  DemandUsedEvent& event = events.add<DemandUsedEvent>(EventKind::demand_used);
  event.facility = parties.buyer.value;
  event.pollutant = static_cast<std::uint8_t>(pollutant);
  event.approved_kg = approval.approved_kg;
  event.credited_kg = approval.credited_kg;
  settled.demand_used_up = approval.room() <= 0;
}

// After a fill: the order goes when nothing of it remains.
void finish(MarketState& state, Slot slot) {
  state.after_change(slot);
  if (state.open_lots(slot) > 0) return;
  check(state.order(slot).reserved == Fen{0});
  state.leave(slot);
  state.release(slot);
}

}  // namespace

Settled settle_rights(MarketState& state, const risk::Transfer& transfer,
                      const risk::Credited& credited, EventBatch& events) {
  const Parties parties{transfer.to, transfer.from, state.data.facilities[transfer.to],
                        state.data.facilities[transfer.from]};
  Settled settled{};
  settled.buyer = transfer.to;
  settled.pollutant = state.data.instruments[transfer.instrument].pollutant;
  settled.cross_province = parties.cross() && !is_carbon(settled.pollutant);
  move_rights(state, parties, transfer.instrument, Lots{0}, credited);
  const std::uint32_t rights = asset_of_instrument(transfer.instrument.value);
  post(rights, account_of(transfer.from), account_of(transfer.to), credited.credited.value, events);
  post(rights, account_of(transfer.from), account_env_retired, credited.retired.value, events);
  if (!is_carbon(settled.pollutant)) use_quotas(state, parties, credited, events, settled);
  return settled;
}

std::int32_t fee_rate_bp(const MarketState& state, FacilityId facility, Side side) {
  const bool pays_fee = side == Side::buy || !state.data.facilities[facility].is_reserve();
  return pays_fee ? static_cast<std::int32_t>(state.data.parameters.fee_rate_bp) : 0;
}

Settled settle_deal(MarketState& state, const Deal& deal, EventBatch& events) {
  const risk::Instrument& instrument = state.data.instruments[deal.instrument];
  const Parties parties{deal.buyer, deal.seller, state.data.facilities[deal.buyer],
                        state.data.facilities[deal.seller]};
  const risk::Ratio ratio = risk::ratio_of(state.data, deal.buyer, deal.seller, instrument);
  const risk::Credited credited = risk::credit(deal.lots, ratio, {});
  Settled settled{};
  settled.buyer = deal.buyer;
  settled.pollutant = instrument.pollutant;
  settled.cross_province = parties.cross() && !is_carbon(instrument.pollutant);

  TradeEvent& trade = events.add<TradeEvent>(EventKind::trade);
  trade.trade_no = ++state.trades;
  trade.buy_facility = deal.buyer.value;
  trade.sell_facility = deal.seller.value;
  trade.instrument = deal.instrument.value;
  trade.ratio_n = ratio.n;
  trade.ratio_d = ratio.d;
  trade.cross_province = settled.cross_province ? 1 : 0;
  trade.is_block = 1;
  trade.price_ticks = deal.price.value;
  trade.quantity_lots = deal.lots.value;
  trade.credited_lots = credited.credited.value;
  trade.retired_lots = credited.retired.value;

  Money money{};
  money.amount = state.amount(instrument, deal.price, deal.lots);
  money.buyer_fee = risk::Charges{.rate_bp = deal.buyer_fee_bp}.fee_for(money.amount);
  money.seller_fee = risk::Charges{.rate_bp = deal.seller_fee_bp}.fee_for(money.amount);
  state.accounts.change_cash(deal.buyer, -(money.amount + money.buyer_fee), Fen{0});
  state.accounts.change_cash(deal.seller, money.amount - money.seller_fee, Fen{0});
  move_rights(state, parties, deal.instrument, Lots{0}, credited);
  write_bill(state, trade.trade_no, instrument, money, events);
  write_postings(parties, deal.instrument, credited, money, events);
  if (!is_carbon(instrument.pollutant)) use_quotas(state, parties, credited, events, settled);
  return settled;
}

PriceTicks fill_price(const MarketState& state, Slot buy, Slot sell) {
  const bool buy_first = state.order(buy).arrival < state.order(sell).arrival;
  return state.order(buy_first ? buy : sell).price;
}

void post(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount,
          EventBatch& events) {
  if (amount == 0) return;
  check(amount > 0);
  PostingEvent& event = events.add<PostingEvent>(EventKind::posting);
  event.asset = asset;
  event.debit_account = debit.value;
  event.credit_account = credit.value;
  event.amount = amount;
}

void write_held_back(const MarketState& state, FacilityId facility, InstrumentId instrument,
                     EventBatch& events) {
  const bool cash = instrument.value == no_id;
  const risk::Balance& balance =
      cash ? state.accounts.cash(facility) : state.accounts.rights(facility, instrument);
  HeldBackEvent& event = events.add<HeldBackEvent>(EventKind::held_back);
  event.asset = cash ? asset_cash : asset_of_instrument(instrument.value);
  event.account = account_of(facility).value;
  event.pledged_amount = balance.pledged;
  event.frozen_amount = balance.frozen;
}

Settled settle(MarketState& state, const Fill& fill, EventBatch& events) {
  check(fill.size.lots > 0);
  const risk::Instrument& instrument = state.instrument_of(fill.buy);
  const InstrumentId instrument_id{state.pool[fill.buy].instrument};
  const Parties parties = parties_of(state, fill.buy, fill.sell);
  const risk::Ratio ratio = risk::ratio_of(state.data, parties.buyer, parties.seller, instrument);
  state.before_change(fill.buy);
  state.before_change(fill.sell);

  TradeEvent& trade = events.add<TradeEvent>(EventKind::trade);
  trade.trade_no = ++state.trades;
  state.traded(state.book(instrument_id), fill.price);
  trade.buy_order_id = state.pool.id_of(fill.buy).value;
  trade.sell_order_id = state.pool.id_of(fill.sell).value;
  Settled settled{};
  settled.buy_rejoined = take_lots(state, fill.buy, fill);
  settled.sell_rejoined = take_lots(state, fill.sell, fill);
  OrderState& buy = state.order(fill.buy);
  const risk::Credited credited = risk::credit(Lots{fill.size.lots}, ratio, buy.fraction);
  buy.fraction = credited.after;

  settled.buyer = parties.buyer;
  settled.pollutant = instrument.pollutant;
  settled.cross_province = parties.cross() && !is_carbon(instrument.pollutant);
  trade.buy_facility = parties.buyer.value;
  trade.sell_facility = parties.seller.value;
  trade.instrument = instrument_id.value;
  trade.code = static_cast<std::uint16_t>(fill.size.code);
  trade.aggressor = fill.taker == no_slot ? std::uint8_t{0}
                                          : static_cast<std::uint8_t>(state.pool[fill.taker].side);
  trade.ratio_n = ratio.n;
  trade.ratio_d = ratio.d;
  trade.cross_province = settled.cross_province ? 1 : 0;
  trade.price_ticks = fill.price.value;
  trade.quantity_lots = fill.size.lots;
  trade.credited_lots = credited.credited.value;
  trade.retired_lots = credited.retired.value;
  trade.buy_remaining_lots = state.open_lots(fill.buy);
  trade.sell_remaining_lots = state.open_lots(fill.sell);

  const Money money = move_cash(state, fill, parties, instrument);
  move_rights(state, parties, instrument_id, Lots{fill.size.lots}, credited);
  write_bill(state, trade.trade_no, instrument, money, events);
  write_postings(parties, instrument_id, credited, money, events);
  if (!is_carbon(instrument.pollutant)) {
    use_quotas(state, parties, credited, events, settled);
  }
  finish(state, fill.buy);
  finish(state, fill.sell);
  return settled;
}

}  // namespace emx::engine
