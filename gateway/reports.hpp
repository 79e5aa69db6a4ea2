#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "gateway/market_view.hpp"
#include "gateway/out_message.hpp"
#include "gateway/report_parts.hpp"
#include "gateway/request.hpp"

// The wording of what clients are told: ExecutionReport (8) and OrderCancelReject (9). Pure
// functions of an event, the order after it and the directory; who gets them is Reporter's affair.

namespace emx::gateway {

// FIX 150.
enum class ExecType : char {
  new_order = '0',
  cancelled = '4',
  replaced = '5',
  rejected = '8',
  expired = 'C',
  trade = 'F',
  order_status = 'I',
};

// What a report says beside the order's own state.
struct Occurrence {
  ExecType type;
  ClOrdId cl_ord_id;       // FIX 11: the request's own in an answer to it, else the order's
  ClOrdId orig_cl_ord_id;  // FIX 41: in answers to cancel and replace
  Code code = Code::none;
  std::string_view exec_id_suffix;  // tells apart two reports of one event
};

// FIX 103 and 102 for a refusal: a standard value where one fits, else 99.
[[nodiscard]] std::uint64_t order_reject_reason(Code code, std::uint8_t order_flags);
[[nodiscard]] std::uint64_t cancel_reject_reason(Code code);

[[nodiscard]] OutMessage execution_report(const EntryMark& mark, const Order& order,
                                          const Occurrence& what, const Directory& directory);

// Side `own` of the trade; `order` is that side's, after the trade.
[[nodiscard]] OutMessage trade_report(const EntryMark& mark, const Order& order,
                                      const TradeEvent& trade, const Directory& directory);

[[nodiscard]] OutMessage order_rejected(const EntryMark& mark, const NewOrderCommand& command,
                                        const RefusedEvent& refused, const Directory& directory);

// Answer to a cancel ('1') or replace ('2', FIX 434). `order` is what it named, or nullptr.
struct RefusedRequest {
  char response_to;
  ClOrdId cl_ord_id;
  ClOrdId orig_cl_ord_id;
  const Order* order;
};
// `flags`: of the command.
[[nodiscard]] OutMessage cancel_rejected(const EntryMark& mark, const RefusedRequest& request,
                                         const RefusedEvent& refused, std::uint8_t flags);

// Answer to a request that may be a repetition: what became of its ClOrdID. A refused cancel or
// replace is refused again, else it is the order's state, with ExecID 0, for nothing happened.
[[nodiscard]] OutMessage present_state(const Request& request, const ClOrdIds::Entry& known,
                                       const MarketView& market);

// Answer to 35=H: the state of the order that the firm knows by FIX 11. `known` may be nullptr.
[[nodiscard]] OutMessage order_status(const Request& request, const ClOrdIds::Entry* known,
                                      const MarketView& market);

// Answer to 35=q: how many orders it cancels; each is told by a report of its own.
[[nodiscard]] OutMessage mass_cancel_done(const EntryMark& mark, const MassCancelCommand& command,
                                          std::size_t orders);
[[nodiscard]] OutMessage mass_cancel_refused(const EntryMark& mark,
                                             const MassCancelCommand& command,
                                             const RefusedEvent& refused);
// Answer to one that may be a repetition.
[[nodiscard]] OutMessage present_mass_cancel(const Request& request, const ClOrdIds::Entry& known);

// One of the answers to 35=AF: of `total`, the last or not. nullptr: there is no order to tell of.
struct MassStatusPart {
  const Order* order;
  std::size_t total;
  bool is_last;
};
[[nodiscard]] OutMessage mass_status(const ClOrdId& status_id, const MassStatusPart& part,
                                     const MarketView& market);

}  // namespace emx::gateway
