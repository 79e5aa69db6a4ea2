#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/lines_of_kind.hpp"
#include "tests/model/stage.hpp"

// Calls (market-rules 9) on the reference market alone.

namespace emx::model {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Lines = std::vector<std::string>;

const std::string voc = Stage::voc;

// The VOC book, whose reference is 1,198 ticks, in a call; firms of JS and ZJ.
Stage scene() {
  Stage stage;
  for (const char* name : {"JS-A", "JS-B", "JS-C"}) stage.add(name, Province::js);
  for (const char* name : {"ZJ-A", "ZJ-B"}) stage.add(name, Province::zj);
  stage.run(SetPhase{voc, Phase::opening_call});
  return stage;
}

Lines uncross(Stage& stage) { return stage.run(SetPhase{voc, Phase::continuous}); }

// --- The price ---

TEST(CallPrice, GivesTheMostVolumeToAllAtOnePrice) {
  Stage stage = scene();
  EXPECT_THAT(stage.buy("JS-A", 10, 1'205), ElementsAre(StartsWith("accepted #1")));
  stage.buy("JS-A", 20, 1'200);
  stage.sell("JS-B", 15, 1'195);
  EXPECT_THAT(stage.sell("JS-B", 10, 1'202), ElementsAre(StartsWith("accepted #4")));
  const Lines lines = uncross(stage);
  EXPECT_THAT(lines.front(), "uncrossed " + voc + " price=1200 volume=15");
  EXPECT_THAT(
      of_kind(lines, "trade"),
      ElementsAre("trade 1 buy=#1 sell=#3 price=1200 qty=10 credited=10 retired=0 ratio=1/1 "
                  "cross=0 code=NONE aggressor=none left=0/5",
                  "trade 2 buy=#2 sell=#3 price=1200 qty=5 credited=5 retired=0 ratio=1/1 "
                  "cross=0 code=NONE aggressor=none left=15/0"));
  EXPECT_THAT(of_kind(lines, "bill").front(),
              HasSubstr("amount=60000 buyer_fee=60 seller_fee=60 "));
}

TEST(CallPrice, ThenTheLeastImbalance) {
  Stage stage = scene();
  stage.buy("JS-A", 10, 1'200);
  stage.buy("JS-A", 5, 1'196);
  stage.sell("JS-B", 10, 1'190);
  EXPECT_THAT(uncross(stage).front(), HasSubstr("price=1200 volume=10"));
}

TEST(CallPrice, ThenNearestTheReference) {
  Stage stage = scene();
  stage.buy("JS-A", 10, 1'202);
  stage.sell("JS-B", 10, 1'195);
  EXPECT_THAT(uncross(stage).front(), HasSubstr("price=1195 volume=10"));
}

TEST(CallPrice, ThenTheHigher) {
  Stage stage = scene();
  stage.buy("JS-A", 10, 1'201);
  stage.sell("JS-B", 10, 1'195);
  EXPECT_THAT(uncross(stage).front(), HasSubstr("price=1201 volume=10"));
}

// The imbalance counts all, the volume only what may trade.
TEST(CallPrice, SeesScreensAndCapsInItsVolume) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.sell("JS-A", 100, 1'190);
  stage.sell("ZJ-B", 10, 1'200);
  stage.buy("ZJ-A", 50, 1'200);
  EXPECT_THAT(stage.run(Indicative{voc, 0}),
              ElementsAre("indicative " + voc + " price=1200 volume=10 imbalance=-60"));
  const Lines lines = uncross(stage);
  EXPECT_THAT(lines.front(), HasSubstr("price=1200 volume=10"));
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("buy=#3 sell=#2 ")));
  EXPECT_THAT(of_kind(lines, "skip"), IsEmpty());
}

TEST(CallPrice, IsNoneWithoutACross) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'201);
  stage.buy("JS-B", 10, 1'200);
  EXPECT_THAT(stage.run(Indicative{voc, 0}),
              ElementsAre("indicative " + voc + " price=0 volume=0 imbalance=0"));
  EXPECT_THAT(uncross(stage), IsEmpty());
}

// --- The fills ---

// Each bid once against each ask once: what a later fill makes possible is left to the fixpoint.
TEST(Call, DoesNotStartAgain) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 0;
  stage.run(caps);
  stage.buy("ZJ-A", 10, 1'205);  // passed over: no room
  stage.sell("JS-A", 10, 1'200);
  stage.sell("ZJ-B", 10, 1'204);  // its sale makes the room
  stage.buy("JS-B", 10, 1'204);
  stage.run(SetFirm{"ZJ-A", "one"});
  stage.run(SetFirm{"ZJ-B", "one"});
  stage.run(SetFirm{"JS-A", "two"});
  stage.run(SetFirm{"JS-B", "two"});
  const Lines lines = uncross(stage);
  EXPECT_THAT(lines.front(), HasSubstr("price=1204 volume=10"));
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre(AllOf(HasSubstr("buy=#4 sell=#3 price=1204 "), HasSubstr("cross=1")),
                          AllOf(HasSubstr("buy=#1 sell=#2 price=1205 "), HasSubstr("cross=1"))));
}

TEST(Call, EndsTheDemandOfABuyer) {
  Stage stage = scene();
  stage.run(SetDemand{"JS-A", Pollutant::voc, 12});
  stage.buy("JS-A", 10, 1'205);
  stage.buy("JS-A", 10, 1'204);
  stage.buy("JS-A", 10, 1'100);
  stage.sell("JS-B", 30, 1'200);
  EXPECT_THAT(stage.run(Indicative{voc, 0}).front(), HasSubstr(" volume=12 "));
  const Lines lines = uncross(stage);
  EXPECT_THAT(lines.front(), HasSubstr(" volume=12"));
  EXPECT_THAT(of_kind(lines, "cancelled"),
              ElementsAre(StartsWith("cancelled #2 D01_DEMAND remaining=8"),
                          StartsWith("cancelled #3 D01_DEMAND remaining=10")));
}

TEST(Call, FillsIcebergsWholeAndKeepsTheirPlace) {
  Stage stage = scene();
  NewOrder iceberg = stage.order(Side::sell, "JS-A", 30, 1'198);
  iceberg.display_quantity = 4;
  stage.run(iceberg);
  stage.sell("JS-C", 5, 1'198);
  stage.buy("JS-B", 21, 1'198);
  const Lines lines = uncross(stage);
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("buy=#3 sell=#1 price=1198 qty=21 ")));
  EXPECT_THAT(
      of_kind(stage.buy("JS-B", 6, 1'198), "trade"),
      ElementsAre(HasSubstr("sell=#1 price=1198 qty=4 "), HasSubstr("sell=#2 price=1198 qty=2 ")));
}

// --- Phases ---

TEST(Call, GoesOnIntoAnotherCall) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.buy("JS-B", 10, 1'198);
  EXPECT_THAT(stage.run(SetPhase{voc, Phase::volatility}), IsEmpty());
  EXPECT_THAT(stage.run(SetPhase{voc, Phase::volatility}), IsEmpty());
  EXPECT_THAT(of_kind(stage.run(SetPhase{voc, Phase::pause}), "uncrossed"),
              ElementsAre(HasSubstr("volume=10")));
}

TEST(Call, HaltEndsItWithoutAPrice) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.buy("JS-B", 10, 1'198);
  EXPECT_THAT(stage.run(SetPhase{voc, Phase::halt}), IsEmpty());
  EXPECT_THAT(of_kind(uncross(stage), "uncrossed"), IsEmpty());
  EXPECT_THAT(stage.record().back().second, Contains(HasSubstr("aggressor=none")));
}

TEST(Call, TradesBeforeTheDayEnds) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.buy("JS-B", 12, 1'198);
  const Lines lines = stage.run(SetPhase{voc, Phase::closed});
  EXPECT_THAT(lines.front(), StartsWith("uncrossed"));
  EXPECT_THAT(lines.back(), StartsWith("cancelled #2 C01_EXPIRED remaining=2"));
}

// The sale out of ZJ in the call makes room for ZJ's bid in a book that trades continuously.
TEST(Call, IsFollowedByTheFixpointInOtherBooks) {
  Stage stage = scene();
  SetInstrument later;
  later.symbol = "VOC.AIR.YRD.IND.2731";
  later.basin = "YRD";
  later.first_year = 2027;
  later.last_year = 2031;
  stage.add_book(later, 1'198'000);
  for (const char* name : {"JS-A", "ZJ-A"}) stage.run(Issue{name, later.symbol, 1'000});
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 0;
  stage.run(caps);
  stage.sell("JS-A", 10, 1'198, later.symbol);
  stage.buy("ZJ-A", 10, 1'198, later.symbol);
  stage.sell("ZJ-A", 6, 1'198);
  stage.buy("JS-A", 6, 1'198);
  const Lines lines = stage.run(SetPhase{voc, Phase::pause});
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre(HasSubstr("buy=#4 sell=#3 price=1198 qty=6 "),
                          AllOf(HasSubstr("buy=#2 sell=#1 price=1198 qty=6 "),
                                HasSubstr("code=Q01_NET_INFLOW"))));
  EXPECT_THAT(lines.back(), "skip #2 class=JS/-/0 code=Q01_NET_INFLOW price=1198 qty=4");
}

// --- Indicative values ---

TEST(Indicative, IsAskedInACallOnly) {
  Stage stage = scene();
  EXPECT_THAT(stage.run(Indicative{"NONE", 0}), ElementsAre("refused P03_UNKNOWN_SYMBOL"));
  uncross(stage);
  EXPECT_THAT(stage.run(Indicative{voc, 0}), ElementsAre("refused P01_PHASE limit=6 value=3"));
}

TEST(Indicative, ComesAtMostOnceASecond) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.buy("JS-B", 14, 1'198);
  const std::string answer = "indicative " + voc + " price=1198 volume=10 imbalance=4";
  EXPECT_THAT(stage.run(Indicative{voc, 500}), ElementsAre(answer));
  EXPECT_THAT(stage.run(Indicative{voc, 1'499}),
              ElementsAre("refused O04_RATE limit=1 value=1000000"));
  EXPECT_THAT(stage.run(Indicative{voc, 1'500}), ElementsAre(answer));
  // Nothing has moved.
  EXPECT_THAT(of_kind(uncross(stage), "trade"), ElementsAre(HasSubstr("qty=10 ")));
}

}  // namespace
}  // namespace emx::model
