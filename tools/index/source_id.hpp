#pragma once

#include <cstdint>

namespace emx::index {

// As engine::source_id(), of the sources that decide what is in an index (tools/index, and what it
// counts and names with: tools/audit, tools/market, engine/vocabulary).
[[nodiscard]] std::uint64_t source_id();

}  // namespace emx::index
