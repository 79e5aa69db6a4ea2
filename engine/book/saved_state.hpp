#pragma once

#include <cstdint>

#include "engine/book/order_book.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/state_stream.hpp"

// What of the book's memory stands in a snapshot. Queues, levels and bitmaps do not: they follow
// from the orders, which are appended again in the order of their priorities. For whoever writes or
// reads a snapshot only.

namespace emx::book {

// Slots from `ever` on were never given: they are next in their order, when those that were given
// back are used up. So a pool costs by the slots it ever gave.
template <class Self, class Archive>
void OrderPool::persist(Self& self, Archive& archive) {
  auto& [nodes, orders, capacity, generations_max, used, free_head] = self;
  std::uint32_t ever = capacity;
  std::uint32_t given_back = 0;
  if constexpr (!Archive::loads) {
    for (Slot slot = free_head; slot != no_slot; slot = orders[slot].links.next) {
      if (orders[slot].generation == 0) {
        ever = slot;
        break;
      }
      ++given_back;
    }
  }
  archive.plain(ever, given_back);
  if (!archive.require(ever <= capacity && given_back <= ever, "more orders than the capacity")) {
    return;
  }
  for (Slot slot = 0; slot < ever; ++slot) archive.plain(orders[slot].generation);
  const Slot first_new = ever < capacity ? ever : no_slot;
  if constexpr (Archive::loads) {
    used = 0;
    for (Slot slot = 0; slot < ever; ++slot) {
      archive.require(self.generation(slot) >= 1 && self.generation(slot) <= generations_max,
                      "a slot that was not given");
      orders[slot].links = {no_slot, no_slot};  // `prev`: not seen yet
      if (self.is_live(slot)) ++used;
    }
    Slot* next = &free_head;
    for (std::uint32_t i = 0; i < given_back && archive.ok(); ++i) {
      archive.plain(*next);
      const Slot slot = *next;
      const bool fits = slot < ever && !self.is_live(slot) && orders[slot].links.prev == no_slot;
      if (!archive.require(fits, "a slot that is not free")) break;
      orders[slot].links.prev = slot;
      next = &orders[slot].links.next;
    }
    *next = first_new;
  } else {
    Slot slot = free_head;
    for (; slot != first_new; slot = orders[slot].links.next) archive.plain(slot);
  }
}

template <class Self, class Archive>
void OrderBook::persist(Self& self, Archive& archive) {
  auto& [pool, orders, nodes, arena, levels_max, levels, classes_open, floor, sides] = self;
  archive.plain(levels, floor);
  archive.require(levels <= levels_max, "more price levels than the book has");
  std::uint32_t classes = classes_open;
  archive.plain(classes);
  archive.require(classes <= classes_max, "more trading classes than a book has");
  if constexpr (Archive::loads) {
    for (std::uint32_t c = 0; c < classes && archive.ok(); ++c) {
      archive.require(self.open_class(c), "more price levels than the capacity");
    }
  }
}

}  // namespace emx::book
