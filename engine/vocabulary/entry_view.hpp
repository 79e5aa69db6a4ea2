#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx {

// Given by the sequencer; the core reads no clock of its own.
struct Stamp {
  SeqNo sequence;
  std::int64_t at_ns;  // UTC, since 1970; never behind the command before
};

// One command and all its events, as everyone outside the core sees them: the ledger stores it,
// the gateway reports from it, the audit replays it. A view: the bytes belong to someone else.
struct EntryView {
  Stamp stamp;
  std::span<const std::byte> command;
  std::span<const std::byte> events;  // records back to back, `events_count` of them
  std::uint32_t events_count;
  std::uint64_t digest;    // of the core's whole state after the command
  std::uint64_t rule_set;  // sequence of the last command that changed a rule, or its own
};

// Reads a record whose bytes may lie unaligned. Requires: `bytes` holds at least one Record.
template <class Record>
[[nodiscard]] Record read_record(std::span<const std::byte> bytes) {
  Record record;
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

// Whether the entry's command was refused, and so changed nothing.
[[nodiscard]] inline bool is_refused(const EntryView& entry) {
  return entry.events_count > 0 && read_record<EventHeader>(entry.events).kind ==
                                       static_cast<std::uint16_t>(EventKind::refused);
}

// Calls visit(EventHeader, span of the event) for each event; false when the records do not fill
// the span exactly, that is, when the bytes are damaged.
template <class Visit>
[[nodiscard]] bool for_each_event(std::span<const std::byte> events, Visit&& visit) {
  while (!events.empty()) {
    if (events.size() < sizeof(EventHeader)) return false;
    const auto header = read_record<EventHeader>(events);
    if (header.size < sizeof(EventHeader) || header.size > events.size()) return false;
    visit(header, events.first(header.size));
    events = events.subspan(header.size);
  }
  return true;
}

}  // namespace emx
