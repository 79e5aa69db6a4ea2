#pragma once

#include <cstdint>
#include <string>

namespace emx::gateway {

// An application message for one client, before its session gives it a number.
struct OutMessage {
  std::string type;              // FIX 35
  std::string body;              // see FieldText; groups come last
  std::uint64_t entry = 0;       // the ledger entry it tells of; 0: an answer that no entry made
  bool possible_resend = false;  // 97=Y: the client may have it under another number
};

}  // namespace emx::gateway
