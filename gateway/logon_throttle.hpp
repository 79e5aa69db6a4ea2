#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace emx::gateway {

struct ThrottleLimits {
  std::uint32_t failures_max = 5;  // within the window
  std::chrono::milliseconds window{60'000};
  std::size_t entries_max = 1'024;
};

// Slows down guessing: after `failures_max` failed logons of one CompID from one peer, further
// ones are refused unseen until the window of the first failure is over. Counted per CompID and
// peer, so a stranger elsewhere locks nobody out. Bounded: a full table forgets what is oldest.
// Time is an argument. Not thread-safe.
class LogonThrottle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit LogonThrottle(const ThrottleLimits& limits) : limits_{limits} {}

  [[nodiscard]] bool blocks(std::string_view comp_id, std::string_view peer, Time now) const;
  void failed(std::string_view comp_id, std::string_view peer, Time now);
  void succeeded(std::string_view comp_id, std::string_view peer);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Time first_failure;
    std::uint32_t failures;
  };

  [[nodiscard]] static std::string key(std::string_view comp_id, std::string_view peer);
  void make_room(Time now);

  ThrottleLimits limits_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace emx::gateway
