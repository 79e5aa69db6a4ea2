#pragma once

#include "engine/market_state.hpp"
#include "engine/pending_work.hpp"
#include "engine/refusal.hpp"

// Blocks as commands (market-rules 9 and 10): the first test that fails is the answer, and then
// nothing has changed. The tests are those of an order, with the block band and O08, and each side
// passes them when it binds itself: the submitter when it submits, the other when it accepts.
// What is accepted before the session waits for it with a ticket.

namespace emx::engine {

[[nodiscard]] Refusal submit_block(MarketState& state, const SubmitBlockCommand& command,
                                   std::int64_t now_ns, EventBatch& events);
[[nodiscard]] Refusal answer_block(MarketState& state, PendingWork& work,
                                   const AnswerBlockCommand& command, std::int64_t now_ns,
                                   EventBatch& events);
[[nodiscard]] Refusal set_block_session(MarketState& state, PendingWork& work,
                                        const BlockSessionCommand& command);

}  // namespace emx::engine
