#pragma once

#include "engine/exchange.hpp"
#include "tools/why/context.hpp"

namespace emx::why {

// Why a command was refused. Of an order's command: the tests of market-rules 10 in their order,
// each made anew from the values of the moment, up to the one that failed. Requires: the entry's
// event is a refusal.
[[nodiscard]] Finding explain_refusal(const Context& context, const engine::Exchange& exchange);

}  // namespace emx::why
