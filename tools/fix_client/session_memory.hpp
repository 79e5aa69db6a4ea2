#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace emx::fix_client {

// An application message as it was sent: enough to send it again under its number.
struct SentMessage {
  std::string type;              // FIX 35
  std::string sent_at;           // 52
  std::string body;              // the fields after the header
  bool possible_resend = false;  // 97=Y
};

// What of a session outlives its connections, and what a client must not lose: the numbers, and the
// messages that the venue may ask for again.
struct SessionMemory {
  std::uint32_t next_out = 1;                 // 34 of the next message
  std::uint32_t next_in = 1;                  // 34 expected next
  std::map<std::uint32_t, SentMessage> sent;  // by number; what is not there is gap-filled

  // The last `sent_max` messages are kept.
  std::size_t sent_max = 100'000;

  void remember(std::uint32_t number, SentMessage message) {
    sent.emplace_hint(sent.end(), number, std::move(message));
    while (sent.size() > sent_max) sent.erase(sent.begin());
  }
};

}  // namespace emx::fix_client
