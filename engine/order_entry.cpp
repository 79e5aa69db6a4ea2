#include "engine/order_entry.hpp"

#include <limits>

#include "engine/admission_limits.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

// An order as it is asked for, on the way through the tests both new and replace make.
struct Request {
  const BookState& book;
  const risk::Instrument& instrument;
  FacilityId facility;
  Side side;
  TimeInForce time_in_force;  // as it counts: a market order is IOC or FOK
  std::int64_t price_fen;
  std::int64_t quantity_lots;
  std::int64_t now_ns;
  std::uint8_t flags;
  bool market = false;
  bool post_only = false;
  bool local_only = false;
  std::int64_t min_lots = 0;
  std::int64_t display_lots = 0;
  risk::Ratio max_ratio{};
  Date expires{};
  std::int64_t filled_lots = 0;  // of the order so far

  // Of a market order the far edge of the price limits.
  [[nodiscard]] PriceTicks price() const {
    if (market) return side == Side::buy ? book.band.upper : book.band.lower;
    return PriceTicks{price_fen / instrument.tick_fen};
  }
  // Trades at once or never.
  [[nodiscard]] bool immediate() const {
    return time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok;
  }
};

std::int64_t as_figure(auto value) { return static_cast<std::int64_t>(value); }

// P01: new orders and replaces need an open book; what cannot rest, or must not trade, a matching
// one.
Refusal check_phase(const MarketState& state, const Request& request, bool needs_matching) {
  const Phase phase = request.book.phase;
  const bool open = phase == Phase::continuous ||
                    ((phase == Phase::pre_open || is_call(phase)) && !needs_matching);
  const bool running = request.instrument.years_from(state.year) >= 1;
  if (!open || !request.book.has_band || !running) {
    return {Code::p01_phase, as_figure(Phase::continuous), as_figure(phase)};
  }
  return {};
}

// O06 and O05 of the price.
Refusal check_price(const Request& request) {
  if (request.market) return {};
  const risk::Instrument& instrument = request.instrument;
  if ((request.flags & order_inexact_price) != 0 || request.price_fen % instrument.tick_fen != 0) {
    return {Code::o06_tick_or_lot, instrument.tick_fen, request.price_fen};
  }
  return {};
}
Refusal check_band(const Request& request) {
  const PriceTicks price = request.price();
  const risk::Band& band = request.book.band;
  if (price >= band.lower && price <= band.upper) return {};
  const PriceTicks bound = price < band.lower ? band.lower : band.upper;
  return {Code::o05_price, bound.value * request.instrument.tick_fen, request.price_fen};
}

Refusal out_of_range(std::int64_t low, std::int64_t high, std::int64_t value) {
  if (value >= low && value <= high) return {};
  return {Code::o01_quantity, value < low ? low : high, value};
}

// O01: every number of the order that is not a price.
Refusal check_quantities(const MarketState& state, const Request& request) {
  const std::int64_t quantity = request.quantity_lots;
  if (const Refusal r = out_of_range(1, order_lots_max.value, quantity)) return r;
  if (const Refusal r = out_of_range(request.filled_lots + 1, quantity, quantity)) return r;
  const bool may_have_minimum = request.time_in_force == TimeInForce::ioc;
  if (const Refusal r = out_of_range(0, quantity, request.min_lots)) return r;
  if (const Refusal r = out_of_range(0, may_have_minimum ? quantity : 0, request.min_lots)) {
    return r;
  }
  if (const Refusal r = out_of_range(0, quantity, request.display_lots)) return r;
  if ((request.max_ratio.n == 0) != (request.max_ratio.d == 0)) {
    return {Code::o01_quantity, 1, 0};
  }
  if (request.time_in_force == TimeInForce::gtd && request.expires < state.date) {
    return {Code::o01_quantity, state.date.value, request.expires.value};
  }
  return {};
}

// O06, O05, O01, O02, O07.
Refusal check_terms(const MarketState& state, const Request& request) {
  const risk::Instrument& instrument = request.instrument;
  if (const Refusal refusal = check_price(request)) return refusal;
  if ((request.flags & order_inexact_quantity) != 0) {
    return {Code::o06_tick_or_lot, 1, request.quantity_lots};
  }
  if (const Refusal refusal = check_band(request)) return refusal;
  if (const Refusal refusal = check_quantities(state, request)) return refusal;
  const auto within = [&](LimitKind kind, std::int64_t wanted) {
    return check_order_limit(state, kind, request.facility, request.book.instrument, wanted,
                             request.now_ns);
  };
  if (const Refusal r = within(LimitKind::order_quantity, request.quantity_lots)) return r;
  const auto amount = risk::amount_of(Lots{request.quantity_lots}, request.price(),
                                      instrument.fen_per_tick, instrument.years_from(state.year));
  if (!amount) {
    return {Code::o02_value, amount_max.value, std::numeric_limits<std::int64_t>::max()};
  }
  if (const Refusal r = within(LimitKind::order_value, amount->value)) return r;
  const std::int64_t listed_max = state.data.parameters.listed_max(instrument.pollutant);
  if (request.quantity_lots > listed_max) {
    return {Code::o07_use_block, listed_max, request.quantity_lots};
  }
  return {};
}

// Market-rules 7: the order may rest though its own side's quota is at 0.
Code quota_warning(const MarketState& state, const Request& request) {
  const risk::TradingClass c =
      state.class_of(request.book, request.facility, request.side, request.local_only);
  if (is_carbon(request.instrument.pollutant) || c.local_only) return Code::none;
  return state.quotas.own_side_blocked(static_cast<Province>(c.province),
                                       request.instrument.pollutant, request.side);
}

// O10: a post-only order that could trade at once, judged before it is an order.
Refusal check_post_only(MarketState& state, DryRun& dry_run, BookState& book,
                        const Request& request, const OrderState& order) {
  if (!request.post_only || book.phase != Phase::continuous) return {};
  book.classes.set_trial(state.class_of(book, request.facility, request.side, request.local_only),
                         request.instrument.pollutant, state.links);
  const Slot trial = state.pool.trial_slot();
  state.order(trial) = order;
  book::RestingOrder& resting = state.pool[trial];
  resting.remaining = static_cast<std::uint32_t>(request.quantity_lots - request.filled_lots);
  resting.key = book.book.key_of(request.side, request.price());
  resting.instrument = static_cast<std::uint16_t>(book.instrument.value);
  resting.class_slot = static_cast<std::uint8_t>(TradingClasses::trial_class);
  resting.side = request.side;
  const DryRun::Result first = dry_run.run(book, trial, 1);
  if (first.lots == 0) return {};
  const std::int64_t tick_fen = request.instrument.tick_fen;
  return {Code::o10_post_only, first.first_price.value * tick_fen,
          request.price().value * tick_fen};
}

// L01 or L02: `wanted` more reserved than now.
Refusal check_funds(const MarketState& state, const Request& request, std::int64_t wanted) {
  const bool buy = request.side == Side::buy;
  const std::int64_t available =
      buy ? state.accounts.cash(request.facility).available()
          : state.accounts.rights(request.facility, request.book.instrument).available();
  if (wanted <= available) return {};
  return {buy ? Code::l01_cash : Code::l02_rights, available, wanted};
}

void reserve(MarketState& state, const Request& request, std::int64_t by) {
  if (request.side == Side::buy) {
    state.accounts.change_cash(request.facility, Fen{0}, Fen{by});
  } else {
    state.accounts.change_rights(request.facility, request.book.instrument, Lots{0}, Lots{by});
  }
}

// A live order of the sender's firm, or why there is none: an order of another firm is unknown.
Refusal find_order(const MarketState& state, const CommandHeader& header, std::uint8_t flags,
                   OrderId id, Slot& slot) {
  slot = state.pool.find(id);
  if (slot != no_slot &&
      state.data.facilities[state.facility_of(slot)].firm.value != header.actor) {
    return {Code::d03_unknown_order, 0, 0};
  }
  if ((flags & order_duplicate_cl_ord_id) != 0) return {Code::d02_duplicate_cl_ord_id, 0, 0};
  if (slot != no_slot) return {};
  return {state.pool.was_given(id) ? Code::d04_too_late : Code::d03_unknown_order, 0, 0};
}

// P03 to D02.
Refusal find_parties(const MarketState& state, const NewOrderCommand& command) {
  if (!state.data.instruments.has(InstrumentId{command.instrument})) {
    return {Code::p03_unknown_symbol, 0, 0};
  }
  if (!state.data.facilities.has(FacilityId{command.facility})) {
    return {Code::p04_unknown_account, 0, 0};
  }
  const FirmId owner = state.data.facilities[FacilityId{command.facility}].firm;
  if (owner.value != command.header.actor) {
    return {Code::p05_not_your_account, owner.value, command.header.actor};
  }
  if ((command.flags & order_duplicate_cl_ord_id) != 0) {
    return {Code::d02_duplicate_cl_ord_id, 0, 0};
  }
  return {};
}

// P02, K01.
Refusal check_venue(const MarketState& state, const NewOrderCommand& command) {
  if (!is_known(static_cast<Side>(command.side)) ||
      !is_known(static_cast<OrderType>(command.order_type)) ||
      !is_known(static_cast<TimeInForce>(command.time_in_force)) ||
      command.instructions > order_instructions_all) {
    return {Code::o01_quantity, 0, command.side};
  }
  if (state.data.instruments[InstrumentId{command.instrument}].reference_only) {
    return {Code::p02_venue, 0, 0};
  }
  return check_kill_switch(state, FacilityId{command.facility}, InstrumentId{command.instrument});
}

// H01: a bid for carbon, `more` t open than now.
Refusal check_carbon(const MarketState& state, const Request& request, std::int64_t more) {
  const bool bid = request.side == Side::buy && is_carbon(request.instrument.pollutant);
  if (!bid || more <= 0) return {};
  return check_carbon_holding(state, request.facility, more);
}

// Fen of a buy, lots of a sell.
std::int64_t reserved_amount(const MarketState& state, Slot slot) {
  return state.pool[slot].side == Side::buy ? state.order(slot).reserved.value
                                            : std::int64_t{state.open_lots(slot)};
}

void write_accepted(const MarketState& state, Slot slot, Code warning, EventBatch& events) {
  const book::RestingOrder& resting = state.pool[slot];
  const OrderState& order = state.order(slot);
  OrderAcceptedEvent& event = events.add<OrderAcceptedEvent>(EventKind::order_accepted);
  event.order_id = state.pool.id_of(slot).value;
  event.arrival = order.arrival;
  event.instrument = resting.instrument;
  event.facility = order.facility.value;
  event.price_ticks = order.price.value;
  event.quantity_lots = order.total.value;
  event.reserved_amount = reserved_amount(state, slot);
  event.warning = static_cast<std::uint16_t>(warning);
  event.side = static_cast<std::uint8_t>(resting.side);
  event.time_in_force = static_cast<std::uint8_t>(order.time_in_force);
  event.expire_date = order.expires.value;
}

void write_replaced(const MarketState& state, Slot slot, Code warning, EventBatch& events) {
  const OrderState& order = state.order(slot);
  OrderReplacedEvent& event = events.add<OrderReplacedEvent>(EventKind::order_replaced);
  event.order_id = state.pool.id_of(slot).value;
  event.arrival = order.arrival;
  event.price_ticks = order.price.value;
  event.quantity_lots = order.total.value;
  event.remaining_lots = state.open_lots(slot);
  event.reserved_amount = reserved_amount(state, slot);
  event.warning = static_cast<std::uint16_t>(warning);
}

// A market order is IOC, unless it says FOK.
TimeInForce time_in_force_of(const NewOrderCommand& command) {
  const auto said = static_cast<TimeInForce>(command.time_in_force);
  const bool market = static_cast<OrderType>(command.order_type) == OrderType::market;
  return market && said != TimeInForce::fok ? TimeInForce::ioc : said;
}

Date expiry_of(const MarketState& state, const NewOrderCommand& command) {
  switch (time_in_force_of(command)) {
    case TimeInForce::gtd:
      return Date{command.expire_date};
    case TimeInForce::gtc:
      return Date{state.date.value + static_cast<std::int32_t>(state.data.parameters.gtc_days)};
    default:
      return {};
  }
}

Request request_of(const MarketState& state, const NewOrderCommand& command, std::int64_t now_ns) {
  const InstrumentId instrument{command.instrument};
  return {.book = state.book(instrument),
          .instrument = state.data.instruments[instrument],
          .facility = FacilityId{command.facility},
          .side = static_cast<Side>(command.side),
          .time_in_force = time_in_force_of(command),
          .price_fen = command.price_fen,
          .quantity_lots = command.quantity_lots,
          .now_ns = now_ns,
          .flags = command.flags,
          .market = static_cast<OrderType>(command.order_type) == OrderType::market,
          .post_only = (command.instructions & order_post_only) != 0,
          .local_only = (command.instructions & order_local_only) != 0,
          .min_lots = command.min_quantity_lots,
          .display_lots = command.display_quantity_lots,
          .max_ratio = {command.max_ratio_n, command.max_ratio_d},
          .expires = expiry_of(state, command)};
}

// Everything but the place in the book and the reservation.
OrderState order_of(const MarketState& state, const Request& request, std::uint32_t session) {
  OrderState order{};
  order.facility = request.facility;
  order.price = request.price();
  order.total = Lots{request.quantity_lots};
  order.charges.rate_bp = fee_rate_bp(state, request.facility, request.side);
  order.display = static_cast<std::uint32_t>(request.display_lots);
  order.session = session;
  order.expires = request.expires;
  if (request.side == Side::buy) order.max_ratio = request.max_ratio;
  order.time_in_force = request.time_in_force;
  order.post_only = request.post_only;
  order.local_only = request.local_only;
  return order;
}

// How much must fill in the order's own pass; 0: nothing.
std::uint32_t must_fill(const Request& request) {
  if (request.time_in_force == TimeInForce::fok) {
    return static_cast<std::uint32_t>(request.quantity_lots);
  }
  return static_cast<std::uint32_t>(request.min_lots);
}

}  // namespace

Refusal entry_refusal(const MarketState& state, const risk::Instrument& instrument, FacilityId id,
                      Side side) {
  const risk::Facility& facility = state.data.facilities[id];
  const Code entry = risk::entry_code(facility, instrument, side, state.date);
  if (entry != Code::none) {
    const auto [limit, value] = risk::entry_figures(entry, facility, instrument, state.date);
    return {entry, limit, value};
  }
  const Pollutant pollutant = instrument.pollutant;
  if (side == Side::sell || is_carbon(pollutant) || facility.is_reserve()) return {};
  const risk::Demand::Approval& approval = state.demand.of(id, pollutant);
  if (approval.room() > 0) return {};
  return {Code::d01_demand, approval.approved_kg, approval.credited_kg};
}

Refusal new_order(MarketState& state, PendingWork& work, DryRun& dry_run,
                  const NewOrderCommand& command, std::int64_t now_ns, EventBatch& events) {
  if (const Refusal refusal = find_parties(state, command)) return refusal;
  const FirmId firm = state.data.facilities[FacilityId{command.facility}].firm;
  if (const Refusal refusal = take_rate_token(state, firm, now_ns)) return refusal;
  if (const Refusal refusal = check_venue(state, command)) return refusal;
  const InstrumentId instrument_id{command.instrument};
  BookState& book = state.book(instrument_id);
  const Request request = request_of(state, command, now_ns);
  const bool needs_matching = request.immediate() || request.min_lots > 0 || request.post_only;
  if (const Refusal refusal = check_phase(state, request, needs_matching)) return refusal;
  if (const Refusal refusal = check_terms(state, request)) return refusal;
  if (const Refusal refusal =
          entry_refusal(state, request.instrument, request.facility, request.side))
    return refusal;
  if (const Refusal refusal = check_carbon(state, request, request.quantity_lots)) return refusal;
  if (const Refusal refusal = check_open_orders(state, request.facility, instrument_id, now_ns))
    return refusal;
  OrderState order = order_of(state, request, command.header.session);
  if (const Refusal refusal = check_post_only(state, dry_run, book, request, order)) return refusal;
  const Code warning = quota_warning(state, request);
  if (warning != Code::none && (command.instructions & order_refuse_if_no_headroom) != 0) {
    return {warning, 0, request.quantity_lots};
  }
  const bool buy = request.side == Side::buy;
  if (buy) {
    order.reserved =
        order.charges.reservation(state.amount(request.instrument, order.price, order.total));
  }
  const std::int64_t wanted = buy ? order.reserved.value : order.total.value;
  if (const Refusal refusal = check_funds(state, request, wanted)) return refusal;
  if (state.pool.full()) return {Code::o11_capacity, state.pool.capacity(), state.pool.used()};
  const std::uint32_t class_slot = state.class_slot(
      book, state.class_of(book, request.facility, request.side, request.local_only));
  if (class_slot == TradingClasses::no_class) {
    return {Code::o11_capacity, state.limits.level_cells_max, state.arena.level_cells_used()};
  }

  const Slot slot = state.allocate();
  order.arrival = ++state.arrivals;
  state.order(slot) = order;
  book::RestingOrder& resting = state.pool[slot];
  resting.remaining = static_cast<std::uint32_t>(request.quantity_lots);
  resting.key = book.book.key_of(request.side, order.price);
  resting.priority = ++state.priorities;
  resting.instrument = static_cast<std::uint16_t>(instrument_id.value);
  resting.class_slot = static_cast<std::uint8_t>(class_slot);
  resting.side = request.side;
  reserve(state, request, wanted);
  state.enter(slot);
  write_accepted(state, slot, warning, events);
  if (const std::uint32_t needed = must_fill(request); needed > 0) {
    const DryRun::Result result = dry_run.run(book, slot, needed);
    if (result.lots < needed || !result.fits_one_entry()) {
      state.cancel(slot, Code::o09_not_fillable, false, events);
      return {};
    }
  }
  work.start_pass(slot);
  return {};
}

Refusal cancel_order(MarketState& state, const CancelOrderCommand& command, EventBatch& events) {
  Slot slot = no_slot;
  if (const Refusal refusal =
          find_order(state, command.header, command.flags, OrderId{command.order_id}, slot)) {
    return refusal;
  }
  state.cancel(slot, Code::c03_requested, true, events);
  return {};
}

Refusal replace_order(MarketState& state, PendingWork& work, DryRun& dry_run,
                      const ReplaceOrderCommand& command, std::int64_t now_ns, EventBatch& events) {
  Slot slot = no_slot;
  if (const Refusal refusal =
          find_order(state, command.header, command.flags, OrderId{command.order_id}, slot)) {
    return refusal;
  }
  BookState& book = state.book_of(slot);
  OrderState& order = state.order(slot);
  book::RestingOrder& resting = state.pool[slot];
  const FirmId firm = state.data.facilities[order.facility].firm;
  if (const Refusal refusal = take_rate_token(state, firm, now_ns)) return refusal;
  const std::int64_t filled = order.total.value - state.open_lots(slot);
  const Request request{.book = book,
                        .instrument = state.instrument_of(slot),
                        .facility = state.facility_of(slot),
                        .side = resting.side,
                        .time_in_force = order.time_in_force,
                        .price_fen = command.price_fen,
                        .quantity_lots = command.quantity_lots,
                        .now_ns = now_ns,
                        .flags = command.flags,
                        .post_only = order.post_only,
                        .local_only = order.local_only,
                        .expires = order.expires,
                        .filled_lots = filled};
  if (const Refusal refusal = check_phase(state, request, false)) return refusal;
  if (const Refusal refusal = check_terms(state, request)) return refusal;
  if (const Refusal refusal =
          entry_refusal(state, request.instrument, request.facility, request.side))
    return refusal;
  const std::int64_t open_more = command.quantity_lots - order.total.value;
  if (const Refusal refusal = check_carbon(state, request, open_more)) return refusal;
  const bool keeps_priority =
      request.price() == order.price && request.quantity_lots < order.total.value;
  if (!keeps_priority) {
    if (const Refusal refusal = check_post_only(state, dry_run, book, request, order)) {
      return refusal;
    }
  }
  const Code warning = quota_warning(state, request);

  const Lots remaining{request.quantity_lots - filled};
  const bool buy = request.side == Side::buy;
  Fen reserved{0};
  std::int64_t more = remaining.value - state.open_lots(slot);
  if (buy) {
    reserved =
        order.charges.reservation(state.amount(request.instrument, request.price(), remaining));
    more = (reserved - order.reserved).value;
  }
  if (const Refusal refusal = check_funds(state, request, more)) return refusal;

  reserve(state, request, more);
  const auto left = static_cast<std::uint32_t>(remaining.value);
  if (keeps_priority) {  // what does not show goes first
    state.before_change(slot);
    if (left < resting.remaining) book.book.show(slot, left);
    order.hidden = left - resting.remaining;
    order.total = Lots{request.quantity_lots};
    order.reserved = reserved;
    state.after_change(slot);
    write_replaced(state, slot, warning, events);
    return {};
  }
  book.book.unlink(slot);
  state.leave(slot);
  order.price = request.price();
  order.total = Lots{request.quantity_lots};
  order.reserved = reserved;
  order.arrival = ++state.arrivals;
  order.hidden = 0;
  resting.remaining = left;
  resting.key = book.book.key_of(request.side, order.price);
  resting.priority = ++state.priorities;
  state.enter(slot);
  write_replaced(state, slot, warning, events);
  work.start_pass(slot);
  return {};
}

// A firm's command means its own orders, whatever firm it names.
Refusal mass_cancel(const MarketState& state, PendingWork& work, const MassCancelCommand& command) {
  MassCancelScope scope{};
  scope.session = command.order_session;
  if ((command.flags & order_duplicate_cl_ord_id) != 0) {
    return {Code::d02_duplicate_cl_ord_id, 0, 0};
  }
  if (command.side != 0 && !is_known(static_cast<Side>(command.side))) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Side::sell), command.side};
  }
  scope.side = command.side;
  if (command.on_disconnect > 1) return {Code::o01_quantity, 1, command.on_disconnect};
  scope.on_disconnect = command.on_disconnect == 1;
  if (!command.symbol.empty()) {
    scope.instrument = state.data.instruments.find(
        [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
    if (scope.instrument.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  }
  if (is_firm(command.header.actor)) {
    scope.firm = FirmId{command.header.actor};
  } else if (!command.firm.empty()) {
    scope.firm =
        state.data.firms.find([&](const risk::Firm& row) { return row.code == command.firm; });
    if (scope.firm.value == no_id) return {Code::p04_unknown_account, 0, 0};
  }
  work.cancel_many(scope);
  return {};
}

}  // namespace emx::engine
