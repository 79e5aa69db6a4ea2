#pragma once

#include <cstdint>
#include <memory>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::book {

// Index into the pool; `no_slot` names nothing.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = no_id;

// What matching touches of an order, half a cache line.
struct RestingOrder {
  Slot next;                // behind it at its level; in a free slot: the next free one
  Slot prev;                // before it
  std::uint32_t remaining;  // lots
  std::uint32_t key;        // price as the ladder counts it; see OrderBook
  std::uint64_t priority;   // market-rules 8.1
  std::uint32_t owner;      // FacilityId
  std::uint16_t instrument;
  std::uint8_t class_slot;
  Side side;
};
static_assert(sizeof(RestingOrder) == 32);

// Fixed slots for the orders of all books. An order's id is its slot and the slot's generation, so
// finding an order is one array access. Slots are reused last in, first out; one that has had all
// its generations is not used again, so that no id is given twice. Not thread-safe; allocates in
// the constructor and nowhere else.
class OrderPool {
 public:
  static constexpr std::uint32_t generations_most = (std::uint32_t{1} << 31) - 1;

  explicit OrderPool(std::uint32_t capacity, std::uint32_t generations_max = generations_most);

  [[nodiscard]] bool full() const { return free_head_ == no_slot; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint32_t used() const { return used_; }

  // Requires: not full(). The order's content is the caller's to fill in.
  [[nodiscard]] Slot allocate();
  // Requires: `slot` is allocated.
  void release(Slot slot);

  [[nodiscard]] RestingOrder& operator[](Slot slot) { return orders_[slot]; }
  [[nodiscard]] const RestingOrder& operator[](Slot slot) const { return orders_[slot]; }

  // Requires: `slot` is allocated.
  [[nodiscard]] OrderId id_of(Slot slot) const;
  // The slot of a live order, or no_slot.
  [[nodiscard]] Slot find(OrderId id) const;
  // Whether the id was ever given; then the order lives or is at its end.
  [[nodiscard]] bool was_given(OrderId id) const;

  // Covers free list and generations; what stands in the live orders is the exchange's to add.
  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

 private:
  [[nodiscard]] std::uint64_t slot_cell(Slot slot) const;

  std::uint32_t capacity_;
  std::uint32_t generations_max_;  // of each slot
  std::uint32_t used_ = 0;
  Slot free_head_ = no_slot;
  std::unique_ptr<RestingOrder[]> orders_;
  std::unique_ptr<std::uint32_t[]> generations_;  // top bit: allocated
  Digest digest_;
};

}  // namespace emx::book
