#include "engine/order_entry.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

// Price and quantity as asked for, on the way through the tests both new and replace make.
struct Request {
  const BookState& book;
  const risk::Instrument& instrument;
  FacilityId facility;
  Side side;
  TimeInForce time_in_force;
  std::int64_t price_fen;
  std::int64_t quantity_lots;
  std::uint8_t flags;
  std::int64_t filled_lots = 0;  // of the order so far

  [[nodiscard]] PriceTicks price() const { return PriceTicks{price_fen / instrument.tick_fen}; }
};

std::int64_t number(auto value) { return static_cast<std::int64_t>(value); }

// P01: new orders and replaces need an open book, an IOC a matching one.
Refusal check_phase(const MarketState& state, const Request& request) {
  const Phase phase = request.book.phase;
  const bool open = phase == Phase::continuous ||
                    (phase == Phase::pre_open && request.time_in_force != TimeInForce::ioc);
  const bool running = request.instrument.years_from(state.year) >= 1;
  if (!open || !request.book.has_band || !running) {
    return {Code::p01_phase, number(Phase::continuous), number(phase)};
  }
  return {};
}

// O06, O05, O01, O02, O07.
Refusal check_terms(const MarketState& state, const Request& request) {
  const risk::Instrument& instrument = request.instrument;
  if ((request.flags & order_inexact_price) != 0 || request.price_fen % instrument.tick_fen != 0) {
    return {Code::o06_tick_or_lot, instrument.tick_fen, request.price_fen};
  }
  if ((request.flags & order_inexact_quantity) != 0) {
    return {Code::o06_tick_or_lot, 1, request.quantity_lots};
  }
  const PriceTicks price = request.price();
  const risk::Band& band = request.book.band;
  if (price < band.lower || price > band.upper) {
    const PriceTicks bound = price < band.lower ? band.lower : band.upper;
    return {Code::o05_price, bound.value * instrument.tick_fen, request.price_fen};
  }
  if (request.quantity_lots < 1 || request.quantity_lots > order_lots_max.value) {
    return {Code::o01_quantity, request.quantity_lots < 1 ? 1 : order_lots_max.value,
            request.quantity_lots};
  }
  if (request.quantity_lots <= request.filled_lots) {
    return {Code::o01_quantity, request.filled_lots + 1, request.quantity_lots};
  }
  if (!risk::amount_of(Lots{request.quantity_lots}, price, instrument.fen_per_tick,
                       instrument.years_from(state.year))) {
    return {Code::o02_value, amount_max.value, request.quantity_lots};
  }
  const std::int64_t listed_max = is_carbon(instrument.pollutant) ? state.limits.listed_carbon_t_max
                                                                  : state.limits.listed_kg_max;
  if (request.quantity_lots > listed_max) {
    return {Code::o07_use_block, listed_max, request.quantity_lots};
  }
  return {};
}

// Section 5 entry rules, then D01.
Refusal check_facility(const MarketState& state, const Request& request) {
  const risk::Facility& facility = state.data.facilities[request.facility];
  const Code entry = risk::entry_code(facility, request.instrument, request.side, state.date);
  if (entry != Code::none) return {entry, 0, 0};
  const Pollutant pollutant = request.instrument.pollutant;
  const bool needs_demand =
      request.side == Side::buy && !is_carbon(pollutant) && !facility.is_reserve();
  if (needs_demand) {
    const risk::Demand::Approval& approval = state.demand.of(request.facility, pollutant);
    if (approval.room() <= 0) {
      return {Code::d01_demand, approval.approved_kg, approval.credited_kg};
    }
  }
  return {};
}

// Market-rules 7: the order may rest though its own side's quota is at 0.
Code quota_warning(const MarketState& state, const Request& request) {
  const risk::TradingClass c =
      risk::trading_class(state.data, request.facility, request.instrument.pollutant, request.side);
  if (is_carbon(request.instrument.pollutant) || c.local_only) return Code::none;
  return state.quotas.own_side_blocked(static_cast<Province>(c.province),
                                       request.instrument.pollutant, request.side);
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
  if (!is_known(static_cast<Side>(command.side)) ||
      !is_known(static_cast<TimeInForce>(command.time_in_force))) {
    return {Code::o01_quantity, 0, command.side};
  }
  if (state.data.instruments[InstrumentId{command.instrument}].reference_only) {
    return {Code::p02_venue, 0, 0};
  }
  return {};
}

void write_accepted(const MarketState& state, Slot slot, Code warning, EventBatch& events) {
  const book::RestingOrder& resting = state.pool[slot];
  const OrderState& order = state.order(slot);
  OrderAcceptedEvent event{};
  event.order_id = state.pool.id_of(slot).value;
  event.arrival = order.arrival;
  event.instrument = resting.instrument;
  event.facility = resting.owner;
  event.price_ticks = order.price.value;
  event.quantity_lots = order.total.value;
  event.reserved_amount =
      resting.side == Side::buy ? order.reserved.value : std::int64_t{resting.remaining};
  event.warning = static_cast<std::uint16_t>(warning);
  event.side = static_cast<std::uint8_t>(resting.side);
  event.time_in_force = static_cast<std::uint8_t>(order.time_in_force);
  events.add(EventKind::order_accepted, event);
}

void write_replaced(const MarketState& state, Slot slot, Code warning, EventBatch& events) {
  const book::RestingOrder& resting = state.pool[slot];
  const OrderState& order = state.order(slot);
  OrderReplacedEvent event{};
  event.order_id = state.pool.id_of(slot).value;
  event.arrival = order.arrival;
  event.price_ticks = order.price.value;
  event.quantity_lots = order.total.value;
  event.remaining_lots = resting.remaining;
  event.reserved_amount =
      resting.side == Side::buy ? order.reserved.value : std::int64_t{resting.remaining};
  event.warning = static_cast<std::uint16_t>(warning);
  events.add(EventKind::order_replaced, event);
}

}  // namespace

Refusal new_order(MarketState& state, PendingWork& work, const NewOrderCommand& command,
                  EventBatch& events) {
  if (const Refusal refusal = find_parties(state, command)) return refusal;
  const InstrumentId instrument_id{command.instrument};
  BookState& book = state.book(instrument_id);
  const Request request{book,
                        state.data.instruments[instrument_id],
                        FacilityId{command.facility},
                        static_cast<Side>(command.side),
                        static_cast<TimeInForce>(command.time_in_force),
                        command.price_fen,
                        command.quantity_lots,
                        command.flags};
  if (const Refusal refusal = check_phase(state, request)) return refusal;
  if (const Refusal refusal = check_terms(state, request)) return refusal;
  if (const Refusal refusal = check_facility(state, request)) return refusal;
  const Code warning = quota_warning(state, request);

  const bool buy = request.side == Side::buy;
  const bool pays_fee = buy || !state.data.facilities[request.facility].is_reserve();
  OrderState order{};
  order.price = request.price();
  order.total = Lots{request.quantity_lots};
  order.charges.rate_bp = pays_fee ? static_cast<std::int32_t>(state.limits.fee_rate_bp) : 0;
  order.time_in_force = request.time_in_force;
  if (buy) {
    order.reserved =
        order.charges.reservation(state.amount(request.instrument, order.price, order.total));
  }
  const std::int64_t wanted = buy ? order.reserved.value : order.total.value;
  if (const Refusal refusal = check_funds(state, request, wanted)) return refusal;
  if (state.pool.full()) return {Code::o11_capacity, state.pool.capacity(), state.pool.used()};
  const std::uint32_t class_slot = state.class_slot(book, request.facility, request.side);
  if (class_slot == TradingClasses::no_class) {
    return {Code::o11_capacity, state.limits.level_cells_max, state.arena.level_cells_used()};
  }

  const Slot slot = state.pool.allocate();
  order.arrival = ++state.arrivals;
  state.order(slot) = order;
  book::RestingOrder& resting = state.pool[slot];
  resting.next = no_slot;
  resting.prev = no_slot;
  resting.remaining = static_cast<std::uint32_t>(request.quantity_lots);
  resting.key = book.book.key_of(request.side, order.price);
  resting.priority = ++state.priorities;
  resting.owner = request.facility.value;
  resting.instrument = static_cast<std::uint16_t>(instrument_id.value);
  resting.class_slot = static_cast<std::uint8_t>(class_slot);
  resting.side = request.side;
  reserve(state, request, wanted);
  state.enter(slot);
  write_accepted(state, slot, warning, events);
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

Refusal replace_order(MarketState& state, PendingWork& work, const ReplaceOrderCommand& command,
                      EventBatch& events) {
  Slot slot = no_slot;
  if (const Refusal refusal =
          find_order(state, command.header, command.flags, OrderId{command.order_id}, slot)) {
    return refusal;
  }
  BookState& book = state.book_of(slot);
  OrderState& order = state.order(slot);
  book::RestingOrder& resting = state.pool[slot];
  const std::int64_t filled = order.total.value - resting.remaining;
  const Request request{book,
                        state.instrument_of(slot),
                        state.facility_of(slot),
                        resting.side,
                        order.time_in_force,
                        command.price_fen,
                        command.quantity_lots,
                        command.flags,
                        filled};
  if (const Refusal refusal = check_phase(state, request)) return refusal;
  if (const Refusal refusal = check_terms(state, request)) return refusal;
  if (const Refusal refusal = check_facility(state, request)) return refusal;
  const Code warning = quota_warning(state, request);

  const Lots remaining{request.quantity_lots - filled};
  const bool buy = request.side == Side::buy;
  Fen reserved{0};
  std::int64_t more = remaining.value - resting.remaining;
  if (buy) {
    reserved =
        order.charges.reservation(state.amount(request.instrument, request.price(), remaining));
    more = (reserved - order.reserved).value;
  }
  if (const Refusal refusal = check_funds(state, request, more)) return refusal;

  reserve(state, request, more);
  const bool keeps_priority =
      request.price() == order.price && request.quantity_lots < order.total.value;
  if (keeps_priority) {
    state.before_change(slot);
    book.book.reduce(slot, resting.remaining - static_cast<std::uint32_t>(remaining.value));
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
  resting.remaining = static_cast<std::uint32_t>(remaining.value);
  resting.key = book.book.key_of(request.side, order.price);
  resting.priority = ++state.priorities;
  state.enter(slot);
  write_replaced(state, slot, warning, events);
  work.start_pass(slot);
  return {};
}

}  // namespace emx::engine
