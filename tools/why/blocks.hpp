#pragma once

#include "engine/vocabulary/events.hpp"
#include "tools/why/context.hpp"

namespace emx::why {

// Why a block ended without a trade (market-rules 9). Requires: the event has a code.
[[nodiscard]] Finding explain_block_end(const Context& context, const BlockEvent& block);

}  // namespace emx::why
