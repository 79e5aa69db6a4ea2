#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>

#include "engine/book/contenders.hpp"
#include "engine/book/order_book.hpp"

namespace emx::book {

struct ExecutablePair {
  Slot bid = no_slot;
  Slot ask = no_slot;
};

// What is asked for an executable pair.
template <class S>
concept PairScreen = requires(const S& screen, std::uint32_t bid_class, Slot slot, Filter filter) {
  { screen.eligible_asks(bid_class) } -> std::same_as<ClassMask>;
  { screen.group(slot) } -> std::same_as<std::uint32_t>;
  { screen.filter_of(slot) } -> std::same_as<Filter>;     // of a bid
  { screen.passes(filter, slot) } -> std::same_as<bool>;  // an ask
};

// Market-rules 8.4: bids by rank are tried against asks by rank; the first pair that may trade.
// One comparison when nothing is locked or crossed.
//
// For one book, from fill to fill. No order is tried against another: of the bids of one class and
// filter, the best one and the best of another group are the only ones that can be first with a
// partner. For when the best one has none, all asks it crosses are of its group; those of its
// group behind it cross no more; and the best of another group may have the best of these asks, or
// nobody behind it has any. So the work is linear in the orders that cross, for each filter in
// use, plus classes times classes for each pair found, however many of the orders may not trade.
class ExecutableSearch {
 public:
  // Forgets the book it was in.
  void start() { begun_ = false; }

  template <PairScreen Screen>
  [[nodiscard]] ExecutablePair next(const OrderBook& book, const Screen& screen) {
    if (!book.locked_or_crossed()) return {};
    if (!begun_) begin(book);
    ExecutablePair best{};
    const auto best_ask_key = static_cast<std::uint32_t>(book.best_key(Side::sell));
    for (const auto c : each_class(book.crossing(Side::buy, best_ask_key))) {
      const ClassMask asks = screen.eligible_asks(c) & crossing_asks(book, c);
      if (asks == 0) continue;
      list_filters(book, screen, c);
      const FilterList& filters = filters_[c];
      for (std::uint32_t i = 0; i < filters.count; ++i) {
        look(book, screen, c, filters.list[i], asks, best);
      }
    }
    return best;
  }

  // Around a fill of the pair that next() gave: whether the orders leave their places, and then
  // whether they are back at their levels' ends.
  template <PairScreen Screen>
  void will_fill(const OrderBook& book, const Screen& screen, ExecutablePair pair, bool bid_leaves,
                 bool ask_leaves) {
    if (bid_leaves) bids_.leaving(Bids<Screen>{screen}, book, pair.bid);
    if (ask_leaves) asks_.leaving(Asks<Screen>{screen}, book, pair.ask);
  }
  template <PairScreen Screen>
  void has_filled(const OrderBook& book, const Screen& screen, ExecutablePair pair,
                  bool bid_rejoined, bool ask_rejoined) {
    if (bid_rejoined) bids_.joined(Bids<Screen>{screen}, book, pair.bid);
    if (ask_rejoined) asks_.joined(Asks<Screen>{screen}, book, pair.ask);
  }
  // Before a bid leaves the book otherwise.
  template <PairScreen Screen>
  void bid_leaving(const OrderBook& book, const Screen& screen, Slot bid) {
    bids_.leaving(Bids<Screen>{screen}, book, bid);
  }

 private:
  template <class Screen>
  struct Bids {
    const Screen& screen;
    [[nodiscard]] bool admits(Filter filter, Slot slot) const {
      return screen.filter_of(slot) == filter;
    }
    [[nodiscard]] std::uint32_t group(Slot slot) const { return screen.group(slot); }
  };
  template <class Screen>
  struct Asks {
    const Screen& screen;
    [[nodiscard]] bool admits(Filter filter, Slot slot) const {
      return screen.passes(filter, slot);
    }
    [[nodiscard]] std::uint32_t group(Slot slot) const { return screen.group(slot); }
  };
  struct FilterList {
    std::uint32_t count = 0;
    std::array<Filter, filters_max> list;
  };

  // The best prices only get worse from here on, so what does not cross now never will.
  void begin(const OrderBook& book) {
    begun_ = true;
    bid_key_least_ = book.levels() - 1 - static_cast<std::uint32_t>(book.best_key(Side::sell));
    asks_.start(book.levels() - 1 - static_cast<std::uint32_t>(book.best_key(Side::buy)));
    bids_.start(bid_key_least_);
    listed_ = 0;
  }

  // Classes whose best ask crosses the class's best bid.
  [[nodiscard]] static ClassMask crossing_asks(const OrderBook& book, std::uint32_t bid_class) {
    return book.crossing(Side::sell,
                         static_cast<std::uint32_t>(book.best_key(Side::buy, bid_class)));
  }

  // The filters of a class's bids that may cross.
  template <class Screen>
  void list_filters(const OrderBook& book, const Screen& screen, std::uint32_t class_slot) {
    if ((listed_ & mask_of(class_slot)) != 0) return;
    listed_ |= mask_of(class_slot);
    FilterList& filters = filters_[class_slot];
    filters.count = 0;
    for (Slot slot = book.head(Side::buy, class_slot);
         slot != no_slot && book.rank_of(slot).key >= bid_key_least_; slot = book.behind(slot)) {
      const Filter filter = screen.filter_of(slot);
      const auto end = filters.list.begin() + filters.count;
      if (std::find(filters.list.begin(), end, filter) == end)
        filters.list[filters.count++] = filter;
    }
  }

  // Whether a bid of this class and filter is the first with a partner.
  template <class Screen>
  void look(const OrderBook& book, const Screen& screen, std::uint32_t class_slot, Filter filter,
            ClassMask asks, ExecutablePair& best) {
    const Contenders::Best& bids = bids_.best(Bids<Screen>{screen}, book, class_slot, filter);
    for (const Slot bid : {bids.first, bids.second}) {
      if (bid == no_slot) return;
      if (best.bid != no_slot && ahead(book.rank_of(best.bid), book.rank_of(bid))) return;
      const Slot ask = best_ask(book, screen, filter, screen.group(bid), asks);
      if (ask == no_slot || !book.crosses(book.rank_of(bid).key, book.rank_of(ask).key)) continue;
      best = {bid, ask};
      return;
    }
  }

  template <class Screen>
  [[nodiscard]] Slot best_ask(const OrderBook& book, const Screen& screen, Filter filter,
                              std::uint32_t bid_group, ClassMask classes) {
    const Asks<Screen> orders{screen};
    Slot best = no_slot;
    for (const auto c : each_class(classes)) {
      const Slot ask = asks_.best(orders, book, c, filter).beside(orders, bid_group);
      if (ask == no_slot) continue;
      if (best == no_slot || ahead(book.rank_of(ask), book.rank_of(best))) best = ask;
    }
    return best;
  }

  bool begun_ = false;
  std::uint32_t bid_key_least_ = 0;
  Contenders bids_{Side::buy};
  Contenders asks_{Side::sell};
  ClassMask listed_ = 0;  // classes with filters_
  std::array<FilterList, classes_max> filters_{};
};

}  // namespace emx::book
