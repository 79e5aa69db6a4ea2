#pragma once

#include <cstdint>
#include <string>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/decimal.hpp"

namespace emx::gateway {

// What a client asks for by 35=D, F or G: the fields read, nothing looked up yet.
struct Request {
  enum class Kind : char { new_order = 'D', cancel = 'F', replace = 'G' };  // FIX 35

  Kind kind = Kind::new_order;
  bool possible_repeat = false;  // 43=Y or 97=Y: it may have been sent before
  std::uint32_t epoch = 0;       // of the session's numbers, when it came
  std::uint32_t msg_seq_num = 0;
  std::int64_t transact_time_ns = 0;  // FIX 60, UTC
  ClOrdId cl_ord_id;
  ClOrdId orig_cl_ord_id;  // cancel, replace
  std::string symbol;      // fits a Symbol
  std::string account;     // new order; else empty if not said. Fits a Symbol, too
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
  Decimal price;     // limit order, replace
  Decimal quantity;  // new order, replace
};

}  // namespace emx::gateway
