#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "tools/rehearsal/later.hpp"

// Which acts tell on a later day, and on which.

namespace emx::rehearsal {

namespace {

template <class Command>
std::optional<Command> command_of(std::span<const std::byte> command, CommandKind kind) {
  if (read_record<CommandHeader>(command).kind != static_cast<std::uint16_t>(kind)) return {};
  return read_record<Command>(command);
}

// Where nothing is of the kind asked for.
template <class Command>
std::optional<Command> command_of(const RuleRecord& rule, CommandKind kind) {
  if (rule.kind != static_cast<std::uint16_t>(kind)) return {};
  return rule_command<Command>(rule.kind, rule.body);
}

// Of a rule that is in force from the trade date or a later one on.
template <class Rule>
void add_turns(const Rule& rule, Date from, Date today, std::vector<Turn>& turns) {
  if (const auto quota = command_of<SetQuotaCommand>(rule, CommandKind::set_quota)) {
    const Date first = date_of(quota->year, 1, 1);
    if (civil_of(today).year < quota->year) {
      turns.push_back(
          {std::max(first, from), "the quotas of " + std::to_string(quota->year) + " count"});
    }
  }
  if (const auto instrument = command_of<SetInstrumentCommand>(rule, CommandKind::set_instrument)) {
    turns.push_back({std::max(from, Date{today.value + 1}),
                     "price limits of " + std::string{instrument->symbol.view()} + " by the band",
                     false});
  }
}

}  // namespace

std::vector<Turn> turns_of(std::span<const std::byte> command, const Effect& act,
                           const Rehearsal& with) {
  const Date today = with.state().trade_date();
  std::vector<Turn> turns;
  add_turns(command, today, today, turns);
  if (const auto facility = command_of<SetFacilityCommand>(command, CommandKind::set_facility)) {
    if (facility->permit_valid_to >= today.value) {
      turns.push_back({Date{facility->permit_valid_to + 1},
                       "the permit of " + std::string{facility->facility.view()} + " is over",
                       false});
    }
  }
  for (const auto& [transfer, words] : act.transfers) {
    if (static_cast<TransferStage>(transfer.stage) != TransferStage::requested) continue;
    turns.push_back({Date{transfer.due_date}, "the rights go"});
  }
  return turns;
}

std::vector<Turn> turns_of(const std::vector<RuleRecord>& rules, Date effective,
                           const Rehearsal& with) {
  const Date today = with.state().trade_date();
  std::vector<Turn> turns;
  if (today < effective) turns.push_back({effective, "the rule set comes into force"});
  for (const RuleRecord& rule : rules) add_turns(rule, effective, today, turns);
  return turns;
}

std::optional<std::int32_t> calendar_year(std::span<const std::byte> command) {
  const auto calendar = command_of<SetCalendarCommand>(command, CommandKind::set_calendar);
  return calendar ? std::optional<std::int32_t>{calendar->year} : std::nullopt;
}

std::optional<std::int32_t> calendar_year(const std::vector<RuleRecord>& rules) {
  std::optional<std::int32_t> last;
  for (const RuleRecord& rule : rules) {
    const auto calendar = command_of<SetCalendarCommand>(rule, CommandKind::set_calendar);
    if (calendar) last = std::max<std::int32_t>(last.value_or(0), calendar->year);
  }
  return last;
}

std::optional<Later> end_of_limit(std::span<const std::byte> command, const Rehearsal& with) {
  const auto limit = command_of<SetLimitCommand>(command, CommandKind::set_limit);
  if (!limit || limit->until_ns == 0) return {};
  const engine::Inspection state = with.state();
  const risk::ReferenceData& data = state.data();
  const auto kind = static_cast<LimitKind>(limit->kind);
  const auto scope = static_cast<Scope>(limit->scope);
  const auto row = [&]() -> std::uint32_t {
    const std::string_view name = limit->name.view();
    switch (scope) {
      case Scope::firm:
        return data.firms.find([&](const auto& r) { return r.code.view() == name; }).value;
      case Scope::group:
        return data.groups.find([&](const auto& r) { return r.view() == name; }).value;
      case Scope::facility:
        return data.facilities.find([&](const auto& r) { return r.code.view() == name; }).value;
      default:
        return data.instruments.find([&](const auto& r) { return r.symbol.view() == name; }).value;
    }
  }();
  Later later;
  later.at_ns = limit->until_ns;
  later.what = "the limit is over; each has its lasting one again";
  if (row != no_id) {
    SetLimitCommand lasting = *limit;
    lasting.until_ns = 0;
    lasting.value = state.order_limit(kind, scope, row, limit->until_ns);
    later.what = with.words_of(std::as_bytes(std::span{&lasting, 1}));
  }
  return later;
}

}  // namespace emx::rehearsal
