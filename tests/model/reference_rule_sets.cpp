#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Rule sets (market-rules 17): whose rule it is, which version, whole or not at all, on its date.

namespace emx::model {

namespace {

std::int64_t number_of(Authority authority) { return static_cast<std::int64_t>(authority); }

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

// Market-rules 17: the prices of a band have each a level.
Refusal levels_refusal(std::int64_t reference, std::int64_t band_pct, std::int64_t levels_max) {
  const std::int64_t lower = (reference * (100 - band_pct) + 99) / 100;
  const std::int64_t upper = reference * (100 + band_pct) / 100;
  const std::int64_t levels = upper - lower + 1;
  if (levels <= levels_max) return {};
  return {Code::o11_capacity, levels_max, levels};
}

}  // namespace

// --- Whether a rule may apply ------------------------------------------------------------------

Refusal ReferenceMarket::rule_refusal(const Rule& rule) {
  Ahead nothing;
  return rule_refusal(rule, nothing, nullptr);
}

Refusal ReferenceMarket::rule_refusal(const Rule& rule, Ahead& ahead,
                                      const std::vector<Rule>* document) {
  if (const auto* zone = std::get_if<SetZone>(&rule)) return zone_refusal(*zone, ahead);
  if (const auto* set = std::get_if<SetParameters>(&rule)) return parameters_refusal(*set);
  if (const auto* year = std::get_if<SetCalendar>(&rule)) {
    return year->days.empty() ? Refusal{Code::o01_quantity, 1, 0} : Refusal{};
  }
  if (const auto* book = std::get_if<SetInstrument>(&rule)) return instrument_refusal(*book, ahead);
  if (const auto* reference = std::get_if<SetReferencePrice>(&rule)) {
    return reference_refusal(*reference, document);
  }
  if (const auto* limit = std::get_if<SetLimit>(&rule)) {
    if (limit->until_ms != 0) return {Code::o01_quantity, 0, clock_ns(limit->until_ms)};
    return scope_refusal(*limit);
  }
  return {};
}

Refusal ReferenceMarket::zone_refusal(const SetZone& rule, Ahead& ahead) {
  if (state_.find_zone(rule.province, rule.zone) != nullptr) return {};
  const std::int64_t zones = static_cast<std::int64_t>(state_.zones.size()) + ahead.zones;
  if (zones >= capacities_.zones) return {Code::o11_capacity, capacities_.zones, zones};
  ++ahead.zones;
  return {};
}

// What a listed instrument is, it is for good; how far its prices may go may change.
Refusal ReferenceMarket::instrument_refusal(const SetInstrument& rule, Ahead& ahead) {
  const Book* listed = state_.find_book(rule.symbol);
  if (listed != nullptr) {
    const SetInstrument& is = listed->terms;
    const bool same = is.basin == rule.basin && is.venue_of_record == rule.venue_of_record &&
                      is.pollutant == rule.pollutant && is.scheme == rule.scheme &&
                      is.medium == rule.medium && is.book_class == rule.book_class &&
                      is.first_year == rule.first_year && is.last_year == rule.last_year &&
                      is.tick_fen == rule.tick_fen &&
                      (rule.levels_max == 0 || is.levels_max == rule.levels_max);
    if (!same) return Code::d02_duplicate_cl_ord_id;
  }
  if (rule.block_band_pct < 1) return {Code::o01_quantity, 1, rule.block_band_pct};
  if (rule.block_band_pct > 99) return {Code::o01_quantity, 99, rule.block_band_pct};
  if (listed != nullptr) {
    if (!listed->has_reference) return {};
    return levels_refusal(listed->reference, rule.band_pct, listed->terms.levels_max);
  }
  if (rule.levels_max == 0) return {Code::o01_quantity, 1, 0};
  const std::int64_t books = static_cast<std::int64_t>(state_.books.size()) + ahead.instruments;
  if (books >= capacities_.instruments) {
    return {Code::o11_capacity, capacities_.instruments, books};
  }
  ++ahead.instruments;
  return {};
}

// Of an instrument that is listed, or that the same document lists; with the band it gives.
Refusal ReferenceMarket::reference_refusal(const SetReferencePrice& rule,
                                           const std::vector<Rule>* document) {
  const Book* listed = state_.find_book(rule.symbol);
  const SetInstrument* said = nullptr;
  if (document != nullptr) {
    for (const Rule& other : *document) {
      const auto* instrument = std::get_if<SetInstrument>(&other);
      if (instrument != nullptr && instrument->symbol == rule.symbol) said = instrument;
    }
  }
  if (listed == nullptr && said == nullptr) return Code::p03_unknown_symbol;
  const SetInstrument& terms = listed != nullptr ? listed->terms : *said;
  if (terms.scheme == Scheme::cea || terms.venue_of_record != "EMX") return Code::p02_venue;
  if (rule.price_fen % terms.tick_fen != 0) {
    return {Code::o06_tick_or_lot, terms.tick_fen, rule.price_fen};
  }
  const std::int64_t band_pct = said != nullptr ? said->band_pct : terms.band_pct;
  return levels_refusal(rule.price_fen / terms.tick_fen, band_pct, terms.levels_max);
}

// --- Rule sets ---------------------------------------------------------------------------------

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

Refusal ReferenceMarket::unsigned_rule(const Rule& rule) {
  const Authority owner = std::visit([](const auto& r) { return owner_of(r); }, rule);
  return {Code::p09_unsigned_rule, 0, number_of(owner)};
}

Refusal ReferenceMarket::rule_set_refusal(Authority authority, int version) const {
  if (!state_.keys.contains(authority)) {
    return {Code::p04_unknown_account, 0, number_of(authority)};
  }
  return version_refusal(version);
}

// Only the next version is taken, and none while one waits.
Refusal ReferenceMarket::version_refusal(int version) const {
  if (state_.rules_wait) return {Code::p10_rule_version, 0, version};
  const int next = state_.rule_sets + 1;
  if (version != next) return {Code::p10_rule_version, next, version};
  return {};
}

void ReferenceMarket::run(const RuleRecord& command) {
  const Refusal code = rule_set_refusal(command.authority, command.version);
  if (code != Code::none) return refuse(code);
  std::vector<Rule>& draft = state_.drafts[command.authority];
  const std::size_t next = draft.size();
  const auto record = static_cast<std::size_t>(command.record);
  if (record != 0 && record != next) {
    return refuse({Code::p07_rule_set, static_cast<Wide>(next), command.record});
  }
  Ahead ahead;
  const Refusal wrong = rule_refusal(command.rule, ahead, record == 0 ? nullptr : &draft);
  if (wrong != Code::none) return refuse(wrong);
  const Authority owner = std::visit([](const auto& rule) { return owner_of(rule); }, command.rule);
  if (owner != command.authority) {
    return refuse({Code::p08_not_its_rule, number_of(owner), number_of(command.authority)});
  }
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
  const Refusal code = rule_set_refusal(command.authority, command.version);
  if (code != Code::none) return refuse(code);
  std::vector<Rule>& draft = state_.drafts[command.authority];
  if (draft.empty() || draft.size() != static_cast<std::size_t>(command.records)) {
    return refuse({Code::p07_rule_set, static_cast<Wide>(draft.size()), command.records});
  }
  const Day last = days_after(state_.today, 400);
  if (state_.has_day && last < command.effective) {
    return refuse({Code::o01_quantity, number_of(last), number_of(command.effective)});
  }
  state_.documents[command.authority] = {draft, command.effective, ++state_.documents_closed};
  draft.clear();
}

void ReferenceMarket::run(const ActivateRules& command) {
  constexpr int all_parts = 31;  // a bit of each authority
  if (command.parts.empty()) return refuse({Code::o01_quantity, all_parts, 0});
  const Refusal version = version_refusal(command.version);
  if (version != Code::none) return refuse(version);
  std::vector<Day> dates;
  for (const auto& [authority, number] : command.parts) {
    const auto closed = state_.documents.find(authority);
    const bool lies_closed = closed != state_.documents.end();
    if (!lies_closed || closed->second.number != number) {
      return refuse({Code::p07_rule_set, lies_closed ? closed->second.number : 0, number});
    }
    dates.push_back(closed->second.effective);
  }
  for (const Day& date : dates) {
    if (date == dates.front()) continue;
    return refuse({Code::o01_quantity, number_of(dates.front()), number_of(date)});
  }
  if (!command.approved) return refuse(Code::p06_four_eyes);
  std::map<Authority, Document> parts = state_.documents;
  std::erase_if(parts, [&](const auto& row) { return !command.parts.contains(row.first); });
  if (const std::optional<Fault> fault = fault_of(parts)) {
    return refuse({fault->refusal.code, number_of(fault->authority), fault->record});
  }
  ++state_.rule_sets;
  for (const auto& [authority, document] : state_.documents) {
    if (command.parts.contains(authority)) continue;
    lines_.push_back(line(RuleSetLine{state_.rule_sets, "left-out", text(document.effective),
                                      std::string{text(authority)}}));
  }
  state_.documents = parts;
  state_.drafts.clear();
  state_.rules_wait = true;
  const Day effective = dates.front();
  if (state_.has_day && effective <= state_.today) {
    bring_rules_into_force();
    return set_bands();
  }
  lines_.push_back(line(RuleSetLine{state_.rule_sets, "waits", text(effective)}));
}

// Asked of the log, not of the market: there are 15 questions and 6 offices.
void ReferenceMarket::run(const Query& command) {
  if (command.question < 1 || command.question > 15) {
    return refuse({Code::o01_quantity, 0, command.question});
  }
  if (command.office < 0 || command.office > 5) {
    return refuse({Code::o01_quantity, 0, command.office});
  }
  if (command.hides) refuse({Code::o01_quantity, 10, 120});
}

void ReferenceMarket::run(const WithdrawRules& command) {
  const int waiting = state_.rules_wait ? state_.rule_sets : 0;
  if (waiting == 0 || command.version != waiting) {
    return refuse({Code::p10_rule_version, waiting, command.version});
  }
  if (!command.approved) return refuse(Code::p06_four_eyes);
  const Day effective = state_.documents.begin()->second.effective;
  lines_.push_back(line(RuleSetLine{state_.rule_sets, "withdrawn", text(effective)}));
  state_.documents.clear();
  state_.rules_wait = false;
}

std::optional<ReferenceMarket::Fault> ReferenceMarket::fault_of(
    const std::map<Authority, Document>& documents) {
  Ahead ahead;
  for (const auto& [authority, document] : documents) {
    for (std::size_t i = 0; i < document.rules.size(); ++i) {
      const Refusal refusal = rule_refusal(document.rules[i], ahead, &document.rules);
      if (refusal != Code::none) return Fault{refusal, authority, static_cast<std::int64_t>(i)};
    }
  }
  return std::nullopt;
}

// Requires: a set waits, and its day has come. What was set meanwhile may have left no room for it.
void ReferenceMarket::bring_rules_into_force() {
  if (const std::optional<Fault> fault = fault_of(state_.documents)) {
    const Day date = state_.documents.begin()->second.effective;
    lines_.push_back(line(RuleSetLine{state_.rule_sets, "lapsed", text(date),
                                      std::string{text(fault->authority)},
                                      text(fault->refusal.code), fault->record}));
    state_.documents.clear();
    state_.rules_wait = false;
    return;
  }
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
