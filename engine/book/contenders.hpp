#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <memory>

#include "engine/book/gaps.hpp"
#include "engine/book/order_book.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::book {

// What bars a pair order by order, in terms the book can index: orders of one group never trade
// with each other, and a filter lets a bid see some asks only.
using Filter = std::uint16_t;
inline constexpr std::uint32_t filters_max = 258;

// Tells of one side's orders to what filter they belong (of a bid: its own; of an ask: every one
// that lets it through), and to which group.
template <class O>
concept FilteredOrders = requires(const O& orders, Filter filter, Slot slot) {
  { orders.admits(filter, slot) } -> std::same_as<bool>;
  { orders.group(slot) } -> std::same_as<std::uint32_t>;
};

// One side's orders that a pair is looked for among: by class and filter the best-ranked one, and
// the best-ranked one of another group than that. So whoever must not meet one group has the best
// order left to it at hand, however many orders of that group stand in front; and keeping this
// while orders fill, leave and join anew is linear, all in all, in the orders for each filter in
// use: what an order that joins has behind it is not walked over again (Gaps).
//
// Between start() and the last question, orders of the side may only change as said by leaving()
// and joined(), or fill in part. Not thread-safe; allocates in the constructor and nowhere else.
class Contenders {
 public:
  struct Best {
    Slot first = no_slot;
    Slot second = no_slot;  // the best of another group than the first's

    // The best one of another group than `group`.
    template <FilteredOrders Orders>
    [[nodiscard]] Slot beside(const Orders& orders, std::uint32_t group) const {
      return first != no_slot && orders.group(first) == group ? second : first;
    }
  };

  explicit Contenders(Side side)
      : side_{side},
        known_{std::make_unique<Known[]>(std::size_t{classes_max} * filters_max)},
        gaps_{std::make_unique_for_overwrite<Gaps[]>(std::size_t{classes_max} * filters_max)},
        filters_{std::make_unique<Filters[]>(classes_max)} {}

  // Forgets all. From here on only orders with at least this key count.
  void start(std::uint32_t key_least) {
    key_least_ = key_least;
    for (std::uint32_t c = 0; c < classes_max; ++c) filters_[c].count = 0;
    if (++epoch_ == 0) {  // after 2^32 starts: old entries could be taken for new ones
      std::fill_n(known_.get(), std::size_t{classes_max} * filters_max, Known{});
      epoch_ = 1;
    }
  }

  template <FilteredOrders Orders>
  [[nodiscard]] const Best& best(const Orders& orders, const OrderBook& book,
                                 std::uint32_t class_slot, Filter filter) {
    Known& known = known_[index(class_slot, filter)];
    if (known.epoch != epoch_) {
      known.epoch = epoch_;
      Filters& in_use = filters_[class_slot];
      in_use.list[in_use.count++] = filter;
      const Place place{known.best, gaps_[index(class_slot, filter)], filter};
      place.gaps.forget();
      const Slot head = book.head(side_, class_slot);
      known.best.first = head == no_slot ? no_slot : find(orders, book, place, head, nullptr);
      find_second(orders, book, place);
    }
    return known.best;
  }

  // To be called before `slot` leaves the book, or its place in it.
  template <FilteredOrders Orders>
  void leaving(const Orders& orders, const OrderBook& book, Slot slot) {
    for_filters_in_use(book, slot, [&](const Place& place) {
      place.gaps.leaving(book, slot);
      Best& best = place.best;
      if (best.second == slot) {
        best.second = find_behind(orders, book, place, slot, &best.first);
      } else if (best.first == slot) {
        best.first = find_behind(orders, book, place, slot, nullptr);
        // Of the same group: the second stays.
        if (best.first == best.second) find_second(orders, book, place);
      }
    });
  }

  // To be called after `slot` joined the end of its level.
  template <FilteredOrders Orders>
  void joined(const Orders& orders, const OrderBook& book, Slot slot) {
    if (book.rank_of(slot).key < key_least_) return;
    const auto is_ahead = [&](Slot other) {
      return other == no_slot || ahead(book.rank_of(slot), book.rank_of(other));
    };
    for_filters_in_use(book, slot, [&](const Place& place) {
      if (!orders.admits(place.filter, slot)) return;
      place.gaps.joined(book, slot, orders.group(slot));
      Best& best = place.best;
      const bool other_group =
          best.first != no_slot && orders.group(best.first) != orders.group(slot);
      if (is_ahead(best.first)) {
        if (other_group) best.second = best.first;
        best.first = slot;
      } else if (other_group && is_ahead(best.second)) {
        best.second = slot;
      }
    });
  }

 private:
  struct Known {
    std::uint32_t epoch = 0;
    Best best;
  };
  struct Filters {
    std::uint32_t count = 0;
    std::array<Filter, filters_max> list;
  };

  // Of one class and filter.
  struct Place {
    Best& best;
    Gaps& gaps;
    Filter filter;
  };
  static constexpr std::uint32_t short_walk = 4;  // not worth remembering

  [[nodiscard]] static std::size_t index(std::uint32_t class_slot, Filter filter) {
    check(filter < filters_max);
    return std::size_t{class_slot} * filters_max + filter;
  }

  template <class Act>
  void for_filters_in_use(const OrderBook& book, Slot slot, Act&& act) {
    const std::uint32_t c = book.pool()[slot].class_slot;
    const Filters& in_use = filters_[c];
    for (std::uint32_t i = 0; i < in_use.count; ++i) {
      const std::size_t at = index(c, in_use.list[i]);
      act(Place{known_[at].best, gaps_[at], in_use.list[i]});
    }
  }

  template <class Orders>
  void find_second(const Orders& orders, const OrderBook& book, const Place& place) {
    Best& best = place.best;
    best.second =
        best.first == no_slot ? no_slot : find_behind(orders, book, place, best.first, &best.first);
  }
  template <class Orders>
  [[nodiscard]] Slot find_behind(const Orders& orders, const OrderBook& book, const Place& place,
                                 Slot slot, const Slot* other_than) {
    const Slot behind = book.behind(slot);
    return behind == no_slot ? no_slot : find(orders, book, place, behind, other_than);
  }

  // From `from` on in its class; of another group than `other_than`, if that is given.
  template <class Orders>
  [[nodiscard]] Slot find(const Orders& orders, const OrderBook& book, const Place& place,
                          Slot from, const Slot* other_than) {
    const std::uint32_t group = other_than == nullptr ? 0 : orders.group(*other_than);
    const Rank start = book.rank_of(from);
    Gaps::Gap* const known =
        place.gaps.around(book, start, other_than == nullptr ? nullptr : &group);
    Gaps::Gap gap{start.priority, start.key, from, 0, false};
    if (known != nullptr) gap = *known;
    std::uint32_t steps = 0;
    bool found = false;
    while (gap.to != no_slot && book.rank_of(gap.to).key >= key_least_) {
      if (orders.admits(place.filter, gap.to)) {
        found = other_than == nullptr || orders.group(gap.to) != group;
        if (found) break;
        gap.group = group;
        gap.has_group = true;
      }
      gap.to = book.behind(gap.to);
      ++steps;
    }
    if (known != nullptr) {
      *known = gap;
    } else if (steps > short_walk) {
      place.gaps.add(gap);
    }
    return found ? gap.to : no_slot;
  }

  Side side_;
  std::uint32_t key_least_ = 0;
  std::uint32_t epoch_ = 0;
  std::unique_ptr<Known[]> known_;      // by class and filter; of the epoch only
  std::unique_ptr<Gaps[]> gaps_;        // likewise
  std::unique_ptr<Filters[]> filters_;  // by class: those that are known
};

}  // namespace emx::book
