#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace emx {

// Memory of at least `bytes`, aligned to a cache line; what is 2 MiB or more stands in huge pages
// where the system has them, so that reading here and there in it costs few walks of page tables.
// Throws std::bad_alloc. Thread-safe.
[[nodiscard]] void* allocate_in_large_pages(std::size_t bytes);
// Requires: `bytes` as it was allocated with.
void free_large_pages(void* memory, std::size_t bytes) noexcept;

// The allocator for it.
template <class T>
struct LargePages {
  static_assert(alignof(T) <= 64);
  using value_type = T;

  LargePages() = default;
  template <class U>
  explicit LargePages(const LargePages<U>&) {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(allocate_in_large_pages(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) { free_large_pages(memory, count * sizeof(T)); }

  friend bool operator==(LargePages, LargePages) { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargePages<T>>;

struct FreeLargePages {
  std::size_t bytes = 0;
  void operator()(std::byte* memory) const noexcept { free_large_pages(memory, bytes); }
};

// Bytes that nothing has been written to yet, for an owner that writes each of them itself.
using LargeBlock = std::unique_ptr<std::byte[], FreeLargePages>;
[[nodiscard]] inline LargeBlock make_large_block(std::size_t bytes) {
  return LargeBlock{static_cast<std::byte*>(allocate_in_large_pages(bytes)), {bytes}};
}

}  // namespace emx
