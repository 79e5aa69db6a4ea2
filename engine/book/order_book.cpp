#include "engine/book/order_book.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::book {

LadderArena::LadderArena(BookMemory& memory)
    : nodes_{memory.nodes()},
      levels_{memory.levels()},
      level_cells_max_{memory.level_cells_max()},
      words_max_{level_cells_max_ / 32},  // the densest: 64 levels need two words
      words_{std::make_unique<std::uint64_t[]>(words_max_)} {}

bool LadderArena::has_room_for(std::uint32_t levels, std::uint32_t blocks) const {
  const std::uint64_t words = std::uint64_t{LevelBitmap::words_needed(levels)} * blocks;
  return std::uint64_t{levels} * blocks <= level_cells_max_ - level_cells_used_ &&
         words <= words_max_ - words_used_;
}

LadderArena::Block LadderArena::take(std::uint32_t levels) {
  check(has_room_for(levels, 1) && levels % 64 == 0);
  const Block block{levels_ + level_cells_used_, nodes_.of_level(level_cells_used_),
                    words_.get() + words_used_};
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
    side.ladders[class_slot] = {block.levels, block.first_level,
                                LevelBitmap{block.words, ladder_cells()}};
  }
  ++classes_open_;
  return true;
}

ClassMask OrderBook::crossing(Side side, std::uint32_t opposite_key) const {
  const BookSide& own = sides_[index(side)];
  const auto key = static_cast<std::int32_t>(opposite_key);
  ClassMask mask = 0;
  for (std::uint32_t c = 0; c < classes_open_; ++c) {  // no branches: nothing can foresee them
    mask |= ClassMask{together_cross(own.best_of[c], key)} << c;
  }
  return mask & own.occupied;
}

Slot OrderBook::best_up_to(Side side, ClassMask mask, std::uint32_t key) const {
  const BookSide& own = sides_[index(side)];
  Slot best = no_slot;
  for (const auto c : each_class(own.occupied & mask)) {
    const std::int32_t found = own.ladders[c].used.highest_up_to(key);
    if (found == empty) continue;
    const Slot slot = first_at(own.ladders[c].levels[found]);
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
    (last == no_slot ? first : orders_[last].links.next) = slot;
    orders_[slot].links.next = no_slot;
    last = slot;
  }
}

}  // namespace emx::book
