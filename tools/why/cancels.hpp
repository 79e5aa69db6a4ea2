#pragma once

#include <optional>

#include "engine/exchange.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/why/context.hpp"

namespace emx::why {

// What set a cancel off. `orders` stand before it; `used` is the last DemandUsed of the entry
// before it, if there is one. `fillable_lots`: what a fill-or-kill order could have traded at its
// price or better, as displayed before the entry; nullopt: not known.
[[nodiscard]] Finding explain_cancel(const Context& context, const OrderCancelledEvent& cancel,
                                     const std::optional<DemandUsedEvent>& used,
                                     const std::optional<std::int64_t>& fillable_lots);

// `fillable_lots` of a new order. Requires: the state before it, and an order that was accepted.
[[nodiscard]] std::optional<std::int64_t> fillable_by(const engine::Exchange& exchange,
                                                      const NewOrderCommand& command);

}  // namespace emx::why
