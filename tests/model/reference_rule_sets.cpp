#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Rule sets (market-rules 17): whose rule it is, which version, whole or not at all, on its date.

namespace emx::model {

namespace {

Authority owner_of(Province province) { return static_cast<Authority>(province); }
Authority owner_of(const SetZone& rule) { return owner_of(rule.province); }
Authority owner_of(const SetQuota& rule) { return owner_of(rule.province); }
Authority owner_of(const SetLink&) { return Authority::joint; }
Authority owner_of(const SetParameters&) { return Authority::joint; }
Authority owner_of(const SetCalendar&) { return Authority::joint; }
Authority owner_of(const SetInstrument&) { return Authority::joint; }
Authority owner_of(const SetReferencePrice&) { return Authority::joint; }
Authority owner_of(const SetLimit&) { return Authority::joint; }

// The pollutants whose books may have executable pairs after the rule.
std::set<Pollutant> freed_by(const SetLink& rule) { return {rule.pollutant}; }
std::set<Pollutant> freed_by(const SetQuota& rule) { return {rule.pollutant}; }
std::set<Pollutant> freed_by(const SetCalendar&) { return {}; }
std::set<Pollutant> freed_by(const SetInstrument&) { return {}; }
std::set<Pollutant> freed_by(const SetReferencePrice&) { return {}; }
std::set<Pollutant> freed_by(const SetLimit&) { return {}; }
template <class Rule>
std::set<Pollutant> freed_by(const Rule&) {
  return {std::begin(all_pollutants), std::end(all_pollutants)};
}

}  // namespace

void ReferenceMarket::run(const SetAuthorityKey& command) {
  if (!command.approved) return refuse(Code::p06_four_eyes);
  const auto known = state_.keys.find(command.authority);
  if (known != state_.keys.end() && known->second == command.key) return;
  state_.keys[command.authority] = command.key;
  state_.drafts.erase(command.authority);
  const auto closed = state_.documents.find(command.authority);
  if (state_.rules_wait || closed == state_.documents.end()) return;
  lines_.push_back(
      line(RuleSetLine{state_.rule_sets + 1, "left-out", text(closed->second.effective),
                       std::string{text(command.authority)}}));
  state_.documents.erase(closed);
}

bool ReferenceMarket::must_be_signed(const Rule& rule) const {
  return state_.keys.contains(std::visit([](const auto& r) { return owner_of(r); }, rule));
}

Code ReferenceMarket::rule_set_code(Authority authority, int version) const {
  if (!state_.keys.contains(authority)) return Code::p04_unknown_account;
  if (state_.rules_wait || version != state_.rule_sets + 1) return Code::p07_rule_set;
  return Code::none;
}

void ReferenceMarket::run(const RuleRecord& command) {
  const Code code = rule_set_code(command.authority, command.version);
  if (code != Code::none) return refuse(code);
  std::vector<Rule>& draft = state_.drafts[command.authority];
  const std::size_t next = draft.size();
  const auto record = static_cast<std::size_t>(command.record);
  if (record != 0 && record != next) return refuse(Code::p07_rule_set);
  if (const auto* set = std::get_if<SetParameters>(&command.rule);
      set != nullptr && parameters_code(*set) != Code::none) {
    return refuse(Code::o01_quantity);
  }
  if (const auto* year = std::get_if<SetCalendar>(&command.rule);
      year != nullptr && year->days.empty()) {
    return refuse(Code::o01_quantity);
  }
  if (const auto* instrument = std::get_if<SetInstrument>(&command.rule)) {
    const Code wrong = instrument_code(*instrument);
    if (wrong != Code::none) return refuse(wrong);
  }
  if (const auto* reference = std::get_if<SetReferencePrice>(&command.rule)) {
    const Code wrong = reference_code(*reference);
    if (wrong != Code::none) return refuse(wrong);
  }
  if (const auto* limit = std::get_if<SetLimit>(&command.rule)) {
    if (limit->until_ms != 0) return refuse(Code::o01_quantity);
    const Code wrong = scope_code(*limit);
    if (wrong != Code::none) return refuse(wrong);
  }
  const Authority owner = std::visit([](const auto& rule) { return owner_of(rule); }, command.rule);
  if (owner != command.authority) return refuse(Code::p08_not_its_rule);
  if (record == 0) draft.clear();
  if (const auto* instrument = std::get_if<SetInstrument>(&command.rule)) {
    const bool again = std::ranges::any_of(draft, [&](const Rule& rule) {
      const auto* other = std::get_if<SetInstrument>(&rule);
      return other != nullptr && other->symbol == instrument->symbol;
    });
    if (again) return refuse(Code::d02_duplicate_cl_ord_id);
  }
  draft.push_back(command.rule);
}

void ReferenceMarket::run(const RuleDocument& command) {
  const Code code = rule_set_code(command.authority, command.version);
  if (code != Code::none) return refuse(code);
  std::vector<Rule>& draft = state_.drafts[command.authority];
  if (draft.empty() || draft.size() != static_cast<std::size_t>(command.records)) {
    return refuse(Code::p07_rule_set);
  }
  if (state_.has_day && days_after(state_.today, 400) < command.effective) {
    return refuse(Code::o01_quantity);
  }
  state_.documents[command.authority] = {draft, command.effective, ++state_.documents_closed};
  draft.clear();
}

void ReferenceMarket::run(const ActivateRules& command) {
  if (command.parts.empty()) return refuse(Code::o01_quantity);
  if (state_.rules_wait || command.version != state_.rule_sets + 1) {
    return refuse(Code::p07_rule_set);
  }
  std::set<Day> dates;
  for (const auto& [authority, number] : command.parts) {
    const auto closed = state_.documents.find(authority);
    if (closed == state_.documents.end()) return refuse(Code::p07_rule_set);
    if (closed->second.number != number) return refuse(Code::p07_rule_set);
    dates.insert(closed->second.effective);
  }
  if (dates.size() != 1) return refuse(Code::p07_rule_set);
  if (!command.approved) return refuse(Code::p06_four_eyes);
  ++state_.rule_sets;
  for (const auto& [authority, document] : state_.documents) {
    if (command.parts.contains(authority)) continue;
    lines_.push_back(line(RuleSetLine{state_.rule_sets, "left-out", text(document.effective),
                                      std::string{text(authority)}}));
  }
  std::erase_if(state_.documents,
                [&](const auto& row) { return !command.parts.contains(row.first); });
  state_.drafts.clear();
  state_.rules_wait = true;
  const Day effective = *dates.begin();
  if (state_.has_day && effective <= state_.today) {
    bring_rules_into_force();
    return set_bands();
  }
  lines_.push_back(line(RuleSetLine{state_.rule_sets, "waits", text(effective)}));
}

void ReferenceMarket::run(const WithdrawRules& command) {
  if (!state_.rules_wait || command.version != state_.rule_sets) {
    return refuse(Code::p07_rule_set);
  }
  if (!command.approved) return refuse(Code::p06_four_eyes);
  const Day effective = state_.documents.begin()->second.effective;
  lines_.push_back(line(RuleSetLine{state_.rule_sets, "withdrawn", text(effective)}));
  state_.documents.clear();
  state_.rules_wait = false;
}

// Requires: a set waits, and its day has come.
void ReferenceMarket::bring_rules_into_force() {
  std::vector<std::string> lines;
  Day effective;
  for (const auto& [authority, document] : state_.documents) {
    effective = document.effective;
    for (std::size_t i = 0; i < document.rules.size(); ++i) {
      std::visit(
          [&](const auto& rule) {
            set(rule);
            for (const Pollutant pollutant : freed_by(rule)) fixpoint(pollutant);
          },
          document.rules[i]);
      lines.push_back(line(
          RuleLine{state_.rule_sets, std::string{text(authority)}, static_cast<std::int64_t>(i)}));
    }
  }
  lines_.push_back(line(RuleSetLine{state_.rule_sets, "in-force", text(effective)}));
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  state_.documents.clear();
  state_.rules_wait = false;
}

}  // namespace emx::model
