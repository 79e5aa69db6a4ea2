#include "tools/audit/rule_log.hpp"

#include <utility>

#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/audit/enum_words.hpp"

namespace emx::audit {

void RuleLog::apply(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  const auto kind = static_cast<CommandKind>(header.kind);
  const bool is_signed = signatures_.apply(entry).empty();
  const bool refused = is_refused(entry);
  if (!refused && kind == CommandKind::set_authority_key) {
    keys_.at(read_record<SetAuthorityKeyCommand>(entry.command).authority) =
        entry.stamp.sequence.value;
  }
  if (!refused && kind == CommandKind::rule_document) take_document(entry, is_signed);
  if (!refused && kind == CommandKind::activate_rules) activate(entry);
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) != EventKind::rule_set) return;
        take_stage(entry, read_record<RuleSetEvent>(bytes));
      }));
  // In words with the names from before, as everywhere; it may define what it names.
  use(entry);
  describer_.take_names(entry);
}

void RuleLog::take_document(const EntryView& entry, bool is_signed) {
  const auto command = read_record<RuleDocumentCommand>(entry.command);
  std::size_t& closed = closed_.at(command.authority);
  if (closed != none) move_on(entry, documents_[closed], "replaced");
  Document document;
  document.version = command.version;
  document.authority = command.authority;
  document.records = command.records;
  document.effective_date = command.effective_date;
  document.sequence = entry.stamp.sequence.value;
  document.at_ns = entry.stamp.at_ns;
  document.handed_in_by = describer_.sender(command.header);
  document.key_set_in = keys_[command.authority];
  document.is_signed = is_signed;
  document.stage_at = document.sequence;
  document.stage_ns = document.at_ns;
  closed = documents_.size();
  documents_.push_back(std::move(document));
}

void RuleLog::activate(const EntryView& entry) {
  const auto command = read_record<ActivateRulesCommand>(entry.command);
  for (std::size_t a = 0; a < authorities_count; ++a) {
    if (((command.parts_mask >> a) & 1) == 0 || closed_[a] == none) continue;
    Document& document = documents_[closed_[a]];
    document.activated = entry.stamp.sequence.value;
    document.activated_by = describer_.sender(command.header);
    if (command.header.approver != 0) document.approved_by = person_words(command.header.approver);
    closed_[a] = none;
  }
}

void RuleLog::take_stage(const EntryView& entry, const RuleSetEvent& event) {
  const std::string stage = name<RuleSetStage>(event.stage);
  if (static_cast<RuleSetStage>(event.stage) == RuleSetStage::left_out) {
    std::size_t& closed = closed_.at(event.authority);
    if (closed != none) move_on(entry, documents_[closed], stage);
    closed = none;
    return;
  }
  for (Document& document : documents_) {
    const bool goes_on = document.stage == "closed" || document.stage == "waits";
    if (document.activated == 0 || document.version != event.version || !goes_on) continue;
    move_on(entry, document, stage);
    document.code = static_cast<Code>(event.code);
  }
}

void RuleLog::move_on(const EntryView& entry, Document& document, std::string stage) {
  document.stage = std::move(stage);
  document.stage_at = entry.stamp.sequence.value;
  document.stage_ns = entry.stamp.at_ns;
}

void RuleLog::use(const EntryView& entry) {
  const std::uint64_t sequence = entry.stamp.sequence.value;
  if (entry.rule_set == sequence) sets_.push_back(set_of(entry));
  if (sets_.empty() || sets_.back().id != entry.rule_set) return;
  RuleSet& set = sets_.back();
  if (set.first == 0) set.first = sequence;
  set.last = sequence;
  ++set.entries;
  if (is_firm(read_record<CommandHeader>(entry.command).actor)) ++set.of_firms;
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte>) {
        if (static_cast<EventKind>(event.kind) == EventKind::trade) ++set.trades;
      }));
}

RuleLog::RuleSet RuleLog::set_of(const EntryView& entry) const {
  const auto header = read_record<CommandHeader>(entry.command);
  RuleSet set;
  set.id = entry.stamp.sequence.value;
  set.at_ns = entry.stamp.at_ns;
  set.change = describer_.command(entry.command);
  set.by = describer_.sender(header);
  if (header.approver != 0) set.approved_by = person_words(header.approver);
  for_each_applied_rule(
      entry, [&](const RuleAppliedEvent&, std::span<const std::byte>) { ++set.signed_rules; });
  return set;
}

}  // namespace emx::audit
