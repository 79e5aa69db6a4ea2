#pragma once

#include <cstdint>

namespace emx::daemon {

// As engine::source_id(), of the sources that decide what a Past is (gateway and tools/emxd).
[[nodiscard]] std::uint64_t source_id();

}  // namespace emx::daemon
