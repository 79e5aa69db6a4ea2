#include "engine/inspection.hpp"

#include "engine/market_state.hpp"
#include "engine/screens.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

const GenesisCommand& Inspection::genesis() const { return state_->limits; }

Date Inspection::trade_date() const { return state_->date; }

std::int32_t Inspection::trade_year() const { return state_->year; }

const risk::TradingCalendar& Inspection::calendar() const { return state_->calendar; }

const risk::ReferenceData& Inspection::data() const { return state_->data; }

const risk::Links& Inspection::links() const { return state_->links; }

const risk::ProvinceQuotas& Inspection::quotas() const { return state_->quotas; }

const risk::Blocks& Inspection::blocks() const { return state_->blocks; }

const risk::RuleSets& Inspection::rule_sets() const { return state_->rule_sets; }

const risk::Demand::Approval& Inspection::demand(FacilityId facility, Pollutant pollutant) const {
  return state_->demand.of(facility, pollutant);
}

bool Inspection::trusts(FacilityId from, FacilityId to) const {
  return state_->transfers.trusts(from, to);
}

bool Inspection::is_stopped(FacilityId facility, InstrumentId instrument) const {
  return state_->kill_switch.stops(state_->data, facility, instrument);
}

Inspection::Book Inspection::book(InstrumentId instrument) const {
  const BookState& book = state_->book(instrument);
  return {book.phase,      book.has_band,   book.reference,
          book.band.lower, book.band.upper, MarketState::collar_anchor(book)};
}

std::optional<Inspection::Order> Inspection::order(OrderId id) const {
  const Slot slot = state_->pool.find(id);
  if (slot == no_slot) return std::nullopt;
  const book::RestingOrder& resting = state_->pool[slot];
  const OrderState& order = state_->order(slot);
  return Order{.facility = order.facility,
               .instrument = InstrumentId{resting.instrument},
               .side = resting.side,
               .price = order.price,
               .total = order.total,
               .open = Lots{state_->open_lots(slot)},
               .reserved = order.reserved,
               .time_in_force = order.time_in_force,
               .expires = order.expires,
               .post_only = order.post_only,
               .local_only = order.local_only,
               .max_ratio_n = order.max_ratio.n,
               .max_ratio_d = order.max_ratio.d};
}

bool Inspection::was_given(OrderId id) const { return state_->pool.was_given(id); }

std::uint32_t Inspection::open_orders() const { return state_->pool.used(); }

Code Inspection::bar_between(OrderId bid, OrderId ask) const {
  const Slot buy = state_->pool.find(bid);
  const Slot sell = state_->pool.find(ask);
  check(buy != no_slot && sell != no_slot);
  const InstrumentId instrument{state_->pool[buy].instrument};
  check(instrument.value == state_->pool[sell].instrument);
  const Code by_class =
      state_->book(instrument)
          .classes.code(Side::buy, state_->pool[buy].class_slot, state_->pool[sell].class_slot);
  if (by_class != Code::none) return by_class;
  return code_of(
      bars_between(*state_, instrument, bid_of(*state_, buy), state_->facility_of(sell)));
}

const risk::Balance& Inspection::cash(FacilityId facility) const {
  return state_->accounts.cash(facility);
}

const risk::Balance& Inspection::rights(FacilityId facility, InstrumentId instrument) const {
  return state_->accounts.rights(facility, instrument);
}

const risk::CarbonExposure& Inspection::carbon(FacilityId facility) const {
  return state_->exposure.carbon(state_->owner_of(facility));
}

std::int64_t Inspection::order_limit(LimitKind kind, Scope scope, std::uint32_t row,
                                     std::int64_t now_ns) const {
  return state_->order_limits.limit(kind, scope, row, now_ns);
}

std::uint32_t Inspection::open_orders(Scope scope, std::uint32_t row) const {
  return state_->exposure.open_orders(scope, row);
}

}  // namespace emx::engine
