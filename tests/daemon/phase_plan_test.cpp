#include "tools/emxd/phase_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/daemon/daemon_words.hpp"

namespace emx::daemon {
namespace {

// Issues steps as a scheduler does, until nothing is due.
std::vector<std::string> issue(MarketDay& market, std::int64_t now_ns,
                               const risk::TradingCalendar& calendar = {}) {
  const PhasePlan plan = default_phase_plan();
  std::vector<std::string> issued;
  while (const auto due = next_due(market, plan, calendar, now_ns)) {
    issued.push_back(words_of(*due));
    if (due->step == Step::day_open) {
      market = {due->date, Phase::closed, 0};
      continue;
    }
    if (due->step == Step::phase) market.phase = due->phase;
    ++market.steps_done;
  }
  return issued;
}

using Steps = std::vector<std::string>;

TEST(PhasePlan, FollowsTheDay) {
  const Date thursday = date_of(2026, 6, 18);
  MarketDay market;
  EXPECT_EQ(issue(market, at(thursday, 9, 14)), Steps{});
  EXPECT_EQ(issue(market, at(thursday, 9, 15)), (Steps{"day 2026-06-18", "pre-open"}));
  EXPECT_EQ(issue(market, at(thursday, 9, 29)), Steps{});
  EXPECT_EQ(issue(market, at(thursday, 9, 30)), Steps{"continuous"});
  EXPECT_EQ(issue(market, at(thursday, 11, 30)), Steps{"pause"});
  EXPECT_EQ(issue(market, at(thursday, 13, 0)), (Steps{"continuous", "blocks open"}));
  EXPECT_EQ(issue(market, at(thursday, 23, 59)), (Steps{"blocks closed", "closed"}));
}

TEST(PhasePlan, IssuesWhatAnOutageLetPassInOrder) {
  MarketDay market{date_of(2026, 6, 17), Phase::continuous, 2};
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 18), 9, 40)),
            (Steps{"pause", "continuous", "blocks open", "blocks closed", "closed",
                   "day 2026-06-18", "pre-open", "continuous"}));
}

TEST(PhasePlan, PassesOverWeekendsWhereNoCalendarIsKnown) {
  MarketDay market{date_of(2026, 6, 19), Phase::closed, 7};  // a Friday
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 21), 12, 0)), Steps{});
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 22), 9, 20)), (Steps{"day 2026-06-22", "pre-open"}));
  EXPECT_FALSE(is_trading_day(date_of(2026, 6, 20), {}));
  EXPECT_TRUE(is_trading_day(date_of(2026, 6, 22), {}));
}

TEST(PhasePlan, KeepsToTheCalendar) {
  TradingDays days = monday_to_friday(2026);
  ASSERT_EQ(set_exception(days, 2026, date_of(2026, 6, 22), false), "");
  ASSERT_EQ(set_exception(days, 2026, date_of(2026, 6, 20), true), "");
  risk::TradingCalendar calendar;
  calendar.set(2026, days);
  MarketDay market{date_of(2026, 6, 19), Phase::closed, 7};
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 20), 9, 20), calendar),
            (Steps{"day 2026-06-20", "pre-open"}));
  market = {date_of(2026, 6, 20), Phase::closed, 7};
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 22), 12, 0), calendar), Steps{});
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 23), 9, 20), calendar),
            (Steps{"day 2026-06-23", "pre-open"}));
  EXPECT_TRUE(is_trading_day(date_of(2027, 6, 22), calendar)) << "a Tuesday of another year";
}

TEST(PhasePlan, NeverIssuesADayThatIsNotThereYet) {
  MarketDay market{date_of(2026, 6, 18), Phase::closed, 7};
  EXPECT_EQ(issue(market, at(date_of(2026, 6, 18), 23, 0)), Steps{});
  MarketDay ahead{date_of(2026, 7, 1), Phase::continuous, 2};  // opened by hand
  EXPECT_EQ(issue(ahead, at(date_of(2026, 6, 18), 23, 0)), Steps{});
}

TEST(PhasePlan, ReadsSteps) {
  EXPECT_EQ(step_from_text("pre-open")->phase, Phase::pre_open);
  EXPECT_EQ(step_from_text("blocks-open")->step, Step::blocks_open);
  EXPECT_EQ(step_from_text("blocks-closed")->step, Step::blocks_closed);
  EXPECT_FALSE(step_from_text("blocks"));
}

TEST(PhasePlan, ReadsMinutes) {
  EXPECT_EQ(minute_from_text("09:30"), 570);
  for (const char* text : {"9:30", "24:00", "09:60", "09.30", "ab:cd", ""}) {
    EXPECT_FALSE(minute_from_text(text)) << text;
  }
}

}  // namespace
}  // namespace emx::daemon
