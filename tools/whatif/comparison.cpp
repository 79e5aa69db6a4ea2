#include "tools/whatif/comparison.hpp"

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/market/fault.hpp"
#include "tools/script/script.hpp"
#include "tools/whatif/rule_row.hpp"

namespace emx::whatif {

namespace {

CommandKind kind_of(const EntryView& entry) {
  return static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
}

bool has_more_to_do(const EntryView& entry) {
  bool more = false;
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader& header, std::span<const std::byte>) {
        more = header.kind == static_cast<std::uint16_t>(EventKind::more_to_do);
      }));
  return more;
}

bool is_of_orders(CommandKind kind) {
  return kind == CommandKind::new_order || kind == CommandKind::cancel_order ||
         kind == CommandKind::replace_order || kind == CommandKind::mass_cancel ||
         kind == CommandKind::proceed || kind == CommandKind::indicative;
}

}  // namespace

Comparison::Comparison(const Question& question)
    : question_{question}, course_{[this](const EntryView& entry) {
        for_each_setting(
            entry, [this](std::span<const std::byte> setting) { names_there_.apply(setting); });
        would_be_.take(entry, names_there_);
      }} {}

bool Comparison::is_start(const EntryView& entry) const {
  if (started_ || kind_of(entry) != CommandKind::day_open || is_refused(entry)) return false;
  const Date date{read_record<DayOpenCommand>(entry.command).date};
  return !question_.day || date == *question_.day;
}

bool Comparison::is_end(const EntryView& entry) const {
  return started_ && question_.day && kind_of(entry) == CommandKind::day_open && !is_refused(entry);
}

bool Comparison::take(const EntryView& entry) {
  if (kind_of(entry) != CommandKind::proceed) {
    judge_last();
    if (!fault_.empty() || is_end(entry)) return false;
    if (is_start(entry)) {
      started_ = true;
      was_.start();
      would_be_.start();
      set_rules(entry.stamp.at_ns);
      if (!objection_.empty()) return false;
    }
    last_ = Line{entry.stamp.sequence.value, entry.stamp.at_ns, describer_.command(entry.command)};
  }
  if (last_->sequence == 1 && entry.stamp.sequence.value == 1 &&
      !engine::Exchange::may_start(read_record<GenesisCommand>(entry.command))) {
    fault_ = "this program cannot run its genesis";
    return false;
  }
  for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  if (!is_refused(entry) && !started_ && !is_of_orders(kind_of(entry))) {
    for_each_setting(entry,
                     [this](std::span<const std::byte> setting) { commands_.append(setting); });
  }
  describer_.take(entry);
  was_.take(entry, names_);
  is_cut_ = has_more_to_do(entry);
  if (course_.take(entry) == OtherCourse::Outcome::left_out) left_out_.push_back(*last_);
  return true;
}

void Comparison::finish() {
  if (!is_cut_) judge_last();
  if (started_ || !fault_.empty() || !objection_.empty()) return;
  objection_ = question_.day ? "the ledger has no trade date " + text_of(*question_.day)
                             : "the ledger has no trade date yet";
}

// What both courses made of the last command is known once the next one comes.
void Comparison::judge_last() {
  if (!last_ || course_.agrees()) return;
  if (!started_) {
    fault_ =
        "entry " + std::to_string(last_->sequence) + ": its events are not what its commands give";
  } else if (!parts_at_) {
    parts_at_ = last_;
  }
}

void Comparison::set_rules(std::int64_t at_ns) {
  last_.reset();
  std::string text;
  for (const std::string& rule : question_.rules) text += rule + '\n';
  const script::Script script = script::parse_script(text, "--set", commands_);
  for (const market::Fault& fault : script.faults) {
    objection_ += (objection_.empty() ? "" : "\n") + market::text_of(fault);
  }
  if (!objection_.empty()) return;
  for (const script::Step& step : script.steps) {
    const std::span<const std::byte> command = *step.command.begin();
    if (!rule_row(command) || step.not_before_ns != 0) {
      objection_ =
          step.text +
          ": not a rule that is set once; expected quota, demand, link, zone, "
          "firm, facility, parameters, calendar, instrument, reference, limit, kill or release";
      return;
    }
    if (const Code code = course_.set(command, at_ns); code != Code::none) {
      objection_ = step.text + ": the exchange refuses it, " + std::string{emx::name_of(code)} +
                   ": " + std::string{words_of(code)};
      return;
    }
    rules_set_.push_back(describer_.command(command));
  }
}

}  // namespace emx::whatif
