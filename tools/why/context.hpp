#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/inspection.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"
#include "tools/why/finding.hpp"
#include "tools/why/order_history.hpp"
#include "tools/why/rule_history.hpp"

namespace emx::why {

// What the explanations of one entry are made from.
struct Context {
  const EntryView& entry;
  // After the entry. Its events change no rule, so rules stand as they were while it was made; a
  // refused command changed nothing at all.
  const engine::Inspection& state;
  const RuleHistory& rules;
  const OrderHistory& orders;  // after the events so far
  const audit::Describer& words;
  std::string origin;  // the command, in words; of a Continue the one that it goes on with
  CommandKind origin_kind;

  [[nodiscard]] const risk::Facility& facility(std::uint32_t id) const {
    return state.data().facilities[FacilityId{id}];
  }
  [[nodiscard]] const risk::Instrument& instrument(std::uint32_t id) const {
    return state.data().instruments[InstrumentId{id}];
  }
  [[nodiscard]] std::string_view name(std::uint32_t facility_id) const {
    return facility(facility_id).code.view();
  }
  [[nodiscard]] const SetBy* set_facility(std::uint32_t id) const {
    return rules.facility(name(id));
  }
  [[nodiscard]] const SetBy* set_zone(ZoneId id) const {
    const risk::Zone& zone = state.data().zones[id];
    return rules.zone(zone.province, zone.code.view());
  }
};

// A finding of the entry, without what is found.
[[nodiscard]] inline Finding finding_of(const Context& context, Finding::Kind kind, Code code) {
  Finding finding;
  finding.kind = kind;
  finding.sequence = context.entry.stamp.sequence.value;
  finding.rule_set = context.entry.rule_set;
  finding.code = code;
  return finding;
}

// For what is kept beyond the entry.
[[nodiscard]] inline std::optional<SetBy> copy_of(const SetBy* by) {
  return by == nullptr ? std::nullopt : std::optional{*by};
}

// Adds what set a value, when there is something, once.
inline void add_set_by(Finding& finding, const SetBy* by) {
  if (by == nullptr) return;
  for (const SetBy& known : finding.set_by) {
    if (is_same(known, *by)) return;
  }
  finding.set_by.push_back(*by);
}

// Adds a test; false: it failed, and is the reason.
inline bool note_test(Finding& finding, Test test, const std::vector<const SetBy*>& set_by) {
  const bool passed = test.passed;
  if (!passed) {
    finding.because = test.compared;
    finding.agrees = test.code == finding.code;
    for (const SetBy* by : set_by) add_set_by(finding, by);
  }
  finding.tests.push_back(std::move(test));
  return passed;
}

}  // namespace emx::why
