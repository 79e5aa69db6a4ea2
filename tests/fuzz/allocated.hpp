#pragma once

#include <cstdint>

namespace emx::fuzz {

// Bytes that this program has asked the address sanitizer's allocator for so far: what happens
// between two calls needs no more than the difference.
[[nodiscard]] std::uint64_t allocated_bytes();

}  // namespace emx::fuzz
