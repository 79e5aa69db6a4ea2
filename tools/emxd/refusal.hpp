#pragma once

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::daemon {

// Whether the entry's command was refused, and so changed nothing.
[[nodiscard]] inline bool is_refused(const EntryView& entry) {
  return entry.events_count > 0 && read_record<EventHeader>(entry.events).kind ==
                                       static_cast<std::uint16_t>(EventKind::refused);
}

}  // namespace emx::daemon
