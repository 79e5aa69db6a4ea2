#include "engine/fixpoint.hpp"

#include <algorithm>

#include "engine/screens.hpp"
#include "engine/skips.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

constexpr std::uint32_t rows_max = book::PassedOverList::rows_max;
// At a cut, SKIPs that may still be replaced are kept up to this many, so that the next entry has
// room to get on.
constexpr std::uint32_t kept_trials_max = 1'000;

}  // namespace

Fixpoint::Fixpoint(MarketState& state, DemandCancels& cancels)
    : state_{state},
      cancels_{cancels},
      worst_{std::make_unique<WorstBid[]>(state.limits.instruments_max)},
      trials_{std::make_unique<TrialSkip[]>(trials_max)},
      skip_memory_{state} {}

void Fixpoint::start(std::uint8_t pollutants_mask, InstrumentId own) {
  widen(pollutants_mask);
  check(own_ == no_book);
  own_ = own;
}

void Fixpoint::widen(std::uint8_t pollutants_mask) {
  active_ = true;
  pollutants_mask_ |= pollutants_mask;
}

bool Fixpoint::run(EventBatch& events) {
  if (!active_) return true;
  if (!writing_skips_) {
    if (!fill_books(events)) {
      write_at_cut(events);
      return false;
    }
    drop_trials([this](const TrialSkip& trial) { return !gone(trial); });
    sort_trials();
    writing_skips_ = true;
    position_ = 0;
  }
  if (!write_skips(events)) return false;
  finish();
  return true;
}

void Fixpoint::finish() {
  check(trials_count_ == 0);
  for (std::uint32_t i = 0; i < state_.books_count(); ++i) worst_[i] = {};
  active_ = false;
  writing_skips_ = false;
  pollutants_mask_ = 0;
  own_ = no_book;
  position_ = 0;
  skips_done_ = {};
}

InstrumentId Fixpoint::book_at(std::uint32_t position) const {
  if (own_.value == no_id) return InstrumentId{position};
  if (position == 0) return own_;
  return InstrumentId{position <= own_.value ? position - 1 : position};
}

std::uint32_t Fixpoint::position_of(InstrumentId instrument) const {
  if (own_.value == no_id) return instrument.value;
  if (instrument == own_) return 0;
  return instrument < own_ ? instrument.value + 1 : instrument.value;
}

bool Fixpoint::takes_part(const BookState& book) const {
  const Pollutant pollutant = state_.data.instruments[book.instrument].pollutant;
  return book.phase == Phase::continuous && (pollutants_mask_ & mask_of(pollutant)) != 0;
}

bool Fixpoint::fill_books(EventBatch& events) {
  for (;;) {
    for (; position_ < state_.books_count(); ++position_) {
      const BookState& book = state_.book(book_at(position_));
      if (takes_part(book) && !fill_book(book, events)) return false;
    }
    position_ = 0;
    if (!round_filled_) return true;
    round_filled_ = false;
  }
}

bool Fixpoint::fill_book(const BookState& book, EventBatch& events) {
  search_.start();
  skip_memory_.forget();
  for (;;) {
    const BookScreen screen{state_, book};
    const book::ExecutablePair pair = search_.next(book.book, screen);
    if (pair.bid == no_slot) return true;
    const std::uint32_t needed = settle_events_max + closing_events_max + trials_count_ + rows_max;
    if (!events.has_room_for(needed)) return false;
    const PriceTicks price = fill_price(state_, pair.bid, pair.ask);
    if (state_.is_beyond_collar(book, MarketState::collar_anchor(book), price)) {
      state_.hit_collar(state_.book(book.instrument), price, events);
      return true;  // it is left out from here on
    }
    round_filled_ = true;
    if (!fill_pair(book, pair, events)) return false;
  }
}

bool Fixpoint::fill_pair(const BookState& book, book::ExecutablePair pair, EventBatch& events) {
  note_filled(book, pair.bid);
  keep_trial_skips(book, pair);
  Fill fill{};
  fill.buy = pair.bid;
  fill.sell = pair.ask;
  fill.size = fill_size(state_, StateCounters{state_}, pair.bid, pair.ask);
  fill.price = fill_price(state_, pair.bid, pair.ask);
  fill.taker = no_slot;
  const OrderId id = state_.pool.id_of(pair.bid);
  const BookScreen screen{state_, book};
  search_.will_fill(book.book, screen, pair, fill.size.lots == state_.pool[pair.bid].remaining,
                    fill.size.lots == state_.pool[pair.ask].remaining);
  skip_memory_.will_fill(book, pair.ask, fill.size.lots);
  const Settled settled = settle(state_, fill, events);
  if (settled.sell_rejoined) skip_memory_.joined(book, pair.ask);
  search_.has_filled(book.book, screen, pair, settled.buy_rejoined, settled.sell_rejoined);
  if (settled.buy_rejoined) {
    note_filled(book, pair.bid);
    for (std::uint32_t i = 0; i < trials_count_; ++i) {
      if (trials_[i].event.order_id == id.value) trials_[i].bid = book.book.rank_of(pair.bid);
    }
  }
  if (!settled.demand_used_up) return true;
  cancels_.start(settled.buyer, settled.pollutant);
  Slot no_taker = no_slot;
  const auto leaving = [&](Slot bid) {
    if (state_.pool[bid].instrument != book.instrument.value) return;
    search_.bid_leaving(book.book, screen, bid);
  };
  return cancels_.run(no_taker, closing_events_max + trials_count_, events, leaving);
}

// The rank a bid that filled has, or had.
void Fixpoint::note_filled(const BookState& book, Slot bid) {
  const book::Rank rank = book.book.rank_of(bid);
  WorstBid& worst = worst_[book.instrument.value];
  if (!worst.filled || book::ahead(worst.rank, rank)) worst = {true, rank};
}

void Fixpoint::keep_trial_skips(const BookState& book, book::ExecutablePair pair) {
  const OrderId id = state_.pool.id_of(pair.bid);
  drop_trials([id](const TrialSkip& trial) { return trial.event.order_id == id.value; });
  const book::Rank rank = book.book.rank_of(pair.bid);
  find_skips(book, pair.bid, {false, book.book.rank_of(pair.ask)});
  std::uint32_t position = 0;
  for (const book::PassedOver& row : passed_over_) {
    check(trials_count_ < trials_max);
    TrialSkip& trial = trials_[trials_count_++] = {book.instrument.value, position++, rank, {}};
    describe_skip(book, id, Side::buy, row, trial.event);
  }
}

template <class Drop>
void Fixpoint::drop_trials(Drop&& drop) {
  TrialSkip* const end = trials_.get() + trials_count_;
  trials_count_ =
      static_cast<std::uint32_t>(std::remove_if(trials_.get(), end, drop) - trials_.get());
}

// Last to be written first, so that writing takes from the end.
void Fixpoint::sort_trials() {
  const auto later = [this](const TrialSkip& a, const TrialSkip& b) {
    const std::uint32_t book_a = position_of(InstrumentId{a.instrument});
    const std::uint32_t book_b = position_of(InstrumentId{b.instrument});
    if (book_a != book_b) return book_a > book_b;
    if (book::ahead(a.bid, b.bid)) return false;
    if (book::ahead(b.bid, a.bid)) return true;
    return a.position > b.position;
  };
  std::sort(trials_.get(), trials_.get() + trials_count_, later);
}

bool Fixpoint::gone(const TrialSkip& trial) const {
  return state_.pool.find(OrderId{trial.event.order_id}) == no_slot;
}

// Writes the sorted trials of a book whose bids rank ahead of a rank.
bool Fixpoint::write_trials(EventBatch& events, InstrumentId instrument, book::Rank ahead_of) {
  while (trials_count_ > 0) {
    TrialSkip& trial = trials_[trials_count_ - 1];
    if (trial.instrument != instrument.value || !book::ahead(trial.bid, ahead_of)) return true;
    if (!events.has_room_for(1 + 1)) return false;  // it and MoreToDo
    events.add(EventKind::skip, trial.event);
    --trials_count_;
  }
  return true;
}

// A cut writes what is decided: the SKIPs of bids that are gone.
void Fixpoint::write_at_cut(EventBatch& events) {
  sort_trials();
  const bool all = trials_count_ > kept_trials_max;
  for (std::uint32_t i = trials_count_; i-- > 0;) {
    if (all || gone(trials_[i])) events.add(EventKind::skip, trials_[i].event);
  }
  drop_trials([this, all](const TrialSkip& trial) { return all || gone(trial); });
}

bool Fixpoint::write_skips(EventBatch& events) {
  for (; position_ < state_.books_count(); ++position_) {
    if (!write_book_skips(state_.book(book_at(position_)), events)) return false;
    skips_cut_ = false;
    skips_done_ = {};
  }
  return true;
}

// False: cut; the bids up to skips_done_ are written.
bool Fixpoint::write_book_skips(const BookState& book, EventBatch& events) {
  const WorstBid& worst = worst_[book.instrument.value];
  if (!worst.filled) return true;
  skip_memory_.forget();
  const auto every_class = ~book::ClassMask{0};
  book::RankedWalk bids = skips_cut_
                              ? book::RankedWalk{book.book, Side::buy, every_class, skips_done_}
                              : book::RankedWalk{book.book, Side::buy, every_class};
  for (; bids.at() != no_slot; bids.step()) {
    const book::Rank rank = book.book.rank_of(bids.at());
    if (book::ahead(worst.rank, rank)) break;
    if (!write_trials(events, book.instrument, rank)) return false;
    if (!events.has_room_for(rows_max + 1)) return false;
    find_skips(book, bids.at(), {true, {}});
    for (const book::PassedOver& row : passed_over_) {
      describe_skip(book, state_.pool.id_of(bids.at()), Side::buy, row,
                    events.add<SkipEvent>(EventKind::skip));
    }
    skips_cut_ = true;  // if it comes to a cut, go on behind this bid
    skips_done_ = rank;
  }
  constexpr book::Rank behind_all{0, ~std::uint64_t{0}};
  return write_trials(events, book.instrument, behind_all);
}

// What a resting bid passes over, in order.
void Fixpoint::find_skips(const BookState& book, Slot bid, book::Reach reach) {
  passed_over_.clear();
  skip_memory_.find(book, bid, reach, passed_over_);
  sort_skips(book, passed_over_);
}

std::uint64_t Fixpoint::digest() const {
  if (!active_) return 0;
  CellHash hash = cell_hash(Cell::work);
  hash.word(std::uint64_t{writing_skips_} | std::uint64_t{round_filled_} << 1 |
            std::uint64_t{skips_cut_} << 2 | std::uint64_t{pollutants_mask_} << 8 |
            std::uint64_t{own_.value} << 32);
  hash.word(std::uint64_t{position_} << 32 | skips_done_.key).word(skips_done_.priority);
  for (std::uint32_t i = 0; i < state_.books_count(); ++i) {
    hash.word(std::uint64_t{worst_[i].filled} << 32 | worst_[i].rank.key);
    hash.word(worst_[i].rank.priority);
  }
  for (std::uint32_t i = 0; i < trials_count_; ++i) {
    const TrialSkip& trial = trials_[i];
    hash.word(std::uint64_t{trial.instrument} << 32 | trial.position)
        .word(std::uint64_t{trial.bid.key} << 32 | trial.event.zone)
        .word(trial.bid.priority)
        .word(trial.event.order_id)
        .word(std::uint64_t{trial.event.code} << 16 | std::uint64_t{trial.event.province} << 8 |
              trial.event.local_only)
        .word(trial.event.price_ticks)
        .word(trial.event.quantity_lots);
  }
  return hash.value();
}

}  // namespace emx::engine
