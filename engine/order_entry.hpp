#pragma once

#include "engine/market_state.hpp"
#include "engine/pending_work.hpp"
#include "engine/refusal.hpp"
#include "engine/trial.hpp"

// New, cancel and replace (market-rules 8.6 and 10): the first test that fails is the answer, and
// then nothing has changed. What is accepted starts its pass in PendingWork, unless it must be
// filled at once and would not be (O09).

namespace emx::engine {

// Section 5's entry rules, then D01: what keeps a facility from entering any order of the side.
[[nodiscard]] Refusal entry_refusal(const MarketState& state, const risk::Instrument& instrument,
                                    FacilityId facility, Side side);

[[nodiscard]] Refusal new_order(MarketState& state, PendingWork& work, DryRun& dry_run,
                                const NewOrderCommand& command, std::int64_t now_ns,
                                EventBatch& events);
[[nodiscard]] Refusal cancel_order(MarketState& state, const CancelOrderCommand& command,
                                   EventBatch& events);
[[nodiscard]] Refusal replace_order(MarketState& state, PendingWork& work, DryRun& dry_run,
                                    const ReplaceOrderCommand& command, std::int64_t now_ns,
                                    EventBatch& events);
[[nodiscard]] Refusal mass_cancel(const MarketState& state, PendingWork& work,
                                  const MassCancelCommand& command);

}  // namespace emx::engine
