#include "engine/book/order_pool.hpp"

namespace emx::book {

OrderPool::OrderPool(BookMemory& memory, std::uint32_t generations_max)
    : nodes_{memory.nodes()},
      orders_{memory.orders()},
      capacity_{memory.orders_max()},
      generations_max_{generations_max} {
  check(generations_max >= 1 && generations_max <= generations_most);
  for (Slot slot = capacity_; slot-- > 0;) {
    orders_[slot].links.next = free_head_;
    free_head_ = slot;
  }
}

}  // namespace emx::book
