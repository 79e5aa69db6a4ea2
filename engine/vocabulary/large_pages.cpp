#include "engine/vocabulary/large_pages.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace emx {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t large_page = std::size_t{2} << 20;

constexpr std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

// Not from the heap, which gives again what was touched before, in small pages.
void* allocate_in_large_pages(std::size_t bytes) {
  if (bytes < large_page) {
    return ::operator new (bytes, std::align_val_t{cache_line});
  }
  const std::size_t size = rounded(bytes, large_page);
  void* const mapped = ::mmap(nullptr, size + large_page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc{};
  auto* const start = static_cast<std::byte*>(mapped);
  const std::size_t before = rounded(reinterpret_cast<std::uintptr_t>(start), large_page) -
                             reinterpret_cast<std::uintptr_t>(start);
  if (before > 0) ::munmap(start, before);
  ::munmap(start + before + size, large_page - before);
  ::madvise(start + before, size, MADV_HUGEPAGE);  // a wish: without them it is slower only
  return start + before;
}

void free_large_pages(void* memory, std::size_t bytes) noexcept {
  if (bytes < large_page) return ::operator delete (memory, std::align_val_t{cache_line});
  ::munmap(memory, rounded(bytes, large_page));
}

}  // namespace emx
