#include "tools/emxd/rule_set_watch.hpp"

#include <span>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/audit/describer.hpp"

namespace emx::daemon {

std::vector<RuleSetWatch::News> RuleSetWatch::follow(const EntryView& entry) {
  std::vector<News> news;
  const bool whole = for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(header.kind) != EventKind::rule_set) return;
        const auto event = read_record<RuleSetEvent>(bytes);
        const auto stage = static_cast<RuleSetStage>(event.stage);
        if (stage == RuleSetStage::waits) {
          waiting_ = {event.version, Date{event.effective_date}};
          return;
        }
        if (stage != RuleSetStage::left_out) waiting_.reset();
        if (stage == RuleSetStage::withdrawn) return;  // two persons said so
        if (stage == RuleSetStage::in_force) in_force_ = event.version;
        if (stage == RuleSetStage::lapsed) ++lapsed_;
        news.push_back(
            {stage == RuleSetStage::lapsed, "entry " + std::to_string(entry.stamp.sequence.value) +
                                                ": " + audit::Describer{}.event(bytes)});
      });
  check(whole);
  return news;
}

}  // namespace emx::daemon
