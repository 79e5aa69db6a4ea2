#include <optional>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "tools/demo/failure.hpp"
#include "tools/demo/scenes.hpp"

namespace emx::demo {

namespace {

// The month of the four deals, in the year of the sample market.
constexpr Date first_day = date_of(2026, 6, 18);

Date day_after(const std::string& last) {
  const std::optional<Date> date = date_from_text(last);
  if (!date || *date < first_day) return first_day;
  Date next{date->value + 1};
  while (is_weekend(next)) next = Date{next.value + 1};
  return next;
}

// What the demo buys on one day: on the first the sample market's approvals suffice, later the
// authorities approve it anew.
struct Approval {
  const char* facility;
  const char* pollutant;
  int kg;
};
constexpr Approval approvals[] = {
    {"AH016-1", "SO2", 8'074},  {"AH016-1", "NOX", 25'648}, {"ZJ063-1", "VOC", 8'000},
    {"AH052-1", "VOC", 257},    {"ZJ043-1", "VOC", 5'000},  {"ZJ043-1", "NOX", 4'000},
    {"SH065-1", "VOC", 24'000},
};

}  // namespace

void open_day(Stage& stage, const std::string& wished_date) {
  const Authority& authority = stage.authority();
  const std::string last = authority.trade_date();
  stage.date = wished_date.empty() ? text_of(day_after(last)) : wished_date;
  const std::optional<Date> date = date_from_text(stage.date);
  if (!date) throw Failure{"'" + stage.date + "' is not a date such as 2026-06-18"};
  stage.year = civil_of(*date).year;
  if (stage.year != civil_of(first_day).year) {
    throw Failure{"the demo plays in " + std::to_string(civil_of(first_day).year) +
                  ": its prices are for five years, and the series end with 2030"};
  }
  if (!last.empty()) authority.lead({"phase", "closed"});
  authority.lead({"day", stage.date});
  stage.heading("Trade date " + stage.date);
  if (!last.empty()) {
    for (const Approval& approval : approvals) {
      authority.rule(
          {"demand", approval.facility, approval.pollutant, std::to_string(approval.kg)});
    }
    stage.say("The ledger has days up to " + last + "; today's purchases are approved anew.");
  }
  authority.lead({"phase", "pre-open"});
  authority.lead({"phase", "continuous"});
  stage.log_on();
  stage.say(std::to_string(cast().size()) +
            " firms are logged on over FIX; trading is continuous.");
}

}  // namespace emx::demo
