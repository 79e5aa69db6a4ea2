#include "engine/book/book_memory.hpp"

#include <memory>

#include "engine/vocabulary/check.hpp"

namespace emx::book {

BookMemory::BookMemory(std::uint32_t orders_max, std::uint32_t level_cells_max)
    : orders_max_{orders_max}, level_cells_max_{level_cells_max} {
  const std::uint64_t orders = std::uint64_t{orders_max} + 1;
  check(orders * 2 + level_cells_max < no_id);
  const std::uint64_t orders_size = orders * sizeof(RestingOrder);
  const std::uint64_t size = orders_size + std::uint64_t{level_cells_max} * sizeof(Level);
  bytes_ = make_large_block(size);
  std::byte* const base = bytes_.get();
  orders_ = reinterpret_cast<RestingOrder*>(base);
  levels_ = reinterpret_cast<Level*>(base + orders_size);
  for (std::uint32_t slot = 0; slot <= orders_max; ++slot) {
    std::construct_at(orders_ + slot, RestingOrder{});
  }
  for (std::uint32_t cell = 0; cell < level_cells_max; ++cell) {
    const Node own = nodes().of_level(cell);
    std::construct_at(levels_ + cell, Level{{own, own}, 0});
  }
}

}  // namespace emx::book
