#pragma once

#include <cstdint>

#include "engine/vocabulary/events.hpp"
#include "tools/why/context.hpp"
#include "tools/why/counters.hpp"

namespace emx::why {

[[nodiscard]] std::uint32_t buyer_of(const BlockEvent& block);

// Why a block ended without a trade (market-rules 9). `counters` stand at its end, its ticket let
// go; `credited_later_kg` is what its buyer was credited with after it in the entry, of its
// pollutant. Requires: the event has a code.
[[nodiscard]] Finding explain_block_end(const Context& context, const BlockEvent& block,
                                        const Counters& counters, std::int64_t credited_later_kg);

}  // namespace emx::why
