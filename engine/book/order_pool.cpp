#include "engine/book/order_pool.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::book {

namespace {

constexpr std::uint32_t live_bit = std::uint32_t{1} << 31;

}  // namespace

OrderPool::OrderPool(std::uint32_t capacity, std::uint32_t generations_max)
    : capacity_{capacity},
      generations_max_{generations_max},
      orders_{std::make_unique<RestingOrder[]>(capacity)},
      generations_{std::make_unique<std::uint32_t[]>(capacity)} {
  check(generations_max >= 1 && generations_max <= generations_most);
  for (Slot slot = capacity; slot-- > 0;) {
    orders_[slot].next = free_head_;
    free_head_ = slot;
    digest_.add(slot_cell(slot));
  }
}

Slot OrderPool::allocate() {
  check(!full());
  const Slot slot = free_head_;
  digest_.remove(slot_cell(slot));
  free_head_ = orders_[slot].next;
  generations_[slot] = (generations_[slot] + 1) | live_bit;
  digest_.add(slot_cell(slot));
  ++used_;
  return slot;
}

void OrderPool::release(Slot slot) {
  check((generations_[slot] & live_bit) != 0);
  digest_.remove(slot_cell(slot));
  generations_[slot] &= ~live_bit;
  orders_[slot] = RestingOrder{};
  orders_[slot].next = no_slot;
  if (generations_[slot] < generations_max_) {
    orders_[slot].next = free_head_;
    free_head_ = slot;
  }
  digest_.add(slot_cell(slot));
  --used_;
}

OrderId OrderPool::id_of(Slot slot) const {
  return OrderId{(std::uint64_t{generations_[slot] & ~live_bit} << 32) | slot};
}

Slot OrderPool::find(OrderId id) const {
  const auto slot = static_cast<Slot>(id.value);
  if (slot >= capacity_) return no_slot;
  const auto generation = static_cast<std::uint32_t>(id.value >> 32);
  return generations_[slot] == (generation | live_bit) && (generation & live_bit) == 0 ? slot
                                                                                       : no_slot;
}

bool OrderPool::was_given(OrderId id) const {
  const auto slot = static_cast<Slot>(id.value);
  if (slot >= capacity_) return false;
  const auto generation = static_cast<std::uint32_t>(id.value >> 32);
  return generation >= 1 && generation <= (generations_[slot] & ~live_bit);
}

std::uint64_t OrderPool::slot_cell(Slot slot) const {
  const bool live = (generations_[slot] & live_bit) != 0;
  return cell_hash(Cell::slot)
      .word(std::uint64_t{slot} << 32 | generations_[slot])
      .word(std::uint64_t{live ? 0 : orders_[slot].next})
      .value();
}

std::uint64_t OrderPool::digest_from_scratch() const {
  Digest digest;
  for (Slot slot = 0; slot < capacity_; ++slot) digest.add(slot_cell(slot));
  return digest.value();
}

}  // namespace emx::book
