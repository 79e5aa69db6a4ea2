#pragma once

#include <array>

#include "engine/book/contenders.hpp"
#include "engine/market_state.hpp"
#include "engine/screens.hpp"

// In a call each bid is tried against each ask once, by rank, without restart (market-rules 9).
// This leads a bid past the asks it may not meet without looking at them one by one.

namespace emx::engine {

// The asks of a call for book::Contenders; `Left` says whether anything is left of one.
template <class Left>
class AsksOfCall {
 public:
  AsksOfCall(const MarketState& state, Left left) : state_{state}, left_{left} {}

  [[nodiscard]] bool admits(book::Filter filter, Slot ask) const {
    return passes(state_, filter, ask) && left_(ask);
  }
  [[nodiscard]] std::uint32_t group(Slot ask) const { return group_of(state_, ask); }

 private:
  const MarketState& state_;
  Left left_;
};

// The way of one bid through the asks that are left.
template <class Orders>
class BestAsks {
 public:
  BestAsks(const MarketState& state, const BookState& book, const Orders& orders,
           book::Contenders& left, Slot bid)
      : book_{book},
        orders_{orders},
        left_{left},
        filter_{filter_of(state, bid)},
        group_{group_of(state, bid)} {}

  // By what the two orders are: E03 and X02.
  [[nodiscard]] bool may_meet(Slot ask) const {
    return orders_.admits(filter_, ask) && orders_.group(ask) != group_;
  }

  // The best ask of the classes that it may meet, or no_slot.
  [[nodiscard]] Slot best(book::ClassMask classes) { return walk(classes).at(); }

  // From the best ask of each class that it may meet.
  [[nodiscard]] book::RankedWalk walk(book::ClassMask classes) {
    std::array<Slot, book::classes_max> heads;
    for (const auto c : book::each_class(book_.book.occupied(Side::sell) & classes)) {
      heads[c] = left_.best(orders_, book_.book, c, filter_).beside(orders_, group_);
    }
    return {book_.book, Side::sell, classes, heads};
  }

  struct Tried {
    book::Rank rank;
    bool used_up;  // the ask
    book::ClassMask before;
    book::ClassMask now;  // eligible classes
  };
  // After a fill, when the walk has stepped past the ask. As long as every ask it met is used up,
  // and no class has opened, all that is left may still be met; else only what ranks behind.
  void go_on(book::RankedWalk& asks, const Tried& tried) {
    if (!tried.used_up || (tried.now & ~tried.before) != 0) all_ahead_ = false;
    if (all_ahead_) {
      asks = walk(tried.now);
      return;
    }
    asks.see(tried.now, tried.rank);
  }
  // It was in the midst of its way when an entry was cut.
  void resume() { all_ahead_ = false; }

 private:
  const BookState& book_;
  const Orders& orders_;
  book::Contenders& left_;
  book::Filter filter_;
  std::uint32_t group_;
  bool all_ahead_ = true;
};

}  // namespace emx::engine
