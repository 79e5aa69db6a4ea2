#pragma once

#include <cstdint>

#include "engine/vocabulary/events.hpp"
#include "tools/why/context.hpp"
#include "tools/why/counters.hpp"

namespace emx::why {

// Why a transfer ended and its rights stayed (market-rules 12): trust that was taken away, or on
// its day the first of sections 5 and 7 that barred it. `counters` stand at its end;
// `credited_later_kg` is what the receiver was credited with after it in the entry, of its
// pollutant. Requires: the event has a code.
[[nodiscard]] Finding explain_transfer_end(const Context& context, const TransferEvent& transfer,
                                           const Counters& counters,
                                           std::int64_t credited_later_kg);

}  // namespace emx::why
