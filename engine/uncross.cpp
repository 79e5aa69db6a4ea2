#include "engine/uncross.hpp"

#include "engine/call_asks.hpp"
#include "engine/fixpoint.hpp"
#include "engine/screens.hpp"
#include "engine/settlement.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

auto asks_of(const MarketState& state) {
  return AsksOfCall{state, [](Slot) { return true; }};  // one that is used up is not in the book
}

}  // namespace

Uncross::Uncross(MarketState& state, DemandCancels& cancels, CallPrice& call_price)
    : state_{state},
      cancels_{cancels},
      call_price_{call_price},
      due_{std::make_unique<bool[]>(state.limits.instruments_max)} {}

void Uncross::add(InstrumentId instrument) {
  active_ = true;
  at_ = 0;
  due_[instrument.value] = true;
}

bool Uncross::run(EventBatch& events) {
  if (!active_) return true;
  for (; at_ < state_.books_count(); ++at_) {
    if (!due_[at_]) continue;
    if (!run_book(state_.book(InstrumentId{at_}), events)) return false;
    due_[at_] = false;
    priced_ = false;
    price_ = {};
  }
  active_ = false;
  at_ = 0;
  return true;
}

// Finds the price and says it. False: the entry is full.
bool Uncross::begin_book(BookState& book, EventBatch& events) {
  if (priced_) return true;
  if (!events.has_room_for(closing_events_max)) return false;
  const CallResult result = call_price_.find(book);
  if (result.volume == 0) return true;
  priced_ = true;
  price_ = result.price;
  UncrossedEvent& event = events.add<UncrossedEvent>(EventKind::uncrossed);
  event.instrument = book.instrument.value;
  event.price_ticks = result.price.value;
  event.quantity_lots = result.volume;
  return true;
}

bool Uncross::run_book(BookState& book, EventBatch& events) {
  if (!begin_book(book, events)) return false;
  if (!priced_) return true;
  asks_left_.start(book.book.key_of(Side::sell, price_));
  const std::uint32_t key_least = book.book.key_of(Side::buy, price_);
  const auto every_class = ~book::ClassMask{0};
  const auto bids_from = [&](book::Rank rank) {  // this one included
    return book::RankedWalk{book.book, Side::buy, every_class,
                            book::Rank{rank.key, rank.priority - 1}};
  };
  book::RankedWalk bids =
      bid_begun_ ? bids_from(bid_) : book::RankedWalk{book.book, Side::buy, every_class};
  while (bids.at() != no_slot && state_.pool[bids.at()].key >= key_least) {
    const Slot bid = bids.at();
    const book::Rank rank = book.book.rank_of(bid);
    if (!bid_begun_ || rank.key != bid_.key || rank.priority != bid_.priority) {
      bid_begun_ = true;
      bid_ = rank;
      ask_tried_ = false;
    }
    bids.step();
    const Step step = fill_bid(book, bid, events);
    if (step == Step::cut) return false;
    if (step == Step::book_changed) {
      bids = book::RankedWalk{book.book, Side::buy, every_class, rank};
    }
  }
  bid_begun_ = false;
  bid_ = {};
  ask_tried_ = false;
  ask_ = {};
  return true;
}

Uncross::Step Uncross::fill_bid(BookState& book, Slot bid, EventBatch& events) {
  OrderScreen screen{state_, book, bid};
  const std::uint32_t key_least = book.book.key_of(Side::sell, price_);
  const auto orders = asks_of(state_);
  BestAsks best{state_, book, orders, asks_left_, bid};
  book::ClassMask eligible = screen.eligible();
  if (ask_tried_) best.resume();
  book::RankedWalk asks =
      ask_tried_ ? book::RankedWalk{book.book, Side::sell, eligible, ask_} : best.walk(eligible);
  while (asks.at() != no_slot && state_.pool[asks.at()].key >= key_least) {
    const Slot ask = asks.at();
    if (!best.may_meet(ask)) {
      asks.step();
      continue;
    }
    if (!events.has_room_for(settle_events_max + closing_events_max)) return Step::cut;
    ask_tried_ = true;
    ask_ = book.book.rank_of(ask);
    asks.step();
    const Step step = fill_pair(book, bid, ask, events);
    if (step != Step::on && step != Step::ask_used_up) return step;
    screen.look_again();
    const book::ClassMask now = screen.eligible();
    best.go_on(asks, {ask_, step == Step::ask_used_up, eligible, now});
    eligible = now;
  }
  return Step::bid_done;
}

Uncross::Step Uncross::fill_pair(const BookState& book, Slot bid, Slot ask, EventBatch& events) {
  Fill fill{};
  fill.buy = bid;
  fill.sell = ask;
  fill.size = fill_size(state_, WholeCounters{state_}, bid, ask);
  fill.price = price_;
  fill.taker = no_slot;
  fill.whole = true;
  if (fill.size.lots == 0) return Step::on;
  const bool bid_filled = fill.size.lots == state_.open_lots(bid);
  const bool ask_used_up = fill.size.lots == state_.open_lots(ask);
  if (ask_used_up) asks_left_.leaving(asks_of(state_), book.book, ask);
  const Settled settled = settle(state_, fill, events);
  if (settled.lowered_held) changed_ |= mask_of(settled.pollutant);
  if (settled.demand_used_up) {
    cancels_.start(settled.buyer, settled.pollutant);
    Slot no_taker = no_slot;
    if (!cancels_.run(no_taker, closing_events_max, events)) return Step::cut;
    return Step::book_changed;  // the bid is gone, and others with it
  }
  if (bid_filled) return Step::bid_done;
  return ask_used_up ? Step::ask_used_up : Step::on;
}

std::uint64_t Uncross::digest() const {
  if (!active_) return 0;
  CellHash hash = cell_hash(Cell::work);
  hash.word(std::uint64_t{at_} << 32 | std::uint64_t{changed_} << 8 | std::uint64_t{priced_} << 2 |
            std::uint64_t{bid_begun_} << 1 | std::uint64_t{ask_tried_});
  hash.word(price_.value);
  hash.word(std::uint64_t{bid_.key} << 32 | ask_.key).word(bid_.priority).word(ask_.priority);
  for (std::uint32_t i = 0; i < state_.books_count(); ++i) {
    if (due_[i]) hash.word(std::uint64_t{i});
  }
  return hash.value();
}

}  // namespace emx::engine
