#pragma once

#include <cstddef>
#include <span>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx {

// visit(applied, bytes) for each rule of a set that came into force with an entry: what the entry
// says of it, and the command that sets such a rule.
template <class Visit>
void for_each_applied_rule(const EntryView& entry, Visit&& visit) {
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(header.kind) != EventKind::rule_applied) return;
        const auto applied = read_record<RuleAppliedEvent>(bytes);
        visit_rule(applied.record_kind, applied.body, [&](const auto& rule) {
          visit(applied, std::as_bytes(std::span{&rule, 1}));
        });
      }));
}

// visit(bytes) for all that an entry set: its command, unless it was refused, then those rules.
template <class Visit>
void for_each_setting(const EntryView& entry, Visit&& visit) {
  if (is_refused(entry)) return;
  visit(entry.command);
  for_each_applied_rule(
      entry, [&](const RuleAppliedEvent&, std::span<const std::byte> rule) { visit(rule); });
}

}  // namespace emx
