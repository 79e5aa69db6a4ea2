#include "tools/why/rules_of_acts.hpp"

#include "engine/vocabulary/date.hpp"
#include "tools/audit/refused_act.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::why {

using market::grouped;

namespace {

// P01 of a DayOpen: the date is not after the present one, it is no trading day, or a book is not
// closed.
void explain(const Context& context, const DayOpenCommand& command, Finding& finding) {
  const Date present = context.state.trade_date();
  if (Date{command.date} <= present) {
    finding.because =
        "trade date " + text_of(Date{command.date}) + ", the present one is " + text_of(present);
    add_set_by(finding, context.rules.trade_date());
    return;
  }
  if (context.state.calendar().is_closed(Date{command.date})) {
    finding.because = text_of(Date{command.date}) +
                      " is no trading day by the calendar; none comes before " +
                      text_of(context.state.calendar().next(Date{command.date}));
    add_set_by(finding, context.rules.calendar(civil_of(Date{command.date}).year));
    return;
  }
  const auto& instruments = context.state.data().instruments;
  for (std::uint32_t i = 0; i < instruments.size(); ++i) {
    const Phase phase = context.state.book(InstrumentId{i}).phase;
    if (phase == Phase::closed) continue;
    const std::string_view symbol = instruments[InstrumentId{i}].symbol.view();
    finding.because =
        "book " + std::string{symbol} + " is in phase " + text(phase) + "; all must be closed";
    add_set_by(finding, context.rules.phase(symbol));
    return;
  }
  finding.agrees = false;
}

void explain(const Context& context, const PhaseCommand&, Finding& finding) {
  finding.because = context.state.trade_date().value == 0 ? "no trade date was opened yet" : "";
  finding.agrees = !finding.because.empty();
}

// A call's price is told once a second, and of calls only.
void explain(const Context& context, const IndicativeCommand& command, Finding& finding) {
  if (finding.code == Code::o04_rate) {
    finding.because =
        "indicative prices are given once a second; the next in " + grouped(finding.value) + " ns";
    return;
  }
  const std::uint32_t id = context.words.names().instrument_named(command.symbol);
  finding.agrees = id != no_id;
  if (id == no_id) return;
  const Phase phase = context.state.book(InstrumentId{id}).phase;
  finding.because = "phase " + text(phase) + "; indicative prices are those of calls";
  finding.agrees = !is_call(phase);
  add_set_by(finding, context.rules.phase(command.symbol.view()));
}

// P05 of a transfer: the pair is not on the trusted list.
void explain(const Context& context, const TransferCommand& command, Finding& finding) {
  const market::Names& names = context.words.names();
  const FacilityId from{names.facility_named(command.from)};
  const FacilityId to{names.facility_named(command.to)};
  finding.agrees = from.value != no_id && to.value != no_id && !context.state.trusts(from, to);
  finding.because = "transfers from " + std::string{command.from.view()} + " to " +
                    std::string{command.to.view()} + " are not trusted";
  add_set_by(finding, context.rules.trust(command.from.view(), command.to.view()));
}

// K01 of a firm that would leave a group which is stopped.
void explain(const Context& context, const SetFirmCommand& command, Finding& finding) {
  const risk::ReferenceData& data = context.state.data();
  const FirmId firm{context.words.names().firm_named(command.firm)};
  const bool has_group = firm.value != no_id && data.firms[firm].group.value != no_id;
  const std::string_view group = has_group ? data.groups[data.firms[firm].group].view() : "";
  const SetBy* by = has_group ? context.rules.kill_switch(Scope::group, group) : nullptr;
  finding.because = std::string{command.firm.view()} + " is of group " + std::string{group} +
                    ", which is stopped; it may leave once two persons have released that";
  finding.agrees = by != nullptr && group != command.group.view();
  add_set_by(finding, by);
}

// What the ledger says of it before, for codes that come from there.
void add_what_set_it(const Context& context, Finding& finding) {
  const std::span<const std::byte> bytes = context.entry.command;
  const RuleHistory& rules = context.rules;
  const auto held = [&](const AccountCode& facility, const Symbol& symbol) {
    add_set_by(finding, rules.hold(facility.view(), symbol.view()));
  };
  if (finding.code == Code::p09_unsigned_rule) {
    return add_set_by(finding, rules.authority_key(static_cast<Authority>(finding.value)));
  }
  switch (*finding.act) {
    case CommandKind::set_instrument: {
      const auto c = read_record<SetInstrumentCommand>(bytes);
      return add_set_by(finding, rules.instrument(c.symbol.view()));
    }
    case CommandKind::withdraw:
      return held(read_record<WithdrawCommand>(bytes).facility, {});
    case CommandKind::transfer: {
      const auto c = read_record<TransferCommand>(bytes);
      return held(c.from, c.symbol);
    }
    case CommandKind::freeze: {
      const auto c = read_record<FreezeCommand>(bytes);
      return held(c.facility, c.symbol);
    }
    case CommandKind::pledge: {
      const auto c = read_record<PledgeCommand>(bytes);
      return held(c.facility, c.symbol);
    }
    default:
      return;
  }
}

std::string approver_words(const CommandHeader& header) {
  if (header.approver == 0) return "nobody approved it";
  const std::string second = "person " + std::to_string(header.approver);
  if (!is_person(header.actor)) return second + " approved it, but no person asked for it";
  return second + " approved it, who sent it as well";
}

}  // namespace

std::vector<const SetBy*> kill_switches_over(const Context& context, const risk::Facility& who,
                                             const risk::Instrument& what) {
  const risk::ReferenceData& data = context.state.data();
  const risk::Firm& firm = data.firms[who.firm];
  std::vector<const SetBy*> on;
  const auto look = [&](Scope scope, std::string_view name) {
    if (scope != Scope::all && name.empty()) return;
    const SetBy* by = context.rules.kill_switch(scope, name);
    if (by != nullptr && (on.empty() || on.back() != by)) on.push_back(by);
  };
  look(Scope::all, {});
  look(Scope::firm, firm.code.view());
  if (firm.group.value != no_id) look(Scope::group, data.groups[firm.group].view());
  look(Scope::instrument, what.symbol.view());
  look(Scope::province, name_of(who.province));
  look(Scope::basin, who.basin.view());
  look(Scope::basin, what.basin.view());
  return on;
}

KillFigures kill_figures(const Context& context, const risk::Facility& who,
                         std::uint32_t instrument) {
  const risk::ReferenceData& data = context.state.data();
  const risk::Firm& firm = data.firms[who.firm];
  const auto on = [&](Scope scope, std::string_view name) {
    return !name.empty() && context.rules.kill_switch(scope, name) != nullptr;
  };
  const auto figures = [](Scope scope, std::int64_t named) {
    return KillFigures{static_cast<std::int64_t>(scope), named};
  };
  if (context.rules.kill_switch(Scope::all, {}) != nullptr) return {};
  if (on(Scope::firm, firm.code.view())) return figures(Scope::firm, who.firm.value);
  if (firm.group.value != no_id && on(Scope::group, data.groups[firm.group].view())) {
    return figures(Scope::group, who.firm.value);
  }
  if (on(Scope::instrument, context.instrument(instrument).symbol.view())) {
    return figures(Scope::instrument, instrument);
  }
  if (on(Scope::province, name_of(who.province))) {
    return figures(Scope::province, static_cast<std::int64_t>(who.province));
  }
  return figures(Scope::basin, on(Scope::basin, who.basin.view()) ? 0 : 1);
}

void explain_refused_act(const Context& context, Finding& finding) {
  const std::span<const std::byte> bytes = context.entry.command;
  const auto header = read_record<CommandHeader>(bytes);
  finding.act = static_cast<CommandKind>(header.kind);
  if (finding.code == Code::p06_four_eyes) {
    finding.because = approver_words(header);
    finding.agrees = !has_four_eyes(header);
    return;
  }
  if (finding.code == Code::p01_phase || finding.code == Code::o04_rate) {
    switch (static_cast<CommandKind>(header.kind)) {
      case CommandKind::day_open:
        return explain(context, read_record<DayOpenCommand>(bytes), finding);
      case CommandKind::phase:
        return explain(context, read_record<PhaseCommand>(bytes), finding);
      case CommandKind::indicative:
        return explain(context, read_record<IndicativeCommand>(bytes), finding);
      default:
        break;
    }
  }
  if (finding.code == Code::p05_not_your_account &&
      static_cast<CommandKind>(header.kind) == CommandKind::transfer) {
    return explain(context, read_record<TransferCommand>(bytes), finding);
  }
  if (finding.code == Code::k01_killed &&
      static_cast<CommandKind>(header.kind) == CommandKind::set_firm) {
    return explain(context, read_record<SetFirmCommand>(bytes), finding);
  }
  finding.judged_again = false;
  finding.because =
      audit::reason_of_refusal(bytes, read_record<RefusedEvent>(context.entry.events));
  add_what_set_it(context, finding);
}

}  // namespace emx::why
