#pragma once

#include "engine/market_state.hpp"
#include "engine/refusal.hpp"

// The limits of market-rules 10, each as the test that admission makes. Of the limits of one kind
// those of the instrument, the facility, the firm and the group are tested in this order.

namespace emx::engine {

// O04: takes a token of the firm's bucket. The refusal's limit is orders a second, its value the
// nanoseconds until there is a token.
[[nodiscard]] Refusal take_rate_token(MarketState&, FirmId, std::int64_t now_ns);

// K01
[[nodiscard]] Refusal check_kill_switch(const MarketState&, FacilityId, InstrumentId);

// O01, O02: `wanted` lots or fen of one order.
[[nodiscard]] Refusal check_order_limit(const MarketState&, LimitKind, FacilityId, InstrumentId,
                                        std::int64_t wanted, std::int64_t now_ns);

// O03: one order more.
[[nodiscard]] Refusal check_open_orders(const MarketState&, FacilityId, InstrumentId,
                                        std::int64_t now_ns);

// H01: `more` t of open carbon bids.
[[nodiscard]] Refusal check_carbon_holding(const MarketState&, FacilityId, std::int64_t more);

}  // namespace emx::engine
