#include "tests/fuzz/allocated.hpp"

#include <sanitizer/allocator_interface.h>

#include <cstddef>

namespace emx::fuzz {
namespace {

std::uint64_t allocated = 0;

[[maybe_unused]] const int hook = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t bytes) { allocated += bytes; },
    [](const volatile void*) {});

}  // namespace

std::uint64_t allocated_bytes() { return allocated; }

}  // namespace emx::fuzz
