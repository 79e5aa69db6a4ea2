#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace emx::gateway {

// An application message for one client, before its session gives it a number.
struct OutMessage {
  std::string type;                // FIX 35
  std::string body;                // see FieldText; groups come last
  std::uint64_t entry = 0;         // the ledger entry it tells of; 0: an answer that no entry made
  bool possible_resend = false;    // 97=Y: the client may have it under another number
  bool appl_resend = false;        // 1352=Y: the client has asked for it by its ApplSeqNum
  std::uint64_t appl_seq_num = 0;  // 1181: which of its session's reports it is, from 1; 0: none
};

// FIX 1180 of all reports.
inline constexpr std::string_view reports_appl_id = "REPORTS";

}  // namespace emx::gateway
