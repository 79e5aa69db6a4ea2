#include <algorithm>

#include "engine/authority.hpp"
#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx::engine {

namespace {

constexpr std::uint8_t all_parts = (1U << authorities_count) - 1;

// A record that cannot apply, and where it stands. A set's rules are checked and applied by
// authority, each document from its first record.
struct Fault {
  Refusal refusal{};
  std::uint8_t authority = 0;
  std::uint16_t record = 0;
};

// visit(authority, record's place, record), up to the first that gives false.
template <class Visit>
void for_each_record(const MarketState& state, Visit&& visit) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const risk::RuleDocument& document = state.rule_sets.document(static_cast<Authority>(a));
    if (!document.whole) continue;
    for (std::uint16_t i = 0; i < document.records.size(); ++i) {
      if (!visit(a, i, document.records[i])) return;
    }
  }
}

Fault check_set(const MarketState& state) {
  Fault fault;
  RulesAhead ahead;
  for_each_record(state, [&](std::uint8_t a, std::uint16_t i, const RuleRecord& record) {
    ahead.document = &state.rule_sets.document(static_cast<Authority>(a));
    fault = {visit_rule(record.kind, record.body,
                        [&](const auto& rule) { return check_rule(state, rule, ahead); }),
             a, i};
    return !fault.refusal;
  });
  return fault;
}

void report(const MarketState& state, Date effective, RuleSetStage stage, const Fault& fault,
            EventBatch& events) {
  RuleSetEvent event{};
  event.version = state.rule_sets.activated();
  event.effective_date = effective.value;
  event.stage = static_cast<std::uint8_t>(stage);
  if (fault.refusal) {
    event.code = static_cast<std::uint16_t>(fault.refusal.code);
    event.authority = fault.authority;
    event.record = fault.record;
  }
  events.add(EventKind::rule_set, event);
}

// Requires: check_set() found no fault.
void apply_set(MarketState& state, PendingWork& work, EventBatch& events) {
  std::uint8_t pollutants = 0;
  for_each_record(state, [&](std::uint8_t a, std::uint16_t i, const RuleRecord& record) {
    RuleAppliedEvent event{};
    event.version = state.rule_sets.activated();
    event.record_kind = record.kind;
    event.record = i;
    event.authority = a;
    event.body = record.body;
    events.add(EventKind::rule_applied, event);
    pollutants |= visit_rule(record.kind, record.body,
                             [&](const auto& rule) { return apply_rule(state, rule); });
    return true;
  });
  if (pollutants != 0) work.start_fixpoint(pollutants, no_book);
}

// The date of all whole documents; none: they have not the same.
Refusal check_dates(const MarketState& state, Date& effective) {
  bool first = true;
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const risk::RuleDocument& document = state.rule_sets.document(static_cast<Authority>(a));
    if (!document.whole) continue;
    if (!first && document.effective != effective) {
      return {Code::p07_rule_set, effective.value, document.effective.value};
    }
    effective = document.effective;
    first = false;
  }
  return {};
}

// Only the next version is taken, and none while one waits for its date.
Refusal check_version(const MarketState& state, std::uint32_t version) {
  if (state.rule_sets.waits()) return {Code::p07_rule_set, 0, version};
  const std::int64_t next = std::int64_t{state.rule_sets.activated()} + 1;
  if (version != next) return {Code::p07_rule_set, next, version};
  return {};
}

Refusal check_authority(const MarketState& state, std::uint8_t number) {
  const auto authority = static_cast<Authority>(number);
  if (!is_known(authority)) return {Code::o01_quantity, authorities_count - 1, number};
  if (!state.rule_sets.has_key(authority)) return {Code::p04_unknown_account, 0, number};
  return {};
}

// Symbols are for good, so a document has each once; any other rule may be set again.
bool names_an_instrument_again(const risk::RuleDocument& document,
                               const RuleRecordCommand& command) {
  constexpr auto kind = static_cast<std::uint16_t>(CommandKind::set_instrument);
  if (command.record_kind != kind || command.record == 0) return false;
  const auto symbol_of = [](const RuleBody& body) {
    return rule_command<SetInstrumentCommand>(kind, body).symbol;
  };
  return std::ranges::any_of(document.records, [&](const RuleRecord& record) {
    return record.kind == kind && symbol_of(record.body) == symbol_of(command.body);
  });
}

}  // namespace

Refusal set_authority_key(MarketState& state, const SetAuthorityKeyCommand& command) {
  const auto authority = static_cast<Authority>(command.authority);
  if (!is_known(authority)) return {Code::o01_quantity, authorities_count - 1, command.authority};
  if (!has_four_eyes(command.header)) return {Code::p06_four_eyes, 0, 0};
  state.rule_sets.set_key(authority, command.public_key);
  return {};
}

Refusal rule_record(MarketState& state, const RuleRecordCommand& command) {
  if (const Refusal refusal = check_authority(state, command.authority)) return refusal;
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  const auto authority = static_cast<Authority>(command.authority);
  const risk::RuleDocument& document = state.rule_sets.document(authority);
  if (command.record >= risk::RuleSets::records_max) {
    return {Code::o11_capacity, risk::RuleSets::records_max, command.record};
  }
  const std::size_t next = document.whole ? 0 : document.records.size();
  if (command.record != 0 && command.record != next) {
    return {Code::p07_rule_set, static_cast<std::int64_t>(next), command.record};
  }
  if (rule_command_bytes(command.record_kind) == 0) {
    return {Code::o01_quantity, 0, command.record_kind};
  }
  if (!is_padded(command.record_kind, command.body)) return {Code::o01_quantity, 0, 1};
  const Refusal refusal =
      visit_rule(command.record_kind, command.body, [&](const auto& rule) -> Refusal {
        RulesAhead ahead;
        if (command.record != 0) ahead.document = &document;
        if (const Refusal wrong = check_rule(state, rule, ahead)) return wrong;
        if (owner_of(rule) == command.authority) return {};
        return {Code::p08_not_its_rule, owner_of(rule), command.authority};
      });
  if (refusal) return refusal;
  if (names_an_instrument_again(document, command)) return {Code::d02_duplicate_cl_ord_id, 0, 0};
  if (command.record == 0) state.rule_sets.start_document(authority);
  state.rule_sets.add(authority, {command.record_kind, command.body});
  return {};
}

Refusal rule_document(MarketState& state, const RuleDocumentCommand& command) {
  if (const Refusal refusal = check_authority(state, command.authority)) return refusal;
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  const auto authority = static_cast<Authority>(command.authority);
  const risk::RuleDocument& document = state.rule_sets.document(authority);
  const std::size_t open = document.whole ? 0 : document.records.size();
  if (command.records == 0 || command.records != open) {
    return {Code::p07_rule_set, static_cast<std::int64_t>(open), command.records};
  }
  const Date effective{command.effective_date};
  if (effective < date_first || effective > date_last) {
    return {Code::o01_quantity, date_last.value, command.effective_date};
  }
  state.rule_sets.close_document(authority, effective);
  return {};
}

Refusal activate_rules(MarketState& state, PendingWork& work, const ActivateRulesCommand& command,
                       EventBatch& events) {
  if (command.parts_mask == 0 || command.parts_mask > all_parts) {
    return {Code::o01_quantity, all_parts, command.parts_mask};
  }
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  const std::uint8_t whole = state.rule_sets.whole_mask();
  if (command.parts_mask != whole) return {Code::p07_rule_set, whole, command.parts_mask};
  Date effective{};
  if (const Refusal refusal = check_dates(state, effective)) return refusal;
  if (!has_four_eyes(command.header)) return {Code::p06_four_eyes, 0, 0};
  if (const Fault fault = check_set(state); fault.refusal) {
    return {fault.refusal.code, fault.authority, fault.record};
  }
  state.rule_sets.activate();
  if (state.date < effective) {
    report(state, effective, RuleSetStage::waits, {}, events);
  } else {
    bring_into_force(state, work, events);
  }
  return {};
}

// What a command of the venue took meanwhile may be missing on the day: then the set lapses.
void bring_into_force(MarketState& state, PendingWork& work, EventBatch& events) {
  Date effective{};
  check(!check_dates(state, effective));
  if (state.date < effective) return;
  const Fault fault = check_set(state);
  report(state, effective, fault.refusal ? RuleSetStage::lapsed : RuleSetStage::in_force, fault,
         events);
  if (!fault.refusal) apply_set(state, work, events);
  state.rule_sets.end_wait(!fault.refusal);
  state.rule_set_came = !fault.refusal;
}

}  // namespace emx::engine
