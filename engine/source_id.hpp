#pragma once

#include <cstdint>

namespace emx::engine {

// A fingerprint of all sources that decide what entries come to (engine and risk), made when this
// program was built: the first 8 bytes of a SHA-256 (source_id.cmake). Programs with the same id
// have the same rules and the same layout of a saved state.
[[nodiscard]] std::uint64_t source_id();

}  // namespace emx::engine
