#include "engine/book/order_book.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::book {

LadderArena::LadderArena(std::uint32_t level_cells_max)
    : level_cells_max_{level_cells_max},
      words_max_{level_cells_max / 32},  // the densest: 64 levels need two words
      levels_{std::make_unique<Level[]>(level_cells_max)},
      words_{std::make_unique<std::uint64_t[]>(words_max_)} {}

bool LadderArena::has_room_for(std::uint32_t levels, std::uint32_t blocks) const {
  const std::uint64_t words = std::uint64_t{LevelBitmap::words_needed(levels)} * blocks;
  return std::uint64_t{levels} * blocks <= level_cells_max_ - level_cells_used_ &&
         words <= words_max_ - words_used_;
}

LadderArena::Block LadderArena::take(std::uint32_t levels) {
  check(has_room_for(levels, 1) && levels % 64 == 0);
  const Block block{levels_.get() + level_cells_used_, words_.get() + words_used_};
  level_cells_used_ += levels;
  words_used_ += LevelBitmap::words_needed(levels);
  return block;
}

void OrderBook::set_band(PriceTicks lower, PriceTicks upper) {
  check(sides_[0].occupied == 0 && sides_[1].occupied == 0);
  check(lower <= upper && upper.value - lower.value < levels_max_);
  floor_ = lower;
  levels_ = static_cast<std::uint32_t>(upper.value - lower.value) + 1;
}

bool OrderBook::open_class(std::uint32_t class_slot) {
  if (class_slot < classes_open_) return true;
  check(class_slot == classes_open_ && class_slot < classes_max);
  if (!arena_->has_room_for(ladder_cells(), 2)) return false;
  for (BookSide& side : sides_) {
    const LadderArena::Block block = arena_->take(ladder_cells());
    side.ladders[class_slot] = {block.levels, LevelBitmap{block.words, ladder_cells()}};
  }
  ++classes_open_;
  return true;
}

void OrderBook::append(Slot slot) {
  RestingOrder& order = (*pool_)[slot];
  BookSide& side = sides_[index(order.side)];
  Ladder& ladder = side.ladders[order.class_slot];
  check(order.key < levels_ && order.remaining > 0);
  Level& level = ladder.levels[order.key];
  order.next = no_slot;
  order.prev = level.tail;
  if (level.tail == no_slot) {
    level.head = slot;
    ladder.used.set(order.key);
    const auto key = static_cast<std::int32_t>(order.key);
    const bool first = (side.occupied & mask_of(order.class_slot)) == 0;
    if (first || key > side.best_of[order.class_slot]) side.best_of[order.class_slot] = key;
    side.occupied |= mask_of(order.class_slot);
    side.best = std::max(side.best, key);
  } else {
    check((*pool_)[level.tail].priority < order.priority);
    (*pool_)[level.tail].next = slot;
  }
  level.tail = slot;
  level.displayed += order.remaining;
}

void OrderBook::unlink(Slot slot) {
  RestingOrder& order = (*pool_)[slot];
  BookSide& side = sides_[index(order.side)];
  Level& level = side.ladders[order.class_slot].levels[order.key];
  level.displayed -= order.remaining;
  (order.prev == no_slot ? level.head : (*pool_)[order.prev].next) = order.next;
  (order.next == no_slot ? level.tail : (*pool_)[order.next].prev) = order.prev;
  order.next = no_slot;
  order.prev = no_slot;
  if (level.head == no_slot) level_emptied(side, order.class_slot, order.key);
}

void OrderBook::reduce(Slot slot, std::uint32_t lots) {
  RestingOrder& order = (*pool_)[slot];
  check(lots <= order.remaining);
  if (lots == order.remaining) {
    unlink(slot);
    order.remaining = 0;
    return;
  }
  order.remaining -= lots;
  sides_[index(order.side)].ladders[order.class_slot].levels[order.key].displayed -= lots;
}

void OrderBook::level_emptied(BookSide& side, std::uint32_t class_slot, std::uint32_t key) {
  Ladder& ladder = side.ladders[class_slot];
  ladder.used.clear(key);
  if (side.best_of[class_slot] != static_cast<std::int32_t>(key)) return;
  const std::int32_t best = ladder.used.highest_up_to(key);
  side.best_of[class_slot] = best;
  if (best == empty) side.occupied &= ~mask_of(class_slot);
  if (side.best != static_cast<std::int32_t>(key)) return;
  side.best = empty;
  for (const auto c : each_class(side.occupied)) side.best = std::max(side.best, side.best_of[c]);
}

ClassMask OrderBook::crossing(Side side, std::uint32_t opposite_key) const {
  const BookSide& own = sides_[index(side)];
  ClassMask mask = 0;
  for (const auto c : each_class(own.occupied)) {
    if (crosses(static_cast<std::uint32_t>(own.best_of[c]), opposite_key)) mask |= mask_of(c);
  }
  return mask;
}

Slot OrderBook::head(Side side, std::uint32_t class_slot) const {
  const BookSide& own = sides_[index(side)];
  if ((own.occupied & mask_of(class_slot)) == 0) return no_slot;
  return own.ladders[class_slot].levels[own.best_of[class_slot]].head;
}

bool OrderBook::locked_or_crossed() const {
  return sides_[0].best != empty && sides_[1].best != empty &&
         crosses(static_cast<std::uint32_t>(sides_[0].best),
                 static_cast<std::uint32_t>(sides_[1].best));
}

Slot OrderBook::behind(Slot slot) const {
  const RestingOrder& order = (*pool_)[slot];
  if (order.next != no_slot) return order.next;
  if (order.key == 0) return no_slot;
  const Ladder& ladder = sides_[index(order.side)].ladders[order.class_slot];
  const std::int32_t key = ladder.used.highest_up_to(order.key - 1);
  return key == empty ? no_slot : ladder.levels[key].head;
}

Slot OrderBook::best_up_to(Side side, ClassMask mask, std::uint32_t key) const {
  const BookSide& own = sides_[index(side)];
  Slot best = no_slot;
  for (const auto c : each_class(own.occupied & mask)) {
    const std::int32_t found = own.ladders[c].used.highest_up_to(key);
    if (found == empty) continue;
    const Slot slot = own.ladders[c].levels[found].head;
    if (best == no_slot || ahead(rank_of(slot), rank_of(best))) best = slot;
  }
  return best;
}

Slot OrderBook::drain(Side side) {
  Slot first = no_slot;
  Slot last = no_slot;
  for (;;) {
    const Slot slot = best_up_to(side, ~ClassMask{0}, levels_max_ - 1);
    if (slot == no_slot) return first;
    unlink(slot);
    (last == no_slot ? first : (*pool_)[last].next) = slot;
    last = slot;
  }
}

RankedWalk::RankedWalk(const OrderBook& book, Side side, ClassMask classes)
    : book_{book}, open_{book.occupied(side) & classes} {
  for (const auto c : each_class(open_)) cursor_[c] = book.head(side, c);
  find();
}

RankedWalk::RankedWalk(const OrderBook& book, Side side, ClassMask classes, Rank after)
    : book_{book}, open_{book.occupied(side) & classes} {
  for (const auto c : each_class(open_)) {
    Slot slot = book.best_up_to(side, mask_of(c), after.key);
    while (slot != no_slot && !ahead(after, book.rank_of(slot))) slot = book.behind(slot);
    cursor_[c] = slot;
    if (slot == no_slot) open_ &= ~mask_of(c);
  }
  find();
}

void RankedWalk::step() {
  cursor_[at_class_] = book_.behind(at_);
  if (cursor_[at_class_] == no_slot) open_ &= ~mask_of(at_class_);
  find();
}

void RankedWalk::drop_class() {
  open_ &= ~mask_of(at_class_);
  find();
}

void RankedWalk::find() {
  at_ = no_slot;
  for (const auto c : each_class(open_)) {
    if (at_ == no_slot || ahead(book_.rank_of(cursor_[c]), book_.rank_of(at_))) {
      at_ = cursor_[c];
      at_class_ = c;
    }
  }
}

}  // namespace emx::book
