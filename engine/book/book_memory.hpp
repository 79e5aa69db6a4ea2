#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/large_pages.hpp"

namespace emx::book {

// Index of an order; `no_slot` names nothing.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = no_id;

// Place of an order or of a price level in the memory that all books share, in units of 16 bytes:
// the order of slot s is node 2 s, and the levels come behind the orders.
using Node = std::uint32_t;

// The neighbours in a level's queue. It is a ring, in which the level itself stands before the
// first order and behind the last; so an order leaves its neighbours alike, wherever it stands.
struct Links {
  Node next;
  Node prev;
};

// What matching touches of an order, half a cache line.
struct RestingOrder {
  Links links;              // at its level; out of it, `next` may name a slot: see OrderPool, drain
  std::uint32_t remaining;  // lots
  std::uint32_t key;        // price as the ladder counts it; see OrderBook
  std::uint64_t priority;   // market-rules 8.1
  std::uint32_t generation;  // OrderPool's: how often the slot was given; top bit: it is now
  std::uint16_t instrument;
  std::uint8_t class_slot;
  Side side;
};
static_assert(sizeof(RestingOrder) == 32);

// One price of one class on one side: a queue in order of priority.
struct Level {
  Links links;             // first and last order; its own node when there are none
  std::int64_t displayed;  // lots
};
static_assert(sizeof(Level) == 16);

// Finds what stands at a node.
class Nodes {
 public:
  Nodes() = default;
  Nodes(std::byte* base, Node levels_start) : base_{base}, levels_start_{levels_start} {}

  // Of an order or a level.
  [[nodiscard]] Links& links(Node node) const {
    return *std::launder(reinterpret_cast<Links*>(base_ + std::size_t{node} * sizeof(Level)));
  }
  [[nodiscard]] static Node of_order(Slot slot) { return slot * 2; }
  [[nodiscard]] Node of_level(std::uint32_t cell) const { return levels_start_ + cell; }
  // The order's slot, or no_slot when a level stands there.
  [[nodiscard]] Slot slot_at(Node node) const { return node < levels_start_ ? node / 2 : no_slot; }

 private:
  std::byte* base_ = nullptr;
  Node levels_start_ = 0;
};

// The orders and price levels of all books, in one block. Requires: 2 (orders + 1) + levels < 2^32
// - 1. Allocates in the constructor and nowhere else. Not thread-safe.
class BookMemory {
 public:
  BookMemory(std::uint32_t orders_max, std::uint32_t level_cells_max);
  BookMemory(const BookMemory&) = delete;
  BookMemory& operator=(const BookMemory&) = delete;

  [[nodiscard]] std::uint32_t orders_max() const { return orders_max_; }
  [[nodiscard]] std::uint32_t level_cells_max() const { return level_cells_max_; }
  // orders_max() of them, and one more for an order that is only thought of.
  [[nodiscard]] RestingOrder* orders() { return orders_; }
  // At first without orders.
  [[nodiscard]] Level* levels() { return levels_; }
  [[nodiscard]] Nodes nodes() { return {bytes_.get(), (orders_max_ + 1) * 2}; }

 private:
  std::uint32_t orders_max_;
  std::uint32_t level_cells_max_;
  LargeBlock bytes_;
  RestingOrder* orders_;
  Level* levels_;
};

}  // namespace emx::book
