#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace emx::gateway {

// The gateway's way into the exchange: the ring before the sequencer.
class CommandSink {
 public:
  // Cancels may use the part of the ring that is kept for them. Those of sessions that ended are
  // taken even when a clean stop has closed the intake to clients: the stop ends the sessions.
  enum class Urgency : std::uint8_t { order, cancel, disconnect };
  enum class Outcome : std::uint8_t {
    queued,    // its entry will come to Gateway::on_entry() once it is durable
    busy,      // the ring is full (S01); nothing happened
    draining,  // nothing new is taken (S02); nothing happened
    no_space,  // there is no room on the disk for what is new; nothing happened
  };

  virtual ~CommandSink() = default;

  // Copies `command`. Must not block, and must not call the gateway back from within the call.
  [[nodiscard]] virtual Outcome submit(std::span<const std::byte> command, Urgency urgency) = 0;
};

}  // namespace emx::gateway
