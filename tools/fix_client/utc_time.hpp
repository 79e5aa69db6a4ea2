#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace emx::fix_client {

// The time of an act, as an argument: one clock for what lasts, one for what a message says.
struct Now {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point utc;

  [[nodiscard]] static Now read() {
    return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
  }
};

// Writes FIX UTCTimestamps in milliseconds, "20260618-06:30:00.123". Remembers the last second, for
// a session writes one with every message.
class UtcTimestamp {
 public:
  // Valid until the next call.
  [[nodiscard]] std::string_view text(std::chrono::system_clock::time_point utc);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds::min()};
  std::string text_;
};

// This moment, as TransactTime (FIX 60) has it.
[[nodiscard]] std::string transact_time();

}  // namespace emx::fix_client
