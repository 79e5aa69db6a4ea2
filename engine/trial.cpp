#include "engine/trial.hpp"

#include <algorithm>

#include "engine/demand_cancels.hpp"
#include "engine/screens.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

TrialCounters::TrialCounters(const MarketState& state)
    : state_{state},
      orders_{std::make_unique<TrialOrder[]>(std::size_t{state.pool.capacity()} + 1)},
      demand_{std::make_unique<TrialDemand[]>(state.limits.facilities_max)} {}

void TrialCounters::start(Pollutant pollutant, bool whole) {
  pollutant_ = pollutant;
  whole_ = whole;
  if (++epoch_ == 0) {  // after 2^32 trials: old marks could be taken for new ones
    for (Slot slot = 0; slot <= state_.pool.capacity(); ++slot) orders_[slot].epoch = 0;
    for (std::uint32_t i = 0; i < state_.limits.facilities_max; ++i) demand_[i].epoch = 0;
    epoch_ = 1;
  }
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    use_[p] = state_.quotas.use(static_cast<Province>(p), pollutant);
  }
}

TrialCounters::TrialOrder& TrialCounters::touched(Slot slot) const {
  TrialOrder& order = orders_[slot];
  if (order.epoch != epoch_) {
    const OrderState& state = state_.order(slot);
    order = {epoch_, whole_ ? state_.open_lots(slot) : state_.pool[slot].remaining,
             whole_ ? 0 : state.hidden, state.fraction};
  }
  return order;
}

risk::CrossRooms TrialCounters::rooms(Province buyer, Province seller, Pollutant pollutant) const {
  return {use_[static_cast<std::size_t>(buyer)], state_.quotas.open_caps(buyer, pollutant),
          use_[static_cast<std::size_t>(seller)], state_.quotas.open_caps(seller, pollutant)};
}

std::int64_t TrialCounters::demand_room(FacilityId facility, Pollutant pollutant) const {
  const TrialDemand& trial = demand_[facility.value];
  const std::int64_t room = state_.demand.of(facility, pollutant).room();
  return trial.epoch == epoch_ ? room - trial.credited_kg : room;
}

TrialCounters::Filled TrialCounters::fill(Slot buy, Slot sell, std::uint32_t lots) {
  const risk::Instrument& instrument = state_.instrument_of(buy);
  const FacilityId buyer_id = state_.facility_of(buy);
  const risk::Facility& buyer = state_.data.facilities[buyer_id];
  const risk::Facility& seller = state_.data.facilities[state_.facility_of(sell)];
  const risk::Ratio ratio =
      risk::ratio_of(state_.data, buyer_id, state_.facility_of(sell), instrument);
  TrialOrder& bid = touched(buy);
  TrialOrder& ask = touched(sell);
  check(lots <= bid.shown && lots <= ask.shown);
  bid.shown -= lots;
  ask.shown -= lots;
  const risk::Credited credited = risk::credit(Lots{lots}, ratio, bid.fraction);
  bid.fraction = credited.after;
  Filled filled{};
  if (is_carbon(pollutant_)) return filled;
  risk::ProvinceUse& to = use_[static_cast<std::size_t>(buyer.province)];
  risk::ProvinceUse& from = use_[static_cast<std::size_t>(seller.province)];
  from.held -= lots;
  to.held += credited.credited.value;
  if (buyer.province != seller.province) {
    to.buy(credited.credited);
    from.sell(Lots{lots});
  }
  if (buyer.is_reserve()) return filled;
  TrialDemand& demand = demand_[buyer_id.value];
  if (demand.epoch != epoch_) demand = {epoch_, 0};
  demand.credited_kg += credited.credited.value;
  filled.demand_used_up = demand_room(buyer_id, pollutant_) <= 0;
  return filled;
}

bool TrialCounters::show_next(Slot slot) {
  TrialOrder& order = touched(slot);
  check(order.shown == 0);
  if (order.hidden == 0) return false;
  order.shown = std::min(state_.order(slot).display, order.hidden);
  order.hidden -= order.shown;
  return true;
}

bool DryRun::Result::fits_one_entry() const {
  return events_most <= entry_events_max - closing_events_max - settle_events_max - 2;
}

DryRun::DryRun(const MarketState& state)
    : state_{state}, counters_{state}, rejoined_{std::make_unique<Slot[]>(state.pool.capacity())} {}

std::uint32_t DryRun::open_bids(FacilityId facility, Pollutant pollutant) const {
  std::uint32_t count = 0;
  for (Slot slot = state_.first_order(facility); slot != no_slot; slot = state_.order(slot).later) {
    if (state_.pool[slot].side == Side::buy && state_.instrument_of(slot).pollutant == pollutant) {
      ++count;
    }
  }
  return count;
}

// The walk of the pass (book::match), on trial counters. Orders whose next part shows queue behind
// all others at their price: they wait in a list until the walk leaves that price.
DryRun::Result DryRun::run(const BookState& book, Slot taker, std::uint32_t wanted) {
  const Pollutant pollutant = state_.data.instruments[book.instrument].pollutant;
  const bool buying = state_.pool[taker].side == Side::buy;
  const std::uint32_t key = state_.pool[taker].key;
  counters_.start(pollutant, false);
  OrderScreen screen{state_, book, taker};
  const book::ClassMask classes =
      book.classes.eligible(state_.pool[taker].side, state_.pool[taker].class_slot);
  book::RankedWalk walk{book.book, opposite(state_.pool[taker].side), classes};
  Result result{};
  std::uint32_t first = 0;  // of the list, then behind its last
  std::uint32_t last = 0;
  std::uint32_t price = 0;  // of the list, a key
  PriceTicks anchor = MarketState::collar_anchor(book);
  while (result.lots < wanted) {
    Slot maker = walk.at();
    const bool crosses = maker != no_slot && book.book.crosses(state_.pool[maker].key, key);
    if (first < last && (!crosses || state_.pool[maker].key != price)) {
      maker = rejoined_[first++];
    } else if (crosses) {
      walk.step();
    } else {
      break;
    }
    if (state_.pool[maker].key != price) first = last = 0;
    price = state_.pool[maker].key;
    if (screen.order_code(maker) != Code::none) continue;
    const Slot buy = buying ? taker : maker;
    const Slot sell = buying ? maker : taker;
    const std::uint32_t lots = fill_size(state_, counters_, buy, sell).lots;
    if (lots == 0) continue;
    if (state_.is_beyond_collar(book, anchor, state_.order(maker).price)) break;
    anchor = state_.order(maker).price;
    const TrialCounters::Filled filled = counters_.fill(buy, sell, lots);
    if (result.lots == 0) result.first_price = state_.order(maker).price;
    result.lots += lots;
    result.events_most += settle_events_max;
    if (counters_.lots(maker) == 0 && counters_.show_next(maker)) {
      check(last < state_.pool.capacity() || first > 0);
      if (last == state_.pool.capacity()) {
        std::copy(rejoined_.get() + first, rejoined_.get() + last, rejoined_.get());
        last -= first;
        first = 0;
      }
      rejoined_[last++] = maker;
    }
    if (filled.demand_used_up) {
      result.events_most += open_bids(state_.facility_of(buy), pollutant);
      if (buying) break;
    }
    if (!result.fits_one_entry()) break;  // it is refused, whatever more there is
  }
  return result;
}

}  // namespace emx::engine
