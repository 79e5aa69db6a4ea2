#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>

#include "engine/book/level_bitmap.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::book {

// Market-rules 8.5: at most this many trading classes in one instrument.
inline constexpr std::uint32_t classes_max = 64;
using ClassMask = std::uint64_t;

constexpr ClassMask mask_of(std::uint32_t class_slot) { return ClassMask{1} << class_slot; }

// One price of one class on one side: a queue in order of priority.
struct Level {
  Slot head = no_slot;
  Slot tail = no_slot;
  std::int64_t displayed = 0;  // lots
};

// The memory all books draw their ladders from, once for each class that appears in a book.
class LadderArena {
 public:
  explicit LadderArena(std::uint32_t level_cells_max);

  struct Block {
    Level* levels;
    std::uint64_t* words;
  };
  // Requires: has_room_for(levels, 1); `levels` is a multiple of 64.
  [[nodiscard]] Block take(std::uint32_t levels);
  [[nodiscard]] bool has_room_for(std::uint32_t levels, std::uint32_t blocks) const;
  [[nodiscard]] std::uint32_t level_cells_used() const { return level_cells_used_; }

 private:
  std::uint32_t level_cells_max_;
  std::uint32_t words_max_;
  std::uint32_t level_cells_used_ = 0;
  std::uint32_t words_used_ = 0;
  std::unique_ptr<Level[]> levels_;
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
      : pool_{&pool}, arena_{&arena}, levels_max_{levels_max} {}

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
  void append(Slot slot);
  // Takes an order out, wherever it stands. It stays allocated.
  void unlink(Slot slot);
  // Takes lots off a resting order; takes it out when nothing remains.
  void reduce(Slot slot, std::uint32_t lots);

  [[nodiscard]] std::int32_t best_key(Side side) const { return sides_[index(side)].best; }
  [[nodiscard]] std::int32_t best_key(Side side, std::uint32_t class_slot) const {
    return sides_[index(side)].best_of[class_slot];
  }
  // Classes with orders on the side.
  [[nodiscard]] ClassMask occupied(Side side) const { return sides_[index(side)].occupied; }
  // Classes with orders on `side` that cross an opposite order at `opposite_key`.
  [[nodiscard]] ClassMask crossing(Side side, std::uint32_t opposite_key) const;
  [[nodiscard]] const Level& level(Side side, std::uint32_t class_slot, std::uint32_t key) const {
    return sides_[index(side)].ladders[class_slot].levels[key];
  }
  [[nodiscard]] Slot head(Side side, std::uint32_t class_slot) const;
  // Whether any bid and ask cross: one comparison when none do (market-rules 8.4).
  [[nodiscard]] bool locked_or_crossed() const;

  // The order behind `slot` in its class: its level's next, or the next worse level's head.
  [[nodiscard]] Slot behind(Slot slot) const;
  // Best-ranked order of the classes in `mask` with a key of at most `key`, or no_slot.
  [[nodiscard]] Slot best_up_to(Side side, ClassMask mask, std::uint32_t key) const;
  [[nodiscard]] Rank rank_of(Slot slot) const {
    return {(*pool_)[slot].key, (*pool_)[slot].priority};
  }

  // Takes all orders of a side out and chains them by rank through `next`; returns the first.
  [[nodiscard]] Slot drain(Side side);

 private:
  struct Ladder {
    Level* levels = nullptr;
    LevelBitmap used;
  };
  struct BookSide {
    std::int32_t best = empty;  // over all classes
    ClassMask occupied = 0;
    std::array<std::int32_t, classes_max> best_of{};  // valid where occupied
    std::array<Ladder, classes_max> ladders{};
  };

  static constexpr std::size_t index(Side side) { return side == Side::buy ? 0 : 1; }
  [[nodiscard]] std::uint32_t ladder_cells() const { return (levels_max_ + 63) / 64 * 64; }
  void level_emptied(BookSide& side, std::uint32_t class_slot, std::uint32_t key);

  OrderPool* pool_ = nullptr;
  LadderArena* arena_ = nullptr;
  std::uint32_t levels_max_ = 0;
  std::uint32_t levels_ = 0;
  std::uint32_t classes_open_ = 0;
  PriceTicks floor_{};
  std::array<BookSide, 2> sides_{};
};

// One side's orders of some classes, by rank. While it walks, of the book only orders it has
// stepped past may change or leave.
class RankedWalk {
 public:
  // From the best, or from the first order behind `after`.
  RankedWalk(const OrderBook& book, Side side, ClassMask classes);
  RankedWalk(const OrderBook& book, Side side, ClassMask classes, Rank after);

  // The order the walk stands at, or no_slot at its end.
  [[nodiscard]] Slot at() const { return at_; }
  void step();
  // Leaves out the class of the order it stands at from here on.
  void drop_class();

 private:
  void find();

  const OrderBook& book_;
  ClassMask open_;
  std::uint32_t at_class_ = 0;
  Slot at_ = no_slot;
  std::array<Slot, classes_max> cursor_;  // valid where open
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

}  // namespace emx::book
