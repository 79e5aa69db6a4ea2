#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/decimal.hpp"

namespace emx::gateway {

// What a client asks for by 35=D, F, G, q, H, AF, BW or AE: the fields read, nothing looked up yet.
struct Request {
  enum class Kind : std::uint8_t {
    new_order,
    cancel,
    replace,
    mass_cancel,
    order_status,
    mass_status,
    missed_reports,
    submit_block,
    accept_block,
    decline_block,
    cancel_block,
  };

  Kind kind = Kind::new_order;
  bool possible_repeat = false;  // 43=Y or 97=Y: it may have been sent before
  // Why it comes too soon after others of its kind, for the client; empty: it does not. What it
  // points to outlives the request.
  std::string_view over_rate;
  std::uint32_t epoch = 0;  // of the session's numbers, when it came
  std::uint32_t msg_seq_num = 0;
  std::int64_t transact_time_ns = 0;  // FIX 60, UTC
  ClOrdId cl_ord_id;                  // of a trade report its TradeReportID; of 35=AF none
  ClOrdId orig_cl_ord_id;  // cancel, replace; of an answer to a block its TradeReportRefID
  ClOrdId status_id;       // FIX 790 or 584, of a question about orders; 1346 of 35=BW
  std::string symbol;      // fits a Symbol; empty: of all books
  std::string account;     // new order or block; else empty if not said. Fits a Symbol, too
  Side side = Side::buy;
  TimeInForce time_in_force = TimeInForce::day;
  bool says_time_in_force = false;
  // Of a new order only.
  OrderType order_type = OrderType::limit;
  Date expires{};                 // GTD
  Decimal minimum;                // 0: none
  Decimal display;                // 0: all
  std::uint8_t instructions = 0;  // OrderInstructions
  std::uint8_t max_ratio_n = 0;   // 0/0: any
  std::uint8_t max_ratio_d = 0;
  Decimal price;     // limit order, replace, block
  Decimal quantity;  // new order, replace, block
  // Of a trade report only; an answer need not say what the block is, and what it says must fit.
  std::string counterparty;  // account of the other side; fits an AccountCode, as the account does
  std::uint32_t minutes = 0;
  bool says_side = false;
  bool says_price = false;
  bool says_quantity = false;
  // Of a request for reports by their ApplSeqNum (35=BW) only.
  std::string appl_id;         // FIX 1355
  bool asks_for_last = false;  // only for the number of the last one
  std::uint64_t appl_begin = 0;
  std::uint64_t appl_end = 0;  // included; 0: up to the last

  friend bool operator==(const Request&, const Request&) = default;
};

// Only asks.
constexpr bool is_question(Request::Kind kind) {
  return kind == Request::Kind::order_status || kind == Request::Kind::mass_status ||
         kind == Request::Kind::missed_reports;
}

constexpr bool is_block(Request::Kind kind) { return kind >= Request::Kind::submit_block; }

// Of those that only let something go.
constexpr bool is_release(Request::Kind kind) {
  return kind == Request::Kind::cancel || kind == Request::Kind::mass_cancel ||
         kind == Request::Kind::decline_block || kind == Request::Kind::cancel_block;
}

// FIX 35.
constexpr std::string_view msg_type_of(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::new_order:
      return "D";
    case Request::Kind::cancel:
      return "F";
    case Request::Kind::replace:
      return "G";
    case Request::Kind::mass_cancel:
      return "q";
    case Request::Kind::order_status:
      return "H";
    case Request::Kind::mass_status:
      return "AF";
    case Request::Kind::missed_reports:
      return "BW";
    default:
      return "AE";
  }
}

// FIX 856 of a trade report.
enum class TradeReportType : char {
  submit = '0',
  alleged = '1',
  accept = '2',
  decline = '3',
  cancel = '6',
};

}  // namespace emx::gateway
