#pragma once

#include <cstdint>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "gateway/market_view.hpp"
#include "gateway/out_message.hpp"
#include "gateway/report_parts.hpp"
#include "gateway/request.hpp"

// The wording of what clients are told of blocks: TradeCaptureReportAck (AR), which answers what a
// client sent, and TradeCaptureReport (AE), which tells a side what has become of the deal. Pure
// functions, as in reports.hpp.

namespace emx::gateway {

// FIX 571 and 17 of what is told to one side.
[[nodiscard]] std::string block_report_id(const EntryMark& mark, Side side);

// FIX 751 for a refusal: a standard value where one fits, else 99.
[[nodiscard]] std::uint64_t trade_report_reject_reason(Code code);

// AR: the submission was taken; `block` is what it has become.
[[nodiscard]] OutMessage block_submitted(const EntryMark& mark, const Block& block,
                                         const Directory& directory);
// AR: the answer was taken; `block` is what has become of it.
[[nodiscard]] OutMessage block_answered(const EntryMark& mark, const AnswerBlockCommand& command,
                                        const Block& block, const Directory& directory);
[[nodiscard]] OutMessage block_refused(const EntryMark& mark, const SubmitBlockCommand& command,
                                       const RefusedEvent& refused, const Directory& directory);
// `block`: what the answer names, or nullptr.
[[nodiscard]] OutMessage answer_refused(const EntryMark& mark, const AnswerBlockCommand& command,
                                        const RefusedEvent& refused, const Block* block,
                                        const Directory& directory);

// AE to the side `to`. `type`: how it came to that.
[[nodiscard]] OutMessage block_report(const EntryMark& mark, const Block& block, Side to,
                                      TradeReportType type, const Directory& directory);
// The same of one that traded.
[[nodiscard]] OutMessage block_trade_report(const EntryMark& mark, const Block& block, Side to,
                                            const TradeEvent& trade, const Directory& directory);

// AR to a report that may be a repetition: what became of its TradeReportID, with ExecID 0, for
// nothing happened.
[[nodiscard]] OutMessage present_block_state(const Request& request, const ClOrdIds::Entry& known,
                                             const MarketView& market);

}  // namespace emx::gateway
