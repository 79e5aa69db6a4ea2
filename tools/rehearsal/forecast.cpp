#include "tools/rehearsal/forecast.hpp"

#include <algorithm>
#include <iterator>

#include "tools/audit/reading.hpp"

namespace emx::rehearsal {

namespace {

bool is_about_rules(const admin::CommandRequest& request) {
  return request.document || read_record<CommandHeader>(request.command).kind ==
                                 static_cast<std::uint16_t>(CommandKind::activate_rules);
}

// After a document was handed in. Its effect is the forecast's when the set does not wait.
Activation activate(Rehearsal& course, Forecast& forecast) {
  const risk::RuleSets& sets = course.state().rule_sets();
  Activation activation;
  activation.version = sets.activated() + 1;
  activation.parts = closed_parts(sets);
  Effect effect = course.apply(activation_of(sets));
  activation.refusal = effect.refusal;
  activation.waits = sets.waits();
  if (!effect.refusal && !activation.waits) forecast.if_now = std::move(effect);
  return activation;
}

// The rules of the set that the act is about, and their date. Requires: documents are closed.
struct Rules {
  std::vector<RuleRecord> records;
  Date effective{};
};

Rules rules_of(const Rehearsal& course) {
  Rules rules;
  const risk::RuleSets& sets = course.state().rule_sets();
  for (const Part& part : closed_parts(sets)) {
    const auto& records = sets.document(part.authority).records;
    rules.records.insert(rules.records.end(), records.begin(), records.end());
    rules.effective = std::max(part.effective, course.state().trade_date());
  }
  return rules;
}

// On a course that has just started: all that the forecast rests on.
void act_again(const admin::CommandRequest& request, Rehearsal& course) {
  (void)course.apply(commands_of(request));
  if (request.document) (void)course.apply(activation_of(course.state().rule_sets()));
}

}  // namespace

std::string Courses::start(Rehearsal& course) {
  const ledger::Result read = audit::read_verified(data_dir_, output_, [&](const EntryView& entry) {
    if (last_ != 0 && entry.stamp.sequence.value > last_) return std::string{audit::read_enough};
    const std::string fault = course.take(entry);
    return fault.empty() ? fault
                         : "entry " + std::to_string(entry.stamp.sequence.value) + ": " + fault;
  });
  if (!read.ok()) return data_dir_.string() + ": " + read.message;
  if (!course.has_begun()) return data_dir_.string() + ": it is empty";
  last_ = course.last();
  course.settle(now_ns_);
  return {};
}

namespace {

std::string add_later(const admin::CommandRequest& request, const Rules& rules, Rehearsal& course,
                      Courses& courses, Forecast& forecast) {
  const bool of_rules = is_about_rules(request);
  std::vector<Later>& later = forecast.later;
  if (auto end = end_of_limit(request.command, course)) later.push_back(std::move(*end));
  const auto year = of_rules ? calendar_year(rules.records) : calendar_year(request.command);
  const std::vector<Turn> turns = of_rules ? turns_of(rules.records, rules.effective, course)
                                           : turns_of(request.command, forecast.act, course);
  if (!turns.empty()) {
    Rehearsal without;
    if (std::string why = courses.start(without); !why.empty()) return why;
    std::ranges::move(compare(turns, course, without), std::back_inserter(later));
  }
  if (year) {
    Rehearsal with;
    Rehearsal without;
    if (std::string why = courses.start(with); !why.empty()) return why;
    if (std::string why = courses.start(without); !why.empty()) return why;
    act_again(request, with);
    std::ranges::move(compare_closes(*year, with, without), std::back_inserter(later));
  }
  std::ranges::stable_sort(later, {}, &Later::date);
  return {};
}

}  // namespace

std::string make_forecast(const admin::CommandRequest& request, Rehearsal& course, Courses& courses,
                          Forecast& forecast) {
  const Date today = course.state().trade_date();
  Rules rules = rules_of(course);
  forecast.act = course.apply(commands_of(request));
  if (forecast.act.refusal) return {};
  if (request.document) {
    rules = rules_of(course);
    forecast.activation = activate(course, forecast);
    if (forecast.activation->refusal) return {};
  }
  if (today.value == 0) return {};  // no day of which anything could be said
  const risk::RuleSets& sets = course.state().rule_sets();
  if (is_about_rules(request) && sets.waits()) {
    Rehearsal other;
    if (std::string why = courses.start(other); !why.empty()) return why;
    forecast.if_now = other.apply(as_if_for(today, sets));
  }
  return add_later(request, rules, course, courses, forecast);
}

}  // namespace emx::rehearsal
