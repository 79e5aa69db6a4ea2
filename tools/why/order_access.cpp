#include "tools/why/order_access.hpp"

#include <string>
#include <utility>

#include "tools/why/entry_rules.hpp"
#include "tools/why/rules_of_acts.hpp"

namespace emx::why {

bool passes_kill_switch(Judgement& judge, const Asked& asked) {
  const risk::Facility& who = judge.context.facility(asked.facility);
  const SetBys on = kill_switches_over(judge.context, who, judge.what(asked));
  const KillFigures figures = kill_figures(judge.context, who, asked.instrument);
  std::string compared = on.empty() ? "none is on" : "";
  for (const SetBy* by : on) compared += (compared.empty() ? "" : "; ") + by->command;
  const bool stopped =
      judge.state.is_stopped(FacilityId{asked.facility}, InstrumentId{asked.instrument});
  return judge.test(Code::k01_killed, "kill switch", std::move(compared), !stopped, on,
                    figures.limit, figures.value);
}

bool fits_phase(Judgement& judge, const Asked& asked) {
  const auto book = judge.state.book(InstrumentId{asked.instrument});
  const risk::Instrument& instrument = judge.what(asked);
  const std::string_view symbol = instrument.symbol.view();
  const bool immediate =
      asked.time_in_force == TimeInForce::ioc || asked.time_in_force == TimeInForce::fok;
  const bool needs_matching =
      !asked.is_replace && (immediate || asked.min_lots > 0 || asked.post_only);
  const bool open = book.phase == Phase::continuous ||
                    (!needs_matching && (book.phase == Phase::pre_open || is_call(book.phase)));
  const bool running = instrument.years_from(judge.state.trade_year()) >= 1;
  std::string compared = "phase " + text(book.phase);
  if (needs_matching) compared += "; IOC, FOK, a minimum and post-only need continuous trading";
  if (!book.has_limits) compared += "; no reference price was ever set";
  if (!running) {
    compared += "; the series ended with " + std::to_string(instrument.last_year) +
                ", the trade year is " + std::to_string(judge.state.trade_year());
  }
  const SetBy* by = judge.context.rules.phase(symbol);
  if (by == nullptr) by = judge.context.rules.trade_date();  // a book starts closed
  SetBys set_by;
  if (!open) set_by.push_back(by != nullptr ? by : judge.set_instrument(asked));
  if (!book.has_limits || !running) set_by.push_back(judge.set_instrument(asked));
  if (!running) set_by.push_back(judge.context.rules.trade_date());
  return judge.test(
      Code::p01_phase, "phase", std::move(compared), open && book.has_limits && running, set_by,
      static_cast<std::int64_t>(Phase::continuous), static_cast<std::int64_t>(book.phase));
}

bool is_eligible(Judgement& judge, const Asked& asked) {
  for (const EntryRule& rule :
       entry_rules(judge.context, asked.facility, asked.instrument, asked.side)) {
    if (!judge.test(rule.code, std::string{rule.name}, rule.compared, rule.passed, rule.set_by,
                    rule.limit, rule.value)) {
      return false;
    }
  }
  return true;
}

}  // namespace emx::why
