#include "tools/emxd/block_times.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::daemon {

void BlockTimes::follow(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (static_cast<CommandKind>(header.kind) == CommandKind::tick) under_way_ = false;
  const bool whole =
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) != EventKind::block) return;
        const auto block = read_record<BlockEvent>(bytes);
        const auto stage = static_cast<BlockStage>(block.stage);
        if (stage == BlockStage::traded || stage == BlockStage::ended) {
          expires_ns_.erase(block.block_no);
        } else {
          expires_ns_[block.block_no] = block.expires_ns;
        }
      });
  check(whole);
}

bool BlockTimes::over(std::int64_t now_ns) const {
  return !under_way_ && std::ranges::any_of(expires_ns_, [now_ns](const auto& block) {
    return block.second <= now_ns;
  });
}

}  // namespace emx::daemon
