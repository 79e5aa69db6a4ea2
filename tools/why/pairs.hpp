#pragma once

#include <optional>

#include "engine/vocabulary/events.hpp"
#include "tools/why/context.hpp"
#include "tools/why/counters.hpp"

namespace emx::why {

// Why an order passed over others. `counters` stand at the end of the pass; `orders` likewise.
[[nodiscard]] Finding explain_skip(const Context& context, const SkipEvent& skip,
                                   const Counters& counters);

// What cut a fill: the caps of section 7 as they stood before it. `counters` and `orders` stand
// there; `used` is the DemandUsed of the fill, if it has one. Requires: the trade has a code.
[[nodiscard]] Finding explain_cut(const Context& context, const TradeEvent& trade,
                                  const std::optional<DemandUsedEvent>& used,
                                  const Counters& counters);

}  // namespace emx::why
