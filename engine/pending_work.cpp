#include "engine/pending_work.hpp"

#include <algorithm>

#include "engine/block.hpp"
#include "engine/screens.hpp"
#include "engine/skips.hpp"
#include "engine/transfer.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

// The taker against its book: settles each fill at once.
class PassScreen : public OrderScreen {
 public:
  PassScreen(MarketState& state, const BookState& book, Slot& taker, DemandCancels& cancels,
             EventBatch& events)
      : OrderScreen{state, book, taker},
        market_{state},
        taker_{taker},
        cancels_{cancels},
        events_{events},
        before_{quota_codes()} {}

  [[nodiscard]] Code class_code_before(std::uint32_t class_slot) const {
    return code(class_slot, before_);
  }

  book::FillOutcome fill(Slot maker) {
    if (!events_.has_room_for(settle_events_max + closing_events_max)) {
      cut_ = true;
      return {.filled = false, .stop = true};
    }
    const PriceTicks price = market_.order(maker).price;
    if (market_.is_beyond_collar(book_, MarketState::collar_anchor(book_), price)) {
      collared_ = true;
      collared_price_ = price;
      collared_rank_ = book_.book.rank_of(maker);
      return {.filled = false, .stop = true};
    }
    const bool buying = side_ == Side::buy;
    Fill fill{};
    fill.buy = buying ? taker_ : maker;
    fill.sell = buying ? maker : taker_;
    fill.size = fill_size(market_, StateCounters{market_}, fill.buy, fill.sell);
    fill.price = price;
    fill.taker = taker_;
    const bool taker_filled = fill.size.lots == market_.pool[taker_].remaining;
    const Settled settled = settle(market_, fill, events_);
    if (taker_filled) taker_ = no_slot;
    book::FillOutcome outcome{};
    outcome.stop = taker_filled;
    outcome.rejoined = buying ? settled.sell_rejoined : settled.buy_rejoined;
    if (settled.lowered_held) {
      lowered_held_ = true;
      outcome.codes_changed = refresh();
    }
    if (settled.demand_used_up) {
      cancels_.start(settled.buyer, settled.pollutant);
      cut_ = !cancels_.run(taker_, closing_events_max, events_);
      outcome.orders_left = true;
      outcome.stop = outcome.stop || cut_ || taker_ == no_slot;
    }
    return outcome;
  }

  [[nodiscard]] bool cut() const { return cut_; }
  [[nodiscard]] bool lowered_held() const { return lowered_held_; }
  // A fill was not made: where, and at what price.
  [[nodiscard]] bool collared() const { return collared_; }
  [[nodiscard]] PriceTicks collared_price() const { return collared_price_; }
  [[nodiscard]] book::Rank collared_rank() const { return collared_rank_; }

 private:
  [[nodiscard]] const QuotaCodes& quota_codes() const { return quota_; }
  bool refresh() {
    before_.take(quota_);
    quota_.refresh();
    return !(before_ == quota_);
  }

  MarketState& market_;
  Slot& taker_;
  DemandCancels& cancels_;
  EventBatch& events_;
  QuotaCodes before_;
  bool cut_ = false;
  bool lowered_held_ = false;
  bool collared_ = false;
  PriceTicks collared_price_{};
  book::Rank collared_rank_{};
};

void PendingWork::end_call(InstrumentId instrument) { uncross_.add(instrument); }

void PendingWork::expire_books(Expiry why, std::uint32_t from, std::uint32_t to) {
  expiry_active_ = true;
  expiry_why_ = why;
  expiry_before_ = why == Expiry::close ? state_.calendar.next(state_.date) : state_.date;
  expiry_at_ = from;
  expiry_to_ = to;
}

void PendingWork::cancel_many(const MassCancelScope& scope) {
  mass_active_ = true;
  mass_ = scope;
  mass_at_ = 0;
}

void PendingWork::hold_back(const HoldBack& change) {
  hold_active_ = true;
  hold_ = change;
}

void PendingWork::retest(FacilityId facility) {
  retest_active_ = true;
  retest_at_ = facility.value;
  retest_to_ = facility.value + 1;
}

void PendingWork::retest_all() {
  retest_active_ = true;
  retest_at_ = 0;
  retest_to_ = state_.data.facilities.size();
}

void PendingWork::carry_out_transfers() { transfers_active_ = true; }

void PendingWork::carry_out_blocks() { blocks_active_ = true; }

void PendingWork::rooms_freed(std::uint8_t pollutants_mask) {
  if (pollutants_mask != 0) fixpoint_.widen(pollutants_mask);
}

void PendingWork::demand_used_up(FacilityId facility, Pollutant pollutant) {
  demand_cancels_.start(facility, pollutant);
}

void PendingWork::start_pass(Slot taker) {
  pass_active_ = true;
  pass_instrument_ = InstrumentId{state_.pool[taker].instrument};
  taker_ = taker;
  pass_lowered_held_ = false;
}

void PendingWork::start_fixpoint(std::uint8_t pollutants_mask, InstrumentId own) {
  fixpoint_.start(pollutants_mask, own);
}

void PendingWork::run(EventBatch& events) {
  // A cut writes the SKIPs of every bid that is gone, of those that these cancels take, too.
  const std::uint32_t keep_free = closing_events_max + fixpoint_.trials_count();
  const bool done = demand_cancels_.run(taker_, keep_free, events) && run_pass(events) &&
                    run_uncross(events) && run_expiry(events) && run_mass_cancel(events) &&
                    run_hold(events) && run_retest(events) && run_transfers(events) &&
                    run_blocks(events) && run_bands(events) && fixpoint_.run(events);
  if (done) {
    check(idle());
    return;
  }
  events.add<MoreToDoEvent>(EventKind::more_to_do);
}

bool PendingWork::idle() const {
  return !demand_cancels_.active() && !expiry_active_ && state_.bands_due == 0 && !retest_active_ &&
         !mass_active_ && !hold_active_ && !transfers_active_ && !blocks_active_ && !pass_active_ &&
         !uncross_.active() && !fixpoint_.active();
}

bool PendingWork::run_pass(EventBatch& events) {
  if (!pass_active_) return true;
  BookState& book = state_.book(pass_instrument_);
  if (taker_ != no_slot && book.phase == Phase::continuous && !match_taker(book, events)) {
    return false;
  }
  if (taker_ != no_slot) {
    const TimeInForce time_in_force = state_.order(taker_).time_in_force;
    if (time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok) {
      state_.cancel(taker_, Code::c01_expired, false, events);
    } else {
      state_.rest(taker_);
    }
  }
  pass_active_ = false;
  taker_ = no_slot;
  if (pass_lowered_held_ || fixpoint_.active()) {
    const Pollutant pollutant = state_.data.instruments[pass_instrument_].pollutant;
    fixpoint_.start(pass_lowered_held_ ? mask_of(pollutant) : std::uint8_t{0}, pass_instrument_);
  }
  pass_instrument_ = {};
  pass_lowered_held_ = false;
  return true;
}

// The taker's pass and its SKIPs; false: cut.
bool PendingWork::match_taker(BookState& book, EventBatch& events) {
  const OrderId id = state_.pool.id_of(taker_);
  const Side side = state_.pool[taker_].side;
  const std::uint32_t key = state_.pool[taker_].key;
  PassScreen screen{state_, book, taker_, demand_cancels_, events};
  book::match(book.book, state_.pool, taker_, screen, trace_);
  pass_lowered_held_ = pass_lowered_held_ || screen.lowered_held();
  if (screen.collared()) {  // what ranks ahead of the fill that was not made was passed over
    write_skips(book, id, side, key, screen, {false, screen.collared_rank()}, events);
    state_.hit_collar(book, screen.collared_price(), events);
    return true;
  }
  const bool all = taker_ != no_slot && !screen.cut();
  if (all || trace_.filled()) {
    write_skips(book, id, side, key, screen, {all, trace_.last_fill()}, events);
  }
  return !screen.cut();
}

void PendingWork::write_skips(const BookState& book, OrderId taker, Side side, std::uint32_t key,
                              const PassScreen& screen, book::Reach reach, EventBatch& events) {
  passed_over_.clear();
  book::find_passed_over(book.book, state_.pool, side, key, screen, &trace_, reach, passed_over_);
  sort_skips(book, passed_over_);
  for (const book::PassedOver& row : passed_over_) {
    describe_skip(book, taker, side, row, events.add<SkipEvent>(EventKind::skip));
  }
}

bool PendingWork::run_uncross(EventBatch& events) {
  if (!uncross_.active()) return true;
  if (!uncross_.run(events)) return false;
  if (const std::uint8_t changed = uncross_.take_changed(); changed != 0) fixpoint_.widen(changed);
  return true;
}

bool PendingWork::expires(const BookState& book, Slot slot) const {
  const Date last_day = state_.order(slot).expires;
  if (last_day.value == 0 ? expiry_why_ == Expiry::close : last_day < expiry_before_) return true;
  return expiry_why_ == Expiry::new_year &&
         !is_carbon(state_.data.instruments[book.instrument].pollutant);
}

bool PendingWork::run_expiry(EventBatch& events) {
  if (!expiry_active_) return true;
  for (; expiry_at_ < expiry_to_; ++expiry_at_) {
    BookState& book = state_.book(InstrumentId{expiry_at_});
    if (!end_blocks(events, Code::c01_expired, [&](const risk::Block& block) {
          return block.instrument == book.instrument;
        })) {
      return false;
    }
    if (!expire_side(book, Side::buy, events)) return false;
    if (!expire_side(book, Side::sell, events)) return false;
  }
  expiry_active_ = false;
  expiry_why_ = {};
  expiry_before_ = {};
  expiry_at_ = expiry_to_ = 0;
  return true;
}

// By rank. After a cut what was kept is looked at again, and kept again.
bool PendingWork::expire_side(BookState& book, Side side, EventBatch& events) {
  book::RankedWalk orders{book.book, side, ~book::ClassMask{0}};
  while (orders.at() != no_slot) {
    const Slot slot = orders.at();
    orders.step();
    if (!expires(book, slot)) continue;
    if (!events.has_room_for(closing_events_max)) return false;
    state_.cancel(slot, Code::c01_expired, true, events);
  }
  return true;
}

// Facilities in order of definition, their orders by arrival.
bool PendingWork::run_mass_cancel(EventBatch& events) {
  if (!mass_active_) return true;
  for (; mass_at_ < state_.data.facilities.size(); ++mass_at_) {
    const FacilityId facility{mass_at_};
    if (mass_.firm.value != no_id && state_.data.facilities[facility].firm != mass_.firm) continue;
    for (Slot slot = state_.first_order(facility); slot != no_slot;) {
      const Slot later = state_.order(slot).later;
      const book::RestingOrder& order = state_.pool[slot];
      const bool fits =
          (mass_.instrument.value == no_id || order.instrument == mass_.instrument.value) &&
          (mass_.session == 0 || state_.order(slot).session == mass_.session) &&
          (mass_.side == 0 || order.side == static_cast<Side>(mass_.side)) &&
          (!mass_.on_disconnect || state_.order(slot).time_in_force == TimeInForce::day);
      if (fits) {
        if (!events.has_room_for(closing_events_max)) return false;
        state_.cancel(slot, mass_.code(), true, events);
      }
      slot = later;
    }
  }
  mass_active_ = false;
  mass_ = {};
  mass_at_ = 0;
  return true;
}

// By number. Ended ones are gone, so that a cut goes on where it was.
template <class Fits>
bool PendingWork::end_blocks(EventBatch& events, Code code, Fits&& fits) {
  while (const risk::Block* block = first_block(state_, fits)) {
    if (!events.has_room_for(closing_events_max)) return false;
    rooms_freed(end_block(state_, *block, code, events));
  }
  return true;
}

// Cancels from the newest order on, then ends blocks, until what is available is enough for the
// whole change.
bool PendingWork::run_hold(EventBatch& events) {
  if (!hold_active_) return true;
  Slot slot = state_.last_order(hold_.facility);
  while (slot != no_slot && hold_.balance(state_).available() < hold_.amount) {
    const Slot earlier = state_.order(slot).earlier;
    if (hold_.touches(state_.pool[slot])) {
      if (!events.has_room_for(closing_events_max)) return false;
      state_.cancel(slot, hold_.lack(), true, events);
    }
    slot = earlier;
  }
  if (!end_blocks(events, hold_.lack(), [&](const risk::Block& block) {
        return hold_.balance(state_).available() < hold_.amount && hold_.touches(block);
      })) {
    return false;
  }
  if (!events.has_room_for(closing_events_max)) return false;
  if (hold_.is_cash()) {
    state_.accounts.hold_cash(hold_.facility, hold_.hold, Fen{hold_.amount});
  } else {
    state_.accounts.hold_rights(hold_.facility, hold_.instrument, hold_.hold, Lots{hold_.amount});
  }
  write_held_back(state_, hold_.facility, hold_.instrument, events);
  hold_active_ = false;
  hold_ = {};
  return true;
}

bool PendingWork::run_retest(EventBatch& events) {
  if (!retest_active_) return true;
  for (; retest_at_ < retest_to_; ++retest_at_) {
    if (!retest_facility(FacilityId{retest_at_}, events)) return false;
  }
  retest_active_ = false;
  retest_at_ = retest_to_ = 0;
  return true;
}

bool PendingWork::retest_facility(FacilityId id, EventBatch& events) {
  const risk::Facility& facility = state_.data.facilities[id];
  Slot slot = state_.first_order(id);
  while (slot != no_slot) {
    const Slot later = state_.order(slot).later;
    const InstrumentId instrument{state_.pool[slot].instrument};
    const Code code = state_.kill_switch.stops(state_.data, id, instrument)
                          ? Code::k01_killed
                          : risk::entry_code(facility, state_.data.instruments[instrument],
                                             state_.pool[slot].side, state_.date);
    if (code != Code::none) {
      if (!events.has_room_for(closing_events_max)) return false;
      state_.cancel(slot, code, true, events);
    }
    slot = later;
  }
  return retest_blocks(id, events);
}

// What its kill switch stops, and what its entry rules bar, whichever side it is on.
bool PendingWork::retest_blocks(FacilityId id, EventBatch& events) {
  const auto code_of = [&](const risk::Block& block) {
    if (block.submitter != id && block.counterparty != id) return Code::none;
    if (state_.kill_switch.stops(state_.data, id, block.instrument)) return Code::k01_killed;
    const Side side = block.submitter == id ? block.side : opposite(block.side);
    return risk::entry_code(state_.data.facilities[id], state_.data.instruments[block.instrument],
                            side, state_.date);
  };
  while (const risk::Block* block = first_block(
             state_, [&](const risk::Block& open) { return code_of(open) != Code::none; })) {
    if (!events.has_room_for(closing_events_max)) return false;
    rooms_freed(end_block(state_, *block, code_of(*block), events));
  }
  return true;
}

// In the order of their requests. All books are closed then, so nothing can match after it.
bool PendingWork::run_transfers(EventBatch& events) {
  if (!transfers_active_) return true;
  while (const risk::Transfer* due = state_.transfers.due(state_.date)) {
    if (!events.has_room_for(settle_events_max + closing_events_max)) return false;
    const Settled settled = carry_out_transfer(state_, *due, events);
    if (!settled.demand_used_up) continue;
    demand_cancels_.start(settled.buyer, settled.pollutant);
    if (!demand_cancels_.run(taker_, closing_events_max, events)) return false;
  }
  transfers_active_ = false;
  return true;
}

// In the order of their numbers, each with the D01 cancels that follow from it.
bool PendingWork::run_blocks(EventBatch& events) {
  if (!blocks_active_) return true;
  while (const risk::Block* block =
             first_block(state_, [](const risk::Block& open) { return open.confirmed(); })) {
    if (!events.has_room_for(block_events_max + closing_events_max)) return false;
    const Pollutant pollutant = state_.data.instruments[block->instrument].pollutant;
    const CarriedOut done = carry_out_block(state_, *block, events);
    rooms_freed(done.rooms_freed);
    if (done.settled.lowered_held) rooms_freed(mask_of(pollutant));
    if (!done.settled.demand_used_up) continue;
    demand_cancels_.start(done.settled.buyer, pollutant);
    if (!demand_cancels_.run(taker_, closing_events_max, events)) return false;
  }
  blocks_active_ = false;
  return true;
}

// Cancels by rank the orders of a side whose key is at most `key` (O05).
bool PendingWork::cancel_up_to(BookState& book, Side side, std::uint32_t key, EventBatch& events) {
  const std::uint32_t from = std::min(key, book.book.levels() - 1);
  for (;;) {
    const Slot slot = book.book.best_up_to(side, ~book::ClassMask{0}, from);
    if (slot == no_slot) return true;
    if (!events.has_room_for(closing_events_max)) return false;
    state_.cancel(slot, Code::o05_price, true, events);
  }
}

// Cancels by rank the orders of a side that the new price limits leave out.
bool PendingWork::cancel_beyond(BookState& book, Side side, risk::Band band, EventBatch& events) {
  const bool buy = side == Side::buy;
  const PriceTicks best_kept = buy ? band.upper : band.lower;
  const PriceTicks worst_kept = buy ? band.lower : band.upper;
  for (;;) {  // better than the limits: they come first by rank
    const std::int32_t best = book.book.best_key(side);
    if (best == book::OrderBook::empty) return true;
    const PriceTicks price = book.book.price_of(side, static_cast<std::uint32_t>(best));
    if (buy ? price <= best_kept : price >= best_kept) break;
    if (!events.has_room_for(closing_events_max)) return false;
    const Slot slot =
        book.book.best_up_to(side, ~book::ClassMask{0}, static_cast<std::uint32_t>(best));
    state_.cancel(slot, Code::o05_price, true, events);
  }
  const std::int64_t worse_by =
      buy ? worst_kept.value - book.band.lower.value : book.band.upper.value - worst_kept.value;
  if (worse_by <= 0) return true;
  return cancel_up_to(book, side, static_cast<std::uint32_t>(worse_by - 1), events);
}

// Books in load order.
bool PendingWork::run_bands(EventBatch& events) {
  if (state_.bands_due == 0) return true;
  const bool done = set_bands(events);
  state_.rules_changed();
  return done;
}

bool PendingWork::set_bands(EventBatch& events) {
  for (std::uint32_t i = 0; state_.bands_due != 0; ++i) {
    BookState& book = state_.book(InstrumentId{i});
    if (book.band_due && !set_band(book, events)) return false;
  }
  return true;
}

bool PendingWork::set_band(BookState& book, EventBatch& events) {
  const risk::Band band = state_.band_of(book);
  if (!band_told_) {
    if (!events.has_room_for(1 + closing_events_max)) return false;
    BandSetEvent& event = events.add<BandSetEvent>(EventKind::band_set);
    event.instrument = book.instrument.value;
    event.reference_ticks = book.reference.value;
    event.lower_ticks = band.lower.value;
    event.upper_ticks = band.upper.value;
    band_told_ = true;
  }
  if (book.has_band) {
    if (!cancel_beyond(book, Side::buy, band, events)) return false;
    if (!cancel_beyond(book, Side::sell, band, events)) return false;
  }
  const Slot bids = book.book.drain(Side::buy);
  const Slot asks = book.book.drain(Side::sell);
  book.book.set_band(band.lower, band.upper);
  book.band = band;
  book.has_band = true;
  for (Slot slot : {bids, asks}) {
    while (slot != no_slot) {
      const Slot next = book.book.drained_after(slot);
      state_.pool[slot].key = book.book.key_of(state_.pool[slot].side, state_.order(slot).price);
      book.book.append(slot);
      slot = next;
    }
  }
  book.band_due = false;
  --state_.bands_due;
  band_told_ = false;
  return true;
}

std::uint64_t PendingWork::digest() const {
  if (idle()) return 0;
  CellHash hash = cell_hash(Cell::work);
  hash.word(demand_cancels_.digest()).word(fixpoint_.digest()).word(uncross_.digest());
  hash.word(static_cast<std::uint64_t>(expiry_why_) << 32 |
            static_cast<std::uint32_t>(expiry_before_.value));
  hash.word(std::uint64_t{expiry_active_} << 63 | std::uint64_t{expiry_at_} << 32 | expiry_to_);
  hash.word(std::uint64_t{band_told_});
  hash.word(std::uint64_t{retest_active_} << 63 | std::uint64_t{retest_at_} << 32 | retest_to_);
  hash.word(std::uint64_t{mass_active_} << 63 | std::uint64_t{mass_at_} << 32 | mass_.session);
  hash.word(std::uint64_t{mass_.firm.value} << 32 | mass_.instrument.value)
      .word(std::uint64_t{mass_.side} | std::uint64_t{mass_.on_disconnect} << 8);
  hash.word(std::uint64_t{hold_active_} << 63 | std::uint64_t{hold_.instrument.value} << 1 |
            static_cast<std::uint64_t>(hold_.hold))
      .word(std::uint64_t{hold_.facility.value})
      .word(hold_.amount)
      .word(std::uint64_t{blocks_active_} << 1 | std::uint64_t{transfers_active_});
  hash.word(std::uint64_t{pass_active_} << 63 | std::uint64_t{pass_instrument_.value} << 1 |
            std::uint64_t{pass_lowered_held_});
  hash.word(std::uint64_t{taker_});
  return hash.value();
}

}  // namespace emx::engine
