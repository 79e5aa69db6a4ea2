#include "engine/book/order_pool.hpp"

namespace emx::book {

OrderPool::OrderPool(std::uint32_t capacity, std::uint32_t generations_max)
    : capacity_{capacity},
      generations_max_{generations_max},
      orders_{std::make_unique<RestingOrder[]>(std::size_t{capacity} + 1)} {
  check(generations_max >= 1 && generations_max <= generations_most);
  for (Slot slot = capacity; slot-- > 0;) {
    orders_[slot].next = free_head_;
    free_head_ = slot;
  }
}

}  // namespace emx::book
