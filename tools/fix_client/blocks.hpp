#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/units.hpp"
#include "tools/fix_client/fields.hpp"
#include "tools/fix_client/message.hpp"

namespace emx::fix_client {

// Blocks as a client writes them: what goes into 35=AE, without the header.

struct SubmitBlock {
  std::string_view report_id{};
  std::string_view account{};
  std::string_view counterparty{};  // account of the other side
  std::string_view symbol{};
  Side side = Side::buy;
  Lots quantity{};
  Fen price{};
  int minutes = 30;
};

struct AnswerBlock {
  std::string_view report_id{};
  std::string_view ref_id{};  // of the alleged report; of the own one to cancel
  std::string_view symbol{};
  BlockAnswer answer = BlockAnswer::accept;
};

[[nodiscard]] Fields fields_of(const SubmitBlock& block);
[[nodiscard]] Fields fields_of(const AnswerBlock& answer);

// What a TradeCaptureReport (35=AE) or its acknowledgement (35=AR) says, with types.
struct BlockReport {
  std::string report_id;     // 571
  std::string ref_id;        // 572
  std::string exec_id;       // 17
  std::string block_no;      // 9713
  std::string symbol;        // 55
  std::string account;       // 1
  std::string counterparty;  // 448
  std::string trade_id;      // 1003; empty: no trade
  std::string ratio;         // 9702, "3/2"
  std::string text;          // 58
  char type = ' ';           // 856
  char status = ' ';         // 939; ' ' for a 35=AE
  char exec_type = ' ';      // 150
  char match = ' ';          // 573
  Side side = Side::buy;
  Lots quantity;
  Fen price;
  Lots credited;
  Lots retired;
  std::int64_t reject_reason = 0;  // 751
  Code code = Code::none;          // 9701
  std::uint64_t ledger_seq = 0;
  bool possible_duplicate = false;
  bool possible_resend = false;

  [[nodiscard]] bool is_acknowledgement() const { return status != ' '; }
};

// Requires: `message` is a 35=AE or 35=AR. What is missing in it stays at its default.
[[nodiscard]] BlockReport read_block_report(const Message& message);

}  // namespace emx::fix_client
