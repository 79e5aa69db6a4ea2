#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tools/load/plan.hpp"
#include "tools/load/sent.hpp"

namespace emx::load {

// Decides when the next request is sent, and on which session. Reads no clock.
//
// Open loop: by a schedule. A request whose time has come while it cannot be sent, because we are
// late or no session has room in its window, keeps its time and is sent as soon as it can be: none
// is skipped and none is moved, so that a latency from the intended time has in it what a client
// would have waited (no coordinated omission). Closed loop: whenever a session has room, and the
// intended time is that moment.
class Pacing {
 public:
  // A request to be sent at once.
  struct Turn {
    std::size_t session;
    Time intended;
    std::chrono::nanoseconds lag;  // we could have sent it so much earlier: our own delay
    bool counts;                   // not of the warm-up
  };

  Pacing(const Plan& plan, std::size_t sessions, std::uint64_t seed, Time begin);

  // nullopt: nothing is to be sent now.
  [[nodiscard]] std::optional<Turn> next(Time now);
  void answered(std::size_t session, Time now);

  // Nothing will be sent any more.
  [[nodiscard]] bool is_over(Time now) const;
  // When to call next() again, may be past; nullopt: after the next answer, or never.
  [[nodiscard]] std::optional<Time> next_at(Time now) const;

  [[nodiscard]] Time begin() const { return begin_; }
  [[nodiscard]] Time counts_from() const { return begin_ + plan_.warmup; }

 private:
  [[nodiscard]] bool has_room(std::size_t session) const;
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] Time intended(Time now) const;

  Plan plan_;
  std::optional<Schedule> schedule_;  // none: closed loop
  Time begin_;
  Time room_since_;  // when the last answer made room, where there was none
  std::vector<std::size_t> unanswered_;
  std::size_t unanswered_of_all_ = 0;
  std::size_t next_session_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace emx::load
