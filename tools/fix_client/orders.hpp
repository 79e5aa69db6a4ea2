#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/units.hpp"
#include "tools/fix_client/fields.hpp"
#include "tools/fix_client/message.hpp"

namespace emx::fix_client {

// Order entry as a client writes it: what goes into 35=D, F and G, without the header.

struct NewOrder {
  std::string_view cl_ord_id{};
  std::string_view account{};
  std::string_view symbol{};
  Side side = Side::buy;
  Lots quantity{};
  Fen price{};
  TimeInForce time_in_force = TimeInForce::day;
};

struct CancelOrder {
  std::string_view cl_ord_id{};
  std::string_view orig_cl_ord_id{};
  std::string_view symbol{};
  Side side = Side::buy;
};

struct ReplaceOrder {
  std::string_view cl_ord_id{};
  std::string_view orig_cl_ord_id{};
  std::string_view account{};
  std::string_view symbol{};
  Side side = Side::buy;
  Lots quantity{};  // total, what is filled already included
  Fen price{};
};

[[nodiscard]] Fields fields_of(const NewOrder& order);
[[nodiscard]] Fields fields_of(const CancelOrder& order);
[[nodiscard]] Fields fields_of(const ReplaceOrder& order);

// What an ExecutionReport (35=8) or OrderCancelReject (35=9) says, with types.
struct Report {
  std::string cl_ord_id;
  std::string orig_cl_ord_id;
  std::string order_id;
  std::string exec_id;
  std::string trade_id;   // 1003; empty: no trade
  std::string text;       // 58
  std::string ratio;      // 9702, "3/2"
  char exec_type = ' ';   // 150; ' ' for a 35=9
  char ord_status = ' ';  // 39
  Side side = Side::buy;
  Lots last_quantity;  // sold
  Fen last_price;
  Lots credited;
  Lots retired;
  Lots cumulative;
  Lots leaves;
  Code code = Code::none;  // 9701
  std::uint64_t ledger_seq = 0;
  bool possible_duplicate = false;
  bool possible_resend = false;

  [[nodiscard]] bool is_trade() const { return exec_type == 'F'; }
  [[nodiscard]] bool is_refusal() const { return exec_type == '8' || exec_type == ' '; }
};

// Requires: `message` is a 35=8 or 35=9. What is missing in it stays at its default.
[[nodiscard]] Report read_report(const Message& message);

// A decimal of at most two places, as fen; what is none gives 0.
[[nodiscard]] Fen price_of(std::string_view text);

}  // namespace emx::fix_client
