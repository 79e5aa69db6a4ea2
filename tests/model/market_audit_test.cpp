#include "tests/model/market_audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/coverage.hpp"
#include "tests/model/falsified_record.hpp"
#include "tests/model/random_market.hpp"
#include "tests/model/reference_market.hpp"
#include "tests/model/seeds.hpp"
#include "tests/model/stage.hpp"

// The properties of the market on random streams; and for each property, that the audit does find
// what is wrong: a true record is falsified in one place, and the finding must name its topic.

namespace emx::model {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Lines = std::vector<std::string>;
// A key-zone buyer in ZJ takes 1,000 kg from JS at 3/2: 666 credited, 334 retired. The demand was
// approved and the caps of ZJ were set last, so that they can be told otherwise.
Stage fill_across() {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.add("ZJ-B", Province::zj, "key");
  stage.run(Stage::caps(Province::js));
  SetQuota caps = Stage::caps(Province::zj);
  caps.holding_cap = 2'000'000;
  stage.run(caps);
  stage.sell("JS-S", 1'500, 1'198);
  stage.buy("ZJ-B", 1'000, 1'200);
  return stage;
}

// --- The reference market has the properties ---------------------------------------------------

TEST(RandomMarkets, KeepEveryProperty) {
  const Seeds seeds = seeds_of_this_run(audited_seeds);
  for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    RandomMarket random{seed};
    ReferenceMarket market{random_genesis()};
    MarketAudit audit;
    for (int number = 1; number <= commands_per_seed; ++number) {
      const Command command = random.next();
      const Lines lines = market.apply(command);
      random.observe(command, lines);
      ASSERT_THAT(audit.check(command, lines), IsEmpty())
          << "seed " << seed << ", command " << number << ": " << in_words(command)
          << testing::PrintToString(lines);
      ASSERT_THAT(audit.check(market.holdings()), IsEmpty())
          << "seed " << seed << ", command " << number << ": " << in_words(command);
    }
  }
}

// What the streams reach is the same in every build, so it is asked where that is quick.
#ifdef NDEBUG
TEST(RandomMarkets, MeetEveryOutcome) {
  Coverage coverage;
  const auto all_met = [&] {
    return std::ranges::all_of(Coverage::wanted(), [&](const std::string& outcome) {
      return coverage.times(outcome) > 0;
    });
  };
  for (std::uint64_t seed = 1; seed <= coverage_seeds && !all_met(); ++seed) {
    RandomMarket random{seed};
    ReferenceMarket market{random_genesis()};
    coverage.start_market();
    for (int number = 1; number <= commands_per_seed; ++number) {
      const Command command = random.next();
      const Lines lines = market.apply(command);
      random.observe(command, lines);
      coverage.add(command, lines);
    }
  }
  for (const std::string& outcome : Coverage::wanted()) {
    EXPECT_GT(coverage.times(outcome), 0) << "never met: " << outcome;
  }
}
#endif

// --- The audit finds what breaks them ----------------------------------------------------------

TEST(MarketAudit, FindsNothingInATrueRecord) {
  EXPECT_THAT(findings(fill_across().record()), IsEmpty());
}

TEST(MarketAudit, FindsRightsThatAppear) {
  const Stage stage = fill_across();
  EXPECT_THAT(findings(with(stage.record(), "qty=1000 credited=666", "qty=1000 credited=667")),
              Contains(HasSubstr("rights: sold is not credited and retired")));
  EXPECT_THAT(
      findings(with(stage.record(), "credited=666 retired=334", "credited=667 retired=333")),
      Contains(HasSubstr("rights: credited is not sold by the replacement ratio")));
  EXPECT_THAT(findings(with(stage.record(), "JS-S ZJ-B 666", "REGISTRY ZJ-B 666")),
              Contains(HasSubstr("rights: the sum of VOC.AIR.YRD.IND.2630 has changed")));
  MarketAudit audit;
  for (const auto& [command, lines] : stage.record()) (void)audit.check(command, lines);
  Holdings holdings = stage.market().holdings();
  EXPECT_THAT(audit.check(holdings), IsEmpty());
  ++holdings.rights[Stage::voc]["ZJ-B"];
  EXPECT_THAT(audit.check(holdings), Contains(HasSubstr("rights: the sum of all")));
  --holdings.rights[Stage::voc]["ZJ-B"];
  --holdings.retired[Stage::voc];
  EXPECT_THAT(audit.check(holdings), Contains(HasSubstr("rights: the sum of all")));
}

TEST(MarketAudit, FindsCashThatDisappears) {
  const Stage stage = fill_across();
  EXPECT_THAT(findings(with(stage.record(), "post cash ZJ-B VENUE-FEES", "post cash ZJ-B BANK")),
              Contains(HasSubstr("cash: the sum of cash has changed")));
  MarketAudit audit;
  for (const auto& [command, lines] : stage.record()) (void)audit.check(command, lines);
  Holdings holdings = stage.market().holdings();
  --holdings.venue_fees;
  EXPECT_THAT(audit.check(holdings), Contains(HasSubstr("cash: the sum of all")));
}

TEST(MarketAudit, FindsPostingsThatAreNotTheTrade) {
  const Record record = fill_across().record();
  EXPECT_THAT(findings(without(record, "post VOC.AIR.YRD.IND.2630 JS-S ENV-RETIRED")),
              Contains(HasSubstr("posting: ENV-RETIRED has not")));
  EXPECT_THAT(findings(with(record, "post cash ZJ-B JS-S 5990000", "post cash ZJ-B JS-S 5990001")),
              Contains(HasSubstr("posting: JS-S has not the cash")));
  EXPECT_THAT(findings(with(record, "buyer_fee=5990", "buyer_fee=5991")),
              Contains(HasSubstr("posting: VENUE-FEES has not")));
}

TEST(MarketAudit, FindsHoldsThatAreNotWhatWasSaid) {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.sell("JS-S", 10, 1'300);
  stage.sell("JS-S", 20, 1'300);
  stage.sell("JS-S", 30, 1'300);
  stage.run(Freeze{"JS-S", Stage::voc, 999'965, false});
  const Record record = stage.record();
  EXPECT_EQ(record.back().second,
            (Lines{"cancelled #3 L02_RIGHTS remaining=30 released=30",
                   "held VOC.AIR.YRD.IND.2630 JS-S pledged=0 frozen=999965"}));
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "frozen=999965", "frozen=999964")),
              Contains(HasSubstr("hold: held back is not")));
  EXPECT_THAT(findings(without(record, "cancelled #3")),
              Contains(HasSubstr("available: JS-S lacks")));
  EXPECT_THAT(findings(with(record, "cancelled #3 L02", "cancelled #3 L01")),
              Contains(HasSubstr("hold: cancelled for another reason")));
  EXPECT_THAT(findings(with(with(record, "cancelled #3", "cancelled #2"),
                            "remaining=30 released=30", "remaining=20 released=20")),
              Contains(HasSubstr("hold: #3 rests although an older one went")));
  const auto less = [](Freeze& freeze) { freeze.amount = 999'940; };
  EXPECT_THAT(findings(with(told<Freeze>(record, less), "frozen=999965", "frozen=999940")),
              Contains(HasSubstr("hold: cancelled more than it needed")));
}

TEST(MarketAudit, FindsTransfersThatAreNotAsTheyMustBe) {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.add("ZJ-B", Province::zj, "key");
  stage.run(Trust{"JS-S", "ZJ-B", true, true});
  stage.run(Transfer{"JS-S", "ZJ-B", Stage::voc, 1'000, true});
  stage.next_day({2026, 6, 22});
  const Record record = stage.record();
  EXPECT_THAT(record.back().second, Contains(HasSubstr("carried-out")));
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "credited=666 retired=334", "credited=667 retired=333")),
              Contains(HasSubstr("rights: credited is not sold by the replacement ratio")));
  EXPECT_THAT(findings(with(record, "qty=1000", "qty=999")),
              Contains(HasSubstr("transfer: not whole")));
  EXPECT_THAT(findings(without(record, "transfer 1 carried-out")),
              Contains(HasSubstr("transfer: 1 outlived its day")));
  EXPECT_THAT(findings(without(record, "quota JS")), Contains(HasSubstr("quota: missing")));
  const auto early = [](DayOpen& day) { day.date = {2026, 6, 21}; };
  EXPECT_THAT(findings(told<DayOpen>(record, early)),
              Contains(HasSubstr("transfer: before its day")));
  const auto other = [](Trust& trust) { trust.to = "JS-S"; };
  EXPECT_THAT(findings(told<Trust>(record, other)),
              Contains(HasSubstr("transfer: nobody may ask for it")));
  const auto alone = [](Transfer& transfer) { transfer.approved = false; };
  EXPECT_THAT(findings(told<Transfer>(record, alone)),
              Contains(HasSubstr("transfer: nobody may ask for it")));
}

TEST(MarketAudit, FindsPromisesBeyondTheAccount) {
  Stage stage = fill_across();
  stage.sell("JS-S", 30'000, 1'300);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "reserved=30000", "reserved=3000000")),
              Contains(HasSubstr("available: JS-S lacks VOC")));
  const auto poor = [](Deposit& deposit) { deposit.amount_fen = 1'000; };
  EXPECT_THAT(findings(told<Deposit>(record, poor)), Contains(HasSubstr("posting: ZJ-B")));
  EXPECT_THAT(findings(with(told<Deposit>(record, poor), "post cash BANK ZJ-B 1000000000000",
                            "post cash BANK ZJ-B 1000")),
              Contains(HasSubstr("available: ZJ-B owes cash")));
}

TEST(MarketAudit, FindsEveryCapThatIsBreached) {
  const Record record = fill_across().record();
  const auto breached = [&record](std::int64_t SetQuota::*cap, std::int64_t kg) {
    return findings(told<SetQuota>(record, [&](SetQuota& quota) { quota.*cap = kg; }));
  };
  EXPECT_THAT(breached(&SetQuota::inflow_cap, 666), IsEmpty());
  EXPECT_THAT(breached(&SetQuota::inflow_cap, 665), Contains("quota: net inflow beyond its cap"));
  EXPECT_THAT(breached(&SetQuota::gross_cap, 666), IsEmpty());
  EXPECT_THAT(breached(&SetQuota::gross_cap, 665), Contains("quota: gross beyond its cap"));
  EXPECT_THAT(breached(&SetQuota::holding_cap, 1'000'666), IsEmpty());
  EXPECT_THAT(breached(&SetQuota::holding_cap, 1'000'665),
              Contains("quota: holding beyond its cap"));
  EXPECT_THAT(breached(&SetQuota::daily_pace, 666), IsEmpty());
  EXPECT_THAT(breached(&SetQuota::daily_pace, 665), Contains("quota: beyond the pace of a day"));
  const auto of_the_seller = [&record](std::int64_t SetQuota::*cap, std::int64_t kg) {
    return findings(told<SetQuota>(record, [&](SetQuota& quota) {
      quota.province = Province::js;
      quota.*cap = kg;
    }));
  };
  EXPECT_THAT(of_the_seller(&SetQuota::outflow_cap, 1'000), IsEmpty());
  EXPECT_THAT(of_the_seller(&SetQuota::outflow_cap, 999),
              Contains("quota: net outflow beyond its cap"));
  EXPECT_THAT(of_the_seller(&SetQuota::gross_cap, 999), Contains("quota: gross beyond its cap"));
}

TEST(MarketAudit, FindsDemandThatIsExceeded) {
  const Record record = fill_across().record();
  const auto approve = [](std::int64_t kg) {
    return [kg](SetDemand& demand) { demand.approved = kg; };
  };
  EXPECT_THAT(findings(told<SetDemand>(record, approve(665))),
              Contains("quota: more than the approved demand"));
}

TEST(MarketAudit, FindsCountersThatAreNotTheTrades) {
  const Record record = fill_across().record();
  EXPECT_THAT(findings(with(record, "quota ZJ VOC 2026 net=666", "quota ZJ VOC 2026 net=665")),
              Contains(HasSubstr("quota: not what the trade makes of it")));
  EXPECT_THAT(findings(without(record, "quota JS")), Contains(HasSubstr("quota: not what")));
  EXPECT_THAT(findings(without(record, "demand ")), Contains(HasSubstr("quota: missing")));
}

TEST(MarketAudit, FindsNetThatDoesNotAddUp) {
  EXPECT_THAT(findings(with(fill_across().record(), "retired=334", "retired=333")),
              Contains("net: the provinces do not add up"));
}

TEST(MarketAudit, FindsTradesThatMayNotBe) {
  Stage stage = fill_across();
  const Record record = stage.record();
  Record forbidden = record;
  forbidden.insert(forbidden.end() - 1,
                   {SetLink{Pollutant::voc, Province::js, Province::zj, false}, {}});
  EXPECT_THAT(findings(forbidden), Contains("pair: traded although it may not"));
  Record related = record;
  related.insert(related.end() - 1, {SetFirm{"JS-S", "one"}, {}});
  related.insert(related.end() - 1, {SetFirm{"ZJ-B", "one"}, {}});
  EXPECT_THAT(findings(related), Contains("pair: traded although it may not"));
  Record missed = record;
  missed.insert(missed.end() - 1,
                {SetZone{Province::zj, "key", "TAIHU", {Pollutant::voc}, true}, {}});
  EXPECT_THAT(findings(missed), Contains("pair: traded although it may not"));
}

TEST(MarketAudit, FindsAPairThatWasForgotten) {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.add("ZJ-B", Province::zj);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.sell("JS-S", 10, 1'198);
  stage.buy("ZJ-B", 10, 1'198);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, true});
  Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  record.back().second.clear();
  EXPECT_THAT(findings(record), Contains("pair: #2 and #1 rest although they may trade"));
}

TEST(MarketAudit, FindsASkipThatIsMissingInAPass) {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.add("ZJ-S", Province::zj);
  stage.add("ZJ-B", Province::zj);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.sell("JS-S", 10, 1'190);
  stage.sell("ZJ-S", 10, 1'191);
  stage.buy("ZJ-B", 10, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(without(record, "skip")), Contains("skip: missing in the pass"));
  EXPECT_THAT(findings(with(record, "class=JS/-/0", "class=AH/-/0")),
              Contains("skip: missing in the pass"));
  EXPECT_THAT(findings(with(record, "price=1190 qty=10", "price=1191 qty=10")),
              Contains("skip: missing in the pass"));
  EXPECT_THAT(findings(with(record, "price=1190 qty=10", "price=1190 qty=11")),
              Contains("skip: names more than is displayed"));
}

TEST(MarketAudit, FindsASkipThatIsMissingAfterAFixpoint) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  stage.add("AH-S", Province::ah);
  stage.add("SH-B", Province::sh);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.run(SetLink{Pollutant::voc, Province::ah, Province::zj, false});
  stage.run(SetLink{Pollutant::voc, Province::js, Province::sh, false});
  stage.run(SetLink{Pollutant::voc, Province::ah, Province::sh, false});
  stage.sell("JS-S", 50, 1'190);
  stage.sell("AH-S", 10, 1'192);
  stage.buy("SH-B", 10, 1'199);  // stays passed over
  stage.buy("ZJ-B", 10, 1'198);  // fills, and is gone
  stage.run(SetLink{Pollutant::voc, Province::ah, Province::zj, true});
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(without(record, "skip #4")),
              Contains("skip: missing for a bid that is gone"));
  EXPECT_THAT(findings(without(record, "skip #3")), Contains("skip: missing for a bid that rests"));
}

TEST(MarketAudit, FindsOrdersThatDoNotFitTogether) {
  const Record record = fill_across().record();
  EXPECT_THAT(findings(with(record, "sell=#1 price=1198", "sell=#1 price=1199")),
              Contains("order: not at the price of the order that arrived first"));
  EXPECT_THAT(findings(with(record, "left=0/500", "left=0/501")),
              Contains("order: what is left is not what was there less the trade"));
  EXPECT_THAT(findings(with(record, "trade 1 ", "trade 2 ")),
              Contains("order: trade numbers have a gap"));
  EXPECT_THAT(findings(with(record, "released=10010", "released=10009")),
              Contains("order: reserved is not what the rest may cost"));
}

}  // namespace
}  // namespace emx::model
