#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>

#include "engine/book/book_memory.hpp"
#include "engine/book/level_bitmap.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::book {

// Market-rules 8.5: at most this many trading classes in one instrument.
inline constexpr std::uint32_t classes_max = 64;
using ClassMask = std::uint64_t;

constexpr ClassMask mask_of(std::uint32_t class_slot) { return ClassMask{1} << class_slot; }

// Gives all books their ladders, once for each class that appears in a book. The memory must
// outlive it.
class LadderArena {
 public:
  explicit LadderArena(BookMemory& memory);

  struct Block {
    Level* levels;
    Node first_level;
    std::uint64_t* words;
  };
  // Requires: has_room_for(levels, 1); `levels` is a multiple of 64.
  [[nodiscard]] Block take(std::uint32_t levels);
  [[nodiscard]] bool has_room_for(std::uint32_t levels, std::uint32_t blocks) const;
  [[nodiscard]] std::uint32_t level_cells_used() const { return level_cells_used_; }

 private:
  Nodes nodes_;
  Level* levels_;
  std::uint32_t level_cells_max_;
  std::uint32_t words_max_;
  std::uint32_t level_cells_used_ = 0;
  std::uint32_t words_used_ = 0;
  std::unique_ptr<std::uint64_t[]> words_;
};

// Where an order stands among those of its side: best first (market-rules 8.1).
struct Rank {
  std::uint32_t key = 0;
  std::uint64_t priority = 0;
};
constexpr bool ahead(Rank a, Rank b) {
  return a.key != b.key ? a.key > b.key : a.priority < b.priority;
}

// One instrument's resting orders: a plain sub-book for each trading class, merged by price and
// priority (market-rules 8.1, 8.5). What may trade with what, and how much, the book does not
// know: matching.hpp asks a screen.
//
// Prices are counted so that one code serves both sides: a key grows with how good a price is for
// the other side. A buy at tick p has key p - floor, a sell at p has key (levels - 1) - (p -
// floor); two orders cross when their keys together reach levels - 1.
//
// Not thread-safe. Takes memory from the arena when a class first appears, never else.
class OrderBook {
 public:
  static constexpr std::int32_t empty = LevelBitmap::nothing;

  OrderBook() = default;
  OrderBook(OrderPool& pool, LadderArena& arena, std::uint32_t levels_max)
      : pool_{&pool},
        orders_{&pool[0]},
        nodes_{pool.nodes()},
        arena_{&arena},
        levels_max_{levels_max} {}

  // The price limits in force. Requires: no order rests; upper - lower < levels_max.
  void set_band(PriceTicks lower, PriceTicks upper);

  [[nodiscard]] std::uint32_t levels() const { return levels_; }
  [[nodiscard]] std::uint32_t levels_max() const { return levels_max_; }
  [[nodiscard]] std::uint32_t key_of(Side side, PriceTicks price) const {
    const auto offset = static_cast<std::uint32_t>(price.value - floor_.value);
    return side == Side::buy ? offset : levels_ - 1 - offset;
  }
  [[nodiscard]] PriceTicks price_of(Side side, std::uint32_t key) const {
    return PriceTicks{floor_.value + (side == Side::buy ? key : levels_ - 1 - key)};
  }
  [[nodiscard]] bool crosses(std::uint32_t key, std::uint32_t opposite_key) const {
    return key + opposite_key >= levels_ - 1;
  }

  // Gives a class its ladders; false when the arena is used up. Requires: the slots before are
  // open.
  [[nodiscard]] bool open_class(std::uint32_t class_slot);
  // Class slots that have ladders: those below this number.
  [[nodiscard]] std::uint32_t classes_open() const { return classes_open_; }

  // Queues an order behind its level. Requires: key, class and priority set; the class is open; no
  // order of the level has a later priority.
  void append(Slot slot) { append(slot, orders_[slot]); }
  // Takes an order out, wherever it stands. It stays allocated.
  void unlink(Slot slot) { unlink(orders_[slot]); }
  // Takes lots off a resting order; takes it out when nothing remains.
  void reduce(Slot slot, std::uint32_t lots) { reduce(orders_[slot], lots); }
  // The same, of an order at hand: what was just written of it need not be read again.
  void append(Slot slot, RestingOrder& order);
  void unlink(const RestingOrder& order);
  void reduce(RestingOrder& order, std::uint32_t lots);
  // Shows another quantity of a resting order, in its place. Requires: `lots` is not 0.
  void show(Slot slot, std::uint32_t lots);

  [[nodiscard]] std::int32_t best_key(Side side) const { return sides_[index(side)].best; }
  [[nodiscard]] std::int32_t best_key(Side side, std::uint32_t class_slot) const {
    return sides_[index(side)].best_of[class_slot];
  }
  // Best used key of a class that is at most `key`, or empty.
  [[nodiscard]] std::int32_t best_key_up_to(Side side, std::uint32_t class_slot,
                                            std::uint32_t key) const {
    return sides_[index(side)].ladders[class_slot].used.highest_up_to(key);
  }
  // Classes with orders on the side.
  [[nodiscard]] ClassMask occupied(Side side) const { return sides_[index(side)].occupied; }
  // Classes with orders on `side` that cross an opposite order at `opposite_key`.
  [[nodiscard]] ClassMask crossing(Side side, std::uint32_t opposite_key) const;
  [[nodiscard]] const Level& level(Side side, std::uint32_t class_slot, std::uint32_t key) const {
    return sides_[index(side)].ladders[class_slot].levels[key];
  }
  [[nodiscard]] Slot head(Side side, std::uint32_t class_slot) const;
  // First order of a level, and the one behind at the same level, or no_slot.
  [[nodiscard]] Slot first_at(const Level& level) const { return nodes_.slot_at(level.links.next); }
  [[nodiscard]] Slot next_at_level(Slot slot) const {
    return nodes_.slot_at(orders_[slot].links.next);
  }
  // Whether an order of `side` crosses an opposite one at `opposite_key`.
  [[nodiscard]] bool any_crosses(Side side, std::uint32_t opposite_key) const {
    return together_cross(best_key(side), static_cast<std::int32_t>(opposite_key));
  }
  // Whether any bid and ask cross: one comparison when none do (market-rules 8.4).
  [[nodiscard]] bool locked_or_crossed() const;

  // The order behind `slot` in its class: its level's next, or the next worse level's head.
  [[nodiscard]] Slot behind(Slot slot) const;
  // Best-ranked order of the classes in `mask` with a key of at most `key`, or no_slot.
  [[nodiscard]] Slot best_up_to(Side side, ClassMask mask, std::uint32_t key) const;
  [[nodiscard]] Rank rank_of(Slot slot) const {
    return {orders_[slot].key, orders_[slot].priority};
  }

  [[nodiscard]] const OrderPool& pool() const { return *pool_; }

  // Takes all orders of a side out and chains them by rank; returns the first. The next of the
  // chain is drained_after(), until the order is appended again.
  [[nodiscard]] Slot drain(Side side);
  [[nodiscard]] Slot drained_after(Slot slot) const { return orders_[slot].links.next; }

  // Its prices and classes, of a snapshot; its orders are the caller's to append, both ways:
  // engine/book/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct Ladder {
    Level* levels = nullptr;
    Node first_level = 0;
    LevelBitmap used;
  };
  struct alignas(64) BookSide {
    BookSide() { best_of.fill(empty); }

    std::int32_t best = empty;  // over all classes
    ClassMask occupied = 0;
    std::array<std::int32_t, classes_max> best_of;  // of each class; close together
    std::array<Ladder, classes_max> ladders{};
  };

  // A side that is empty has the key -1: it crosses nothing.
  [[nodiscard]] bool together_cross(std::int32_t key, std::int32_t opposite_key) const {
    return key + opposite_key >= static_cast<std::int32_t>(levels_) - 1;
  }
  static constexpr std::size_t index(Side side) {
    static_assert(static_cast<int>(Side::buy) == 1 && static_cast<int>(Side::sell) == 2);
    return static_cast<std::size_t>(side) - 1;
  }
  [[nodiscard]] std::uint32_t ladder_cells() const { return (levels_max_ + 63) / 64 * 64; }
  void level_emptied(BookSide& side, std::uint32_t class_slot, std::uint32_t key);

  OrderPool* pool_ = nullptr;
  RestingOrder* orders_ = nullptr;  // the pool's
  Nodes nodes_;
  LadderArena* arena_ = nullptr;
  std::uint32_t levels_max_ = 0;
  std::uint32_t levels_ = 0;
  std::uint32_t classes_open_ = 0;
  PriceTicks floor_{};
  std::array<BookSide, 2> sides_{};
};

// The set class slots of a mask, lowest first: for (auto c : each_class(mask)).
class EachClass {
 public:
  class Iterator {
   public:
    explicit Iterator(ClassMask rest) : rest_{rest} {}
    std::uint32_t operator*() const { return static_cast<std::uint32_t>(std::countr_zero(rest_)); }
    Iterator& operator++() {
      rest_ &= rest_ - 1;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return rest_ != other.rest_; }

   private:
    ClassMask rest_;
  };

  explicit EachClass(ClassMask mask) : mask_{mask} {}
  [[nodiscard]] Iterator begin() const { return Iterator{mask_}; }
  [[nodiscard]] Iterator end() const { return Iterator{0}; }

 private:
  ClassMask mask_;
};
inline EachClass each_class(ClassMask mask) { return EachClass{mask}; }

inline void OrderBook::append(Slot slot, RestingOrder& order) {
  BookSide& side = sides_[index(order.side)];
  Ladder& ladder = side.ladders[order.class_slot];
  check(order.key < levels_ && order.remaining > 0);
  Level& level = ladder.levels[order.key];
  const Node of_level = ladder.first_level + order.key;
  const Node last = level.links.prev;
  order.links = {of_level, last};
  if (last == of_level) {
    level.links.next = Nodes::of_order(slot);
    ladder.used.set(order.key);
    const auto key = static_cast<std::int32_t>(order.key);
    std::int32_t& best = side.best_of[order.class_slot];
    best = std::max(best, key);
    side.occupied |= mask_of(order.class_slot);
    side.best = std::max(side.best, key);
  } else {
    RestingOrder& before = orders_[nodes_.slot_at(last)];
    check(before.priority < order.priority);
    before.links.next = Nodes::of_order(slot);
  }
  level.links.prev = Nodes::of_order(slot);
  level.displayed += order.remaining;
}

inline void OrderBook::unlink(const RestingOrder& order) {
  BookSide& side = sides_[index(order.side)];
  side.ladders[order.class_slot].levels[order.key].displayed -= order.remaining;
  const auto [next, prev] = order.links;
  nodes_.links(prev).next = next;
  nodes_.links(next).prev = prev;
  if (next == prev) level_emptied(side, order.class_slot, order.key);  // both were the level
}

inline void OrderBook::reduce(RestingOrder& order, std::uint32_t lots) {
  check(lots <= order.remaining);
  if (lots == order.remaining) {
    unlink(order);
    order.remaining = 0;
    return;
  }
  order.remaining -= lots;
  sides_[index(order.side)].ladders[order.class_slot].levels[order.key].displayed -= lots;
}

inline void OrderBook::show(Slot slot, std::uint32_t lots) {
  RestingOrder& order = orders_[slot];
  check(lots > 0);
  Level& level = sides_[index(order.side)].ladders[order.class_slot].levels[order.key];
  level.displayed += std::int64_t{lots} - order.remaining;
  order.remaining = lots;
}

inline void OrderBook::level_emptied(BookSide& side, std::uint32_t class_slot, std::uint32_t key) {
  Ladder& ladder = side.ladders[class_slot];
  ladder.used.clear(key);
  if (side.best_of[class_slot] != static_cast<std::int32_t>(key)) return;
  const std::int32_t best = ladder.used.highest_up_to(key);
  side.best_of[class_slot] = best;
  if (best == empty) side.occupied &= ~mask_of(class_slot);
  if (side.best != static_cast<std::int32_t>(key)) return;
  side.best = best;
  for (std::uint32_t c = 0; c < classes_open_; ++c)
    side.best = std::max(side.best, side.best_of[c]);
}

inline Slot OrderBook::head(Side side, std::uint32_t class_slot) const {
  const BookSide& own = sides_[index(side)];
  if ((own.occupied & mask_of(class_slot)) == 0) return no_slot;
  return first_at(own.ladders[class_slot].levels[own.best_of[class_slot]]);
}

inline bool OrderBook::locked_or_crossed() const {
  return together_cross(sides_[0].best, sides_[1].best);
}

inline Slot OrderBook::behind(Slot slot) const {
  if (const Slot next = next_at_level(slot); next != no_slot) return next;
  const RestingOrder& order = orders_[slot];
  if (order.key == 0) return no_slot;
  const Ladder& ladder = sides_[index(order.side)].ladders[order.class_slot];
  const std::int32_t key = ladder.used.highest_up_to(order.key - 1);
  return key == empty ? no_slot : first_at(ladder.levels[key]);
}

// One side's orders of some classes, by rank.
//
// While it walks, of the book only orders it has stepped past may change or leave, others may join
// at the end of a level (then joined()), and the classes it sees may change (then see()). It never
// goes back, and steps over no order twice, so a whole walk is linear in the orders it passes.
class RankedWalk {
 public:
  // From the best, or from the first order behind `after`.
  RankedWalk(const OrderBook& book, Side side, ClassMask classes);
  RankedWalk(const OrderBook& book, Side side, ClassMask classes, Rank after);
  // From these orders on; `heads` is valid where the side is occupied.
  RankedWalk(const OrderBook& book, Side side, ClassMask classes,
             const std::array<Slot, classes_max>& heads);

  // The order the walk stands at, or no_slot at its end.
  [[nodiscard]] Slot at() const { return at_; }
  void step();
  // Before and after a change of the order it stands at, which may leave the book by it: steps.
  void will_change();
  void has_changed();
  // Orders of these classes only from here on, those behind `after`: the last it stepped past.
  void see(ClassMask classes, Rank after);
  // `slot` was appended to its level, behind the last order the walk stepped past.
  void joined(Slot slot);

 private:
  void find();

  const OrderBook* book_;
  Side side_;
  ClassMask known_;  // classes with a valid cursor: the first order not stepped past, or no_slot
  ClassMask open_;   // of these, those that are seen and not at their end
  std::uint32_t at_class_ = 0;
  Slot at_ = no_slot;
  bool at_head_ = false;                  // of its class, while it changes
  std::array<Slot, classes_max> cursor_;  // valid where known
};

inline RankedWalk::RankedWalk(const OrderBook& book, Side side, ClassMask classes)
    : book_{&book}, side_{side}, known_{book.occupied(side) & classes}, open_{known_} {
  for (const auto c : each_class(open_)) cursor_[c] = book.head(side, c);
  find();
}

inline RankedWalk::RankedWalk(const OrderBook& book, Side side, ClassMask classes, Rank after)
    : book_{&book}, side_{side}, known_{0}, open_{0} {
  see(classes, after);
}

inline RankedWalk::RankedWalk(const OrderBook& book, Side side, ClassMask classes,
                              const std::array<Slot, classes_max>& heads)
    : book_{&book}, side_{side}, known_{book.occupied(side) & classes}, open_{known_} {
  for (const auto c : each_class(known_)) {
    cursor_[c] = heads[c];
    if (heads[c] == no_slot) open_ &= ~mask_of(c);
  }
  find();
}

inline void RankedWalk::step() {
  cursor_[at_class_] = book_->behind(at_);
  if (cursor_[at_class_] == no_slot) open_ &= ~mask_of(at_class_);
  find();
}

// An order at the head of its class leaves its successor there; so most steps look up nothing.
inline void RankedWalk::will_change() {
  at_head_ = book_->head(side_, at_class_) == at_;
  if (!at_head_) cursor_[at_class_] = book_->behind(at_);
}

inline void RankedWalk::has_changed() {
  if (at_head_) {
    const Slot head = book_->head(side_, at_class_);
    cursor_[at_class_] = head == at_ ? book_->behind(at_) : head;
  }
  if (cursor_[at_class_] == no_slot) open_ &= ~mask_of(at_class_);
  find();
}

// A class keeps its cursor while it is not seen, and catches up when it is seen again.
inline void RankedWalk::see(ClassMask classes, Rank after) {
  const ClassMask wanted = book_->occupied(side_) & classes;
  for (const auto c : each_class(wanted & ~known_)) {
    cursor_[c] = book_->best_up_to(side_, mask_of(c), after.key);
  }
  const ClassMask late = wanted & ~open_;
  known_ |= wanted;
  open_ = wanted;
  for (const auto c : each_class(late)) {
    Slot slot = cursor_[c];
    while (slot != no_slot && !ahead(after, book_->rank_of(slot))) slot = book_->behind(slot);
    cursor_[c] = slot;
    if (slot == no_slot) open_ &= ~mask_of(c);
  }
  for (const auto c : each_class(wanted & ~late)) {
    if (cursor_[c] == no_slot) open_ &= ~mask_of(c);
  }
  find();
}

// Where the cursor stands at that level or before, it will come to the order by itself.
inline void RankedWalk::joined(Slot slot) {
  const RestingOrder& order = book_->pool()[slot];
  const std::uint32_t c = order.class_slot;
  if ((known_ & mask_of(c)) == 0) return;
  if (cursor_[c] != no_slot && book_->rank_of(cursor_[c]).key >= order.key) return;
  cursor_[c] = slot;
  open_ |= mask_of(c);
  find();
}

inline void RankedWalk::find() {
  at_ = no_slot;
  if ((open_ & (open_ - 1)) == 0) {  // at most one class: nothing to compare
    if (open_ == 0) return;
    at_class_ = static_cast<std::uint32_t>(std::countr_zero(open_));
    at_ = cursor_[at_class_];
    return;
  }
  for (const auto c : each_class(open_)) {
    if (at_ == no_slot || ahead(book_->rank_of(cursor_[c]), book_->rank_of(at_))) {
      at_ = cursor_[c];
      at_class_ = c;
    }
  }
}

}  // namespace emx::book
