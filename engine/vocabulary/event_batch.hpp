#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx {

// The events of one command, back to back as they go into the ledger. Allocates in the constructor
// and nowhere else. Not thread-safe.
class EventBatch {
 public:
  EventBatch() : bytes_{std::make_unique<std::byte[]>(entry_bytes_max)} {}

  void clear() {
    used_ = 0;
    count_ = 0;
  }

  // Appends an event with its header; the rest is 0, for the caller to fill in where it stands:
  // one that is built elsewhere and copied at once is read before its stores are done. Requires:
  // room for it, see has_room_for(). The reference is good until clear().
  template <class Event>
  Event& add(EventKind kind) {
    static_assert(is_record<Event> && alignof(Event) <= 8);  // records are multiples of 8
    check(used_ + sizeof(Event) <= entry_bytes_max);
    check(count_ < entry_events_max);
    Event& event = *new (bytes_.get() + used_) Event{};
    event.header.kind = static_cast<std::uint16_t>(kind);
    event.header.size = static_cast<std::uint16_t>(sizeof(Event));
    event.header.index = count_;
    used_ += static_cast<std::uint32_t>(sizeof(Event));
    ++count_;
    return event;
  }
  // The same, with the content of an event that was built before.
  template <class Event>
  void add(EventKind kind, const Event& content) {
    Event& event = add<Event>(kind);
    const EventHeader header = event.header;
    event = content;
    event.header = header;
  }

  // Whether `events` more events of any kind keep the entry inside its bounds.
  [[nodiscard]] bool has_room_for(std::uint32_t events) const {
    return count_ + events <= entry_events_max &&
           used_ + events * event_bytes_max <= entry_bytes_max - entry_overhead_max;
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.get(), used_}; }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  static constexpr std::uint32_t event_bytes_max = sizeof(TradeEvent);
  // The command and the ledger's header share the entry's bytes.
  static constexpr std::uint32_t entry_overhead_max = command_bytes_max + 256;

  std::unique_ptr<std::byte[]> bytes_;
  std::uint32_t used_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace emx
