#pragma once

#include <cstdint>

#include "engine/book/book_memory.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::book {

// Fixed slots for the orders of all books. An order's id is its slot and the slot's generation, so
// finding an order is one array access. Slots are reused last in, first out; one that has had all
// its generations is not used again, so that no id is given twice. The memory must outlive the
// pool. Not thread-safe.
class OrderPool {
 public:
  static constexpr std::uint32_t generations_most = (std::uint32_t{1} << 31) - 1;

  explicit OrderPool(BookMemory& memory, std::uint32_t generations_max = generations_most);
  OrderPool(const OrderPool&) = delete;
  OrderPool& operator=(const OrderPool&) = delete;

  [[nodiscard]] Nodes nodes() const { return nodes_; }
  [[nodiscard]] bool full() const { return free_head_ == no_slot; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint32_t used() const { return used_; }
  // The slot that allocate() would give, or no_slot.
  [[nodiscard]] Slot next_free() const { return free_head_; }
  // A slot beside the others, for an order that is only thought of: it is never allocated and has
  // no id, and what stands in it is no part of the state.
  [[nodiscard]] Slot trial_slot() const { return capacity_; }

  // Requires: not full(). The order's content is the caller's to fill in.
  [[nodiscard]] Slot allocate() {
    check(!full());
    const Slot slot = free_head_;
    free_head_ = orders_[slot].links.next;
    orders_[slot].generation = (orders_[slot].generation + 1) | live_bit;
    ++used_;
    return slot;
  }
  // What stands in the slot, but its links, stays readable until it is given again. Requires:
  // `slot` is allocated.
  void release(Slot slot) {
    check(is_live(slot));
    orders_[slot].generation &= ~live_bit;
    const bool again = orders_[slot].generation < generations_max_;
    orders_[slot].links.next = again ? free_head_ : no_slot;
    if (again) free_head_ = slot;
    --used_;
  }

  // The free slot that is given after this free one, or no_slot.
  [[nodiscard]] Slot free_after(Slot slot) const { return orders_[slot].links.next; }

  [[nodiscard]] RestingOrder& operator[](Slot slot) { return orders_[slot]; }
  [[nodiscard]] const RestingOrder& operator[](Slot slot) const { return orders_[slot]; }

  [[nodiscard]] bool is_live(Slot slot) const { return (orders_[slot].generation & live_bit) != 0; }
  // How often the slot was given so far.
  [[nodiscard]] std::uint32_t generation(Slot slot) const {
    return orders_[slot].generation & ~live_bit;
  }

  // Requires: `slot` is allocated.
  [[nodiscard]] OrderId id_of(Slot slot) const {
    return OrderId{(std::uint64_t{generation(slot)} << 32) | slot};
  }
  // The slot of a live order, or no_slot.
  [[nodiscard]] Slot find(OrderId id) const {
    const auto slot = static_cast<Slot>(id.value);
    const auto generation = static_cast<std::uint32_t>(id.value >> 32);
    if (slot >= capacity_ || (generation & live_bit) != 0) return no_slot;
    return orders_[slot].generation == (generation | live_bit) ? slot : no_slot;
  }
  // Whether the id was ever given; then the order lives or is at its end.
  [[nodiscard]] bool was_given(OrderId id) const {
    const auto slot = static_cast<Slot>(id.value);
    const auto given = static_cast<std::uint32_t>(id.value >> 32);
    return slot < capacity_ && given >= 1 && given <= generation(slot);
  }

  // Which slots are given, and which are next, of a snapshot; orders are the caller's part, both
  // ways: engine/book/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  static constexpr std::uint32_t live_bit = std::uint32_t{1} << 31;

  Nodes nodes_;
  RestingOrder* orders_;  // and the trial slot
  std::uint32_t capacity_;
  std::uint32_t generations_max_;  // of each slot
  std::uint32_t used_ = 0;
  Slot free_head_ = no_slot;
};

}  // namespace emx::book
