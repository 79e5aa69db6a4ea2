#include "tools/rehearsal/forecast.hpp"

#include <algorithm>
#include <iterator>

namespace emx::rehearsal {

namespace {

bool is_about_rules(const admin::CommandRequest& request) {
  return request.document || read_record<CommandHeader>(request.command).kind ==
                                 static_cast<std::uint16_t>(CommandKind::activate_rules);
}

// Whether the act leaves a document that lies closed out of the set.
bool leaves_out(const admin::CommandRequest& request, Authority authority) {
  if (request.document) return false;
  const auto command = read_record<ActivateRulesCommand>(request.command);
  return (command.parts_mask >> static_cast<unsigned>(authority) & 1U) == 0;
}

// The rules of the set that the act is about, and their date. Requires: documents are closed.
struct Rules {
  std::vector<RuleRecord> records;
  Date effective{};
};

Rules rules_of(const Rehearsal& course, const admin::CommandRequest& request) {
  Rules rules;
  if (!is_about_rules(request)) return rules;
  const risk::RuleSets& sets = course.state().rule_sets();
  for (const Part& part : closed_parts(sets)) {
    if (leaves_out(request, part.authority)) continue;
    const auto& records = sets.document(part.authority).records;
    rules.records.insert(rules.records.end(), records.begin(), records.end());
    rules.effective = std::max(part.effective, course.state().trade_date());
  }
  return rules;
}

// What waits for its date before the act: that day is looked at, whatever the act is.
std::optional<Turn> turn_of_waiting(const Rehearsal& course) {
  const risk::RuleSets& sets = course.state().rule_sets();
  if (!sets.waits()) return {};
  const std::vector<Part> parts = closed_parts(sets);
  return Turn{parts.front().effective,
              "rule set " + std::to_string(sets.activated()) + " comes to its date", false};
}

// The commands' effect with the headroom that it leaves.
Effect act_on(Rehearsal& course, const Commands& commands) {
  const std::set<std::uint32_t> accounts = accounts_of(commands.back(), course);
  const Headrooms before = headrooms(course, accounts);
  Effect effect = course.apply(commands);
  if (!effect.refusal) effect.headroom = changes(before, headrooms(course, accounts), course);
  return effect;
}

// Makes one forecast. What fails says why in words.
class Making {
 public:
  Making(const admin::CommandRequest& request, Rehearsal& course, Courses& courses,
         Forecast& forecast)
      : request_{request}, course_{course}, courses_{courses}, forecast_{forecast} {}

  std::string make();

 private:
  // A course without the act, as it stands before it.
  std::string start_without() {
    if (without_) return {};
    return courses_.start(without_.emplace());
  }
  Activation activate();
  std::string add_if_now();
  std::string add_counterparties(const Rehearsal& with, Effect& effect);
  std::string add_later();
  // On a course that has just started: all that the forecast rests on.
  void act_again(Rehearsal& course) const;
  [[nodiscard]] bool is_of_pairs() const;

  const admin::CommandRequest& request_;
  Rehearsal& course_;
  Courses& courses_;
  Forecast& forecast_;
  Rules rules_;
  std::optional<Turn> waiting_;
  std::optional<Rehearsal> without_;
};

std::string Making::make() {
  const Date today = course_.state().trade_date();
  if (!is_about_rules(request_)) waiting_ = turn_of_waiting(course_);
  rules_ = rules_of(course_, request_);
  forecast_.act = act_on(course_, commands_of(request_));
  if (forecast_.act.refusal) return {};
  if (request_.document) {
    rules_ = rules_of(course_, request_);
    forecast_.activation = activate();
    if (forecast_.activation->refusal) return {};
  }
  const bool waits = is_about_rules(request_) && course_.state().rule_sets().waits();
  if (is_of_pairs() && !waits) {
    Effect& effect = forecast_.if_now ? *forecast_.if_now : forecast_.act;
    if (std::string why = add_counterparties(course_, effect); !why.empty()) return why;
  }
  if (today.value == 0) return {};  // no day of which anything could be said
  if (waits) {
    if (std::string why = add_if_now(); !why.empty()) return why;
  }
  return add_later();
}

// After a document was handed in. Its effect is the forecast's when the set does not wait.
Activation Making::activate() {
  const risk::RuleSets& sets = course_.state().rule_sets();
  Activation activation;
  activation.version = sets.activated() + 1;
  activation.parts = closed_parts(sets);
  Effect effect = act_on(course_, activation_of(activation.parts, sets));
  activation.refusal = effect.refusal;
  activation.waits = sets.waits();
  if (!effect.refusal && !activation.waits) forecast_.if_now = std::move(effect);
  return activation;
}

std::string Making::add_if_now() {
  Rehearsal other;
  if (std::string why = courses_.start(other); !why.empty()) return why;
  const risk::RuleSets& sets = course_.state().rule_sets();
  (void)other.apply(documents_for(course_.state().trade_date(), sets));
  const Commands activation = activation_of(closed_parts(sets), other.state().rule_sets());
  forecast_.if_now = act_on(other, activation);
  if (!is_of_pairs() || forecast_.if_now->refusal) return {};
  return add_counterparties(other, *forecast_.if_now);
}

std::string Making::add_counterparties(const Rehearsal& with, Effect& effect) {
  if (std::string why = start_without(); !why.empty()) return why;
  effect.counterparties = compare_counterparties(*without_, with);
  return {};
}

std::string Making::add_later() {
  const bool of_rules = is_about_rules(request_);
  std::vector<Later>& later = forecast_.later;
  if (auto end = end_of_limit(request_.command, course_)) later.push_back(std::move(*end));
  const auto year = of_rules ? calendar_year(rules_.records) : calendar_year(request_.command);
  std::vector<Turn> turns = of_rules ? turns_of(rules_.records, rules_.effective, course_)
                                     : turns_of(request_.command, forecast_.act, course_);
  if (waiting_) turns.push_back(*waiting_);
  if (!turns.empty()) {
    if (std::string why = start_without(); !why.empty()) return why;
    for (Later& day : compare(turns, course_, *without_)) {
      // Of an act that is about the set it goes without saying that the set comes.
      if (of_rules) day.rule_sets = day.rule_sets_else = {};
      later.push_back(std::move(day));
    }
  }
  if (year) {
    Rehearsal with;
    Rehearsal without;
    if (std::string why = courses_.start(with); !why.empty()) return why;
    if (std::string why = courses_.start(without); !why.empty()) return why;
    act_again(with);
    std::ranges::move(compare_closes(*year, with, without), std::back_inserter(later));
  }
  std::ranges::stable_sort(later, {}, &Later::date);
  return {};
}

void Making::act_again(Rehearsal& course) const {
  (void)course.apply(commands_of(request_));
  if (!request_.document) return;
  const risk::RuleSets& sets = course.state().rule_sets();
  (void)course.apply(activation_of(closed_parts(sets), sets));
}

bool Making::is_of_pairs() const {
  if (is_about_rules(request_)) {
    return std::ranges::any_of(rules_.records, rehearsal::is_of_pairs, &RuleRecord::kind);
  }
  return rehearsal::is_of_pairs(read_record<CommandHeader>(request_.command).kind);
}

}  // namespace

std::string make_forecast(const admin::CommandRequest& request, Rehearsal& course, Courses& courses,
                          Forecast& forecast) {
  return Making{request, course, courses, forecast}.make();
}

}  // namespace emx::rehearsal
