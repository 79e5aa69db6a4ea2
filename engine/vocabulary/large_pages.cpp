#include "engine/vocabulary/large_pages.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace emx {

void* allocate_in_large_pages(std::size_t bytes) {
  constexpr std::size_t cache_line = 64;
  constexpr std::size_t large_page = std::size_t{2} << 20;
  const bool large = bytes >= large_page;
  const std::size_t unit = large ? large_page : cache_line;
  const std::size_t size = (bytes + unit - 1) / unit * unit;
  void* memory = std::aligned_alloc(unit, size);
  if (memory == nullptr) throw std::bad_alloc{};
  if (large) ::madvise(memory, size, MADV_HUGEPAGE);  // a wish: without them it is slower only
  return memory;
}

void free_large_pages(void* memory) noexcept { std::free(memory); }

}  // namespace emx
