#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/lines_of_kind.hpp"
#include "tests/model/stage.hpp"

// Icebergs (market-rules 8.6) on the reference market alone.

namespace emx::model {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Lines = std::vector<std::string>;

// JS-A, JS-B and JS-C of one province, ZJ-A of another, ZJ-K of its key zone.
Stage scene() {
  Stage stage;
  for (const char* name : {"JS-A", "JS-B", "JS-C"}) stage.add(name, Province::js);
  stage.add("ZJ-A", Province::zj);
  stage.add("ZJ-K", Province::zj, "key");
  return stage;
}

Lines iceberg(Stage& stage, NewOrder order, std::int64_t display) {
  order.display_quantity = display;
  return stage.run(order);
}

TEST(Iceberg, ShowsAnewBehindItsLevelAlsoInMidSweep) {
  Stage stage = scene();
  iceberg(stage, stage.order(Side::sell, "JS-A", 25, 1'198), 10);
  stage.sell("JS-B", 5, 1'198);
  EXPECT_THAT(
      of_kind(stage.buy("JS-C", 22, 1'198), "trade"),
      ElementsAre(HasSubstr("sell=#1 price=1198 qty=10 "), HasSubstr("sell=#2 price=1198 qty=5 "),
                  HasSubstr("sell=#1 price=1198 qty=7 ")));
  EXPECT_THAT(stage.record().back().second, Contains(HasSubstr("aggressor=buy left=0/8")));
  stage.sell("JS-B", 5, 1'198);
  EXPECT_THAT(
      of_kind(stage.buy("JS-C", 13, 1'198), "trade"),
      ElementsAre(HasSubstr("sell=#1 price=1198 qty=3 "), HasSubstr("sell=#4 price=1198 qty=5 "),
                  HasSubstr("sell=#1 price=1198 qty=5 ")));
}

// Its arrival number stays: it still gives the price.
TEST(Iceberg, StillArrivedFirstAfterARefresh) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  iceberg(stage, stage.order(Side::sell, "JS-A", 20, 1'190), 10);
  stage.buy("ZJ-A", 5, 1'198);
  stage.buy("JS-B", 10, 1'190);
  EXPECT_THAT(
      of_kind(stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, true}), "trade"),
      ElementsAre(HasSubstr("buy=#2 sell=#1 price=1190 qty=5 ")));
}

TEST(Iceberg, TakesWithItsWholeQuantity) {
  Stage stage = scene();
  stage.sell("JS-A", 20, 1'198);
  EXPECT_THAT(of_kind(iceberg(stage, stage.order(Side::buy, "JS-B", 30, 1'198), 3), "trade"),
              ElementsAre(HasSubstr("qty=20 ")));
  EXPECT_THAT(of_kind(stage.sell("JS-A", 10, 1'198), "trade"),
              ElementsAre(HasSubstr("qty=3 "), HasSubstr("qty=3 "), HasSubstr("qty=3 "),
                          HasSubstr("qty=1 ")));
}

TEST(Iceberg, IsSkippedWithWhatItShows) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  iceberg(stage, stage.order(Side::sell, "JS-A", 30, 1'198), 4);
  stage.sell("JS-B", 5, 1'198);
  EXPECT_THAT(of_kind(stage.buy("ZJ-A", 10, 1'198), "skip"),
              ElementsAre("skip #3 class=JS/-/0 code=E07_LINK price=1198 qty=9"));
}

// The part that a refresh shows was never tried: it has the code of the end of the pass.
TEST(Iceberg, RefreshIsFoundAtTheEndOfThePass) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::zj);
  caps.outflow_cap = 4;
  stage.run(caps);
  iceberg(stage, stage.order(Side::sell, "ZJ-A", 30, 1'198), 4);
  stage.sell("ZJ-K", 7, 1'198);
  stage.sell("JS-B", 5, 1'198);
  const Lines lines = stage.buy("JS-A", 9, 1'198);
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre(HasSubstr("sell=#1 price=1198 qty=4 "), HasSubstr("sell=#3 ")));
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #4 class=ZJ/-/0 code=Q02_NET_OUTFLOW price=1198 qty=11"));
}

TEST(Iceberg, KeepsPriorityForLessAndHidesLessFirst) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  iceberg(stage, stage.order(Side::sell, "JS-A", 30, 1'198), 4);
  const auto shown = [&stage] { return of_kind(stage.buy("ZJ-A", 1, 1'198), "skip").front(); };
  EXPECT_THAT(stage.replace("JS-A", 1, 5, 1'198),
              ElementsAre("replaced #1 arrival=1 price=1198 qty=5 remaining=5 reserved=5 "
                          "warning=NONE"));
  EXPECT_THAT(shown(), HasSubstr("qty=4"));
  stage.replace("JS-A", 1, 3, 1'198);
  EXPECT_THAT(shown(), HasSubstr("qty=3"));
  stage.replace("JS-A", 1, 30, 1'198);
  EXPECT_THAT(shown(), HasSubstr("qty=4"));
}

TEST(Iceberg, DisplaysAPartOfItself) {
  Stage stage = scene();
  const NewOrder order = stage.order(Side::sell, "JS-A", 30, 1'198);
  EXPECT_THAT(iceberg(stage, order, 31), ElementsAre("refused O01_QUANTITY limit=30 value=31"));
  EXPECT_THAT(iceberg(stage, order, -1), ElementsAre("refused O01_QUANTITY limit=0 value=-1"));
  EXPECT_THAT(iceberg(stage, order, 30), ElementsAre(StartsWith("accepted #1")));
  EXPECT_THAT(stage.cancel("JS-A", 1), ElementsAre(HasSubstr("remaining=30 released=30")));
}

}  // namespace
}  // namespace emx::model
