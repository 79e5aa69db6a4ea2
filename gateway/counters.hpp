#pragma once

#include <cstdint>

namespace emx::gateway {

// What happened since the start, for others to export. Plain integers: read them on the gateway's
// thread. All only grow, except those named `..._open`.
struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t connections_refused = 0;     // above the bound on connections
  std::uint64_t connections_pushed_out = 0;  // not logged on; made room for others
  std::uint64_t handshakes_failed = 0;       // of TLS
  std::uint64_t logons = 0;
  std::uint64_t sessions_open = 0;  // logged on
  std::uint64_t logons_refused = 0;
  std::uint64_t logon_deadlines = 0;  // connections that never logged on
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t messages_garbled = 0;
  std::uint64_t messages_quick = 0;           // read without QuickFIX
  std::uint64_t session_rejects = 0;          // 35=3 sent
  std::uint64_t business_rejects = 0;         // 35=j sent
  std::uint64_t commands = 0;                 // accepted by the ring
  std::uint64_t commands_throttled = 0;       // refused for their session's rate
  std::uint64_t commands_busy = 0;            // refused by the ring (S01)
  std::uint64_t commands_draining = 0;        // refused while draining (S02)
  std::uint64_t disconnect_cancels = 0;       // of sessions that ended with DAY orders open
  std::uint64_t reports = 0;                  // 35=8 and 35=9 sent
  std::uint64_t reports_possible_resend = 0;  // of these, with 97=Y
  std::uint64_t reports_dropped = 0;          // too many waited; told after a restart
  std::uint64_t messages_resent = 0;          // with 43=Y, on request
  std::uint64_t reports_sent_again = 0;       // with 1352=Y, on request
  std::uint64_t pauses = 0;                   // a request waited for the order it names
  std::uint64_t slow_consumers = 0;           // disconnected for not reading, or not answering
};

}  // namespace emx::gateway
