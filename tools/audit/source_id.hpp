#pragma once

#include <cstdint>

namespace emx::audit {

// As engine::source_id(), of the sources that decide what an audit finds.
[[nodiscard]] std::uint64_t source_id();

}  // namespace emx::audit
