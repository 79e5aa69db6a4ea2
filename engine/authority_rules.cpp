#include <algorithm>

#include "engine/authority.hpp"
#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx::engine {

namespace {

constexpr std::uint8_t all_parts = (1U << authorities_count) - 1;
constexpr std::int32_t days_ahead_max = 400;  // a year wrong would be a rule that never comes

// A record that cannot apply, and where it stands. A set's rules are checked and applied by
// authority, each document from its first record.
struct Fault {
  Refusal refusal{};
  std::uint8_t authority = 0;
  std::uint16_t record = 0;
};

// visit(authority, record's place, record) of the closed documents of these authorities, up to the
// first that gives false.
template <class Visit>
void for_each_record(const MarketState& state, std::uint8_t parts_mask, Visit&& visit) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    if ((parts_mask >> a & 1U) == 0) continue;
    const risk::RuleDocument& document = state.rule_sets.document(static_cast<Authority>(a));
    if (!document.whole()) continue;
    for (std::uint16_t i = 0; i < document.records.size(); ++i) {
      if (!visit(a, i, document.records[i])) return;
    }
  }
}

Fault check_set(const MarketState& state, std::uint8_t parts_mask) {
  Fault fault;
  RulesAhead ahead;
  for_each_record(
      state, parts_mask, [&](std::uint8_t a, std::uint16_t i, const RuleRecord& record) {
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

void report_left_out(const MarketState& state, std::uint8_t authority, EventBatch& events) {
  RuleSetEvent event{};
  event.version = state.rule_sets.activated() + 1;
  event.effective_date =
      state.rule_sets.document(static_cast<Authority>(authority)).effective.value;
  event.stage = static_cast<std::uint8_t>(RuleSetStage::left_out);
  event.authority = authority;
  events.add(EventKind::rule_set, event);
}

// Requires: check_set() found no fault.
void apply_set(MarketState& state, PendingWork& work, EventBatch& events) {
  std::uint8_t pollutants = 0;
  for_each_record(state, all_parts, [&](std::uint8_t a, std::uint16_t i, const RuleRecord& record) {
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

// The date of all documents of the set; none: they have not the same.
Refusal check_dates(const MarketState& state, std::uint8_t parts_mask, Date& effective) {
  bool first = true;
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    if ((parts_mask >> a & 1U) == 0) continue;
    const risk::RuleDocument& document = state.rule_sets.document(static_cast<Authority>(a));
    if (!first && document.effective != effective) {
      return {Code::o01_quantity, effective.value, document.effective.value};
    }
    effective = document.effective;
    first = false;
  }
  return {};
}

// Who activates a set names each document by the entry that closed it, so that what came in its
// place meanwhile is not what two persons read.
Refusal check_parts(const MarketState& state, const ActivateRulesCommand& command) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const std::uint64_t closed_by = state.rule_sets.document(static_cast<Authority>(a)).closed_by;
    const bool is_part = (command.parts_mask >> a & 1U) != 0;
    const std::uint64_t right = is_part ? closed_by : 0;
    const std::uint64_t named = command.documents[a];
    if (named != right || (is_part && right == 0)) {
      return {Code::p07_rule_set, static_cast<std::int64_t>(right),
              static_cast<std::int64_t>(named)};
    }
  }
  return {};
}

// Of the set that waits: all its documents have one date. Requires: one waits.
Date date_of_waiting(const MarketState& state) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const risk::RuleDocument& document = state.rule_sets.document(static_cast<Authority>(a));
    if (document.whole()) return document.effective;
  }
  return {};
}

// Only the next version is taken, and none while one waits for its date.
Refusal check_version(const MarketState& state, std::uint32_t version) {
  if (state.rule_sets.waits()) return {Code::p10_rule_version, 0, version};
  const std::int64_t next = std::int64_t{state.rule_sets.activated()} + 1;
  if (version != next) return {Code::p10_rule_version, next, version};
  return {};
}

Refusal check_authority(const MarketState& state, std::uint8_t number) {
  const auto authority = static_cast<Authority>(number);
  if (!is_known(authority)) return {Code::o01_quantity, authorities_count - 1, number};
  if (!state.rule_sets.has_key(authority)) return {Code::p04_unknown_account, 0, number};
  return {};
}

// Symbols are for good, so a document has each once; any other rule may be set again.
bool names_an_instrument_again(const risk::RuleDocument& draft, const RuleRecordCommand& command) {
  constexpr auto kind = static_cast<std::uint16_t>(CommandKind::set_instrument);
  if (command.record_kind != kind || command.record == 0) return false;
  const auto symbol_of = [](const RuleBody& body) {
    return rule_command<SetInstrumentCommand>(kind, body).symbol;
  };
  return std::ranges::any_of(draft.records, [&](const RuleRecord& record) {
    return record.kind == kind && symbol_of(record.body) == symbol_of(command.body);
  });
}

}  // namespace

// Who holds the old key hands in nothing more, and what was handed in with it is over.
Refusal set_authority_key(MarketState& state, const SetAuthorityKeyCommand& command,
                          EventBatch& events) {
  const auto authority = static_cast<Authority>(command.authority);
  if (!is_known(authority)) return {Code::o01_quantity, authorities_count - 1, command.authority};
  if (!has_four_eyes(command.header)) return {Code::p06_four_eyes, 0, 0};
  const bool is_another = !state.rule_sets.has_key(authority) ||
                          state.rule_sets.public_key(authority) != command.public_key;
  if (is_another && state.rule_sets.lies_closed(authority)) {
    report_left_out(state, command.authority, events);
  }
  state.rule_sets.set_key(authority, command.public_key);
  return {};
}

Refusal rule_record(MarketState& state, const RuleRecordCommand& command) {
  if (const Refusal refusal = check_authority(state, command.authority)) return refusal;
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  const auto authority = static_cast<Authority>(command.authority);
  const risk::RuleDocument& draft = state.rule_sets.draft(authority);
  if (command.record >= risk::RuleSets::records_max) {
    return {Code::o11_capacity, risk::RuleSets::records_max, command.record};
  }
  const std::size_t next = draft.records.size();
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
        if (command.record != 0) ahead.document = &draft;
        if (const Refusal wrong = check_rule(state, rule, ahead)) return wrong;
        if (owner_of(rule) == command.authority) return {};
        return {Code::p08_not_its_rule, owner_of(rule), command.authority};
      });
  if (refusal) return refusal;
  if (names_an_instrument_again(draft, command)) return {Code::d02_duplicate_cl_ord_id, 0, 0};
  if (command.record == 0) state.rule_sets.start_draft(authority);
  state.rule_sets.add(authority, {command.record_kind, command.body});
  return {};
}

Refusal rule_document(MarketState& state, const RuleDocumentCommand& command,
                      std::uint64_t sequence) {
  if (const Refusal refusal = check_authority(state, command.authority)) return refusal;
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  const auto authority = static_cast<Authority>(command.authority);
  const std::size_t open = state.rule_sets.draft(authority).records.size();
  if (command.records == 0 || command.records != open) {
    return {Code::p07_rule_set, static_cast<std::int64_t>(open), command.records};
  }
  const Date effective{command.effective_date};
  // Before the first trade date any that is a date at all.
  const bool has_day = state.date.value != 0;
  const std::int32_t last =
      has_day ? std::min(date_last.value, state.date.value + days_ahead_max) : date_last.value;
  if (effective < date_first || effective.value > last) {
    return {Code::o01_quantity, last, command.effective_date};
  }
  state.rule_sets.close_draft(authority, effective, sequence);
  return {};
}

Refusal activate_rules(MarketState& state, PendingWork& work, const ActivateRulesCommand& command,
                       EventBatch& events) {
  if (command.parts_mask == 0 || command.parts_mask > all_parts) {
    return {Code::o01_quantity, all_parts, command.parts_mask};
  }
  if (const Refusal refusal = check_version(state, command.version)) return refusal;
  if (const Refusal refusal = check_parts(state, command)) return refusal;
  Date effective{};
  if (const Refusal refusal = check_dates(state, command.parts_mask, effective)) return refusal;
  if (!has_four_eyes(command.header)) return {Code::p06_four_eyes, 0, 0};
  if (const Fault fault = check_set(state, command.parts_mask); fault.refusal) {
    return {fault.refusal.code, fault.authority, fault.record};
  }
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const bool is_part = (command.parts_mask >> a & 1U) != 0;
    const bool lies_closed = state.rule_sets.lies_closed(static_cast<Authority>(a));
    if (lies_closed && !is_part) report_left_out(state, a, events);
  }
  state.rule_sets.activate(command.parts_mask);
  if (state.date < effective) {
    report(state, effective, RuleSetStage::waits, {}, events);
  } else {
    bring_into_force(state, work, events);
  }
  return {};
}

Refusal withdraw_rules(MarketState& state, const WithdrawRulesCommand& command,
                       EventBatch& events) {
  const std::int64_t waiting = state.rule_sets.waits() ? state.rule_sets.activated() : 0;
  if (waiting == 0 || command.version != waiting) {
    return {Code::p10_rule_version, waiting, command.version};
  }
  if (!has_four_eyes(command.header)) return {Code::p06_four_eyes, 0, 0};
  report(state, date_of_waiting(state), RuleSetStage::withdrawn, {}, events);
  state.rule_sets.end_wait(false);
  return {};
}

// What authorities without a key set meanwhile may have taken the room: then the set lapses.
void bring_into_force(MarketState& state, PendingWork& work, EventBatch& events) {
  const Date effective = date_of_waiting(state);
  if (state.date < effective) return;
  const Fault fault = check_set(state, all_parts);
  report(state, effective, fault.refusal ? RuleSetStage::lapsed : RuleSetStage::in_force, fault,
         events);
  if (!fault.refusal) apply_set(state, work, events);
  state.rule_sets.end_wait(!fault.refusal);
  state.rule_set_came = !fault.refusal;
}

}  // namespace emx::engine
