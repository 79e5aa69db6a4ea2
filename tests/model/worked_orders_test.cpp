#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/lines_of_kind.hpp"
#include "tests/model/stage.hpp"

// Market-rules 8.6, type by type, on the reference market alone.

namespace emx::model {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
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

template <class Change>
Lines send(Stage& stage, NewOrder order, Change change) {
  change(order);
  return stage.run(order);
}

Lines iceberg(Stage& stage, NewOrder order, std::int64_t display) {
  order.display_quantity = display;
  return stage.run(order);
}

// --- Market ---

TEST(MarketOrder, IsALimitAtTheFarEdgeThatDoesNotRest) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'300);
  NewOrder order = stage.order(Side::buy, "JS-B", 15, 0);
  order.type = OrderType::market;
  order.price_fen = -1;        // means nothing
  order.inexact_price = true;  // nor does this
  const Lines lines = stage.run(order);
  EXPECT_THAT(lines.front(), StartsWith("accepted #2 arrival=2 price=1317 qty=15 "));
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("price=1300 qty=10 ")));
  EXPECT_THAT(lines.back(), StartsWith("cancelled #2 C01_EXPIRED remaining=5"));
  order.side = Side::sell;
  EXPECT_THAT(stage.run(order).front(), StartsWith("accepted #3 arrival=3 price=1079 "));
  stage.phase(Phase::pre_open);
  EXPECT_THAT(stage.run(order), ElementsAre("refused P01_PHASE limit=3 value=2"));
}

TEST(MarketOrder, IsFillOrKillWhenItSaysSo) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'300);
  NewOrder order = stage.order(Side::buy, "JS-B", 15, 0);
  order.type = OrderType::market;
  order.time_in_force = TimeInForce::fok;
  EXPECT_THAT(stage.run(order),
              ElementsAre(StartsWith("accepted #2"), StartsWith("cancelled #2 O09_NOT_FILLABLE")));
}

// --- FOK and minimum ---

TEST(FillOrKill, FillsWholeOrNotAtAll) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.sell("ZJ-A", 10, 1'199);
  const auto fok = [](NewOrder& order) { order.time_in_force = TimeInForce::fok; };
  EXPECT_THAT(send(stage, stage.order(Side::buy, "JS-B", 21, 1'199), fok),
              ElementsAre(StartsWith("accepted #3"),
                          "cancelled #3 O09_NOT_FILLABLE remaining=21 released=126021"));
  EXPECT_THAT(of_kind(send(stage, stage.order(Side::buy, "JS-B", 20, 1'199), fok), "trade"),
              ElementsAre(HasSubstr("sell=#1 price=1198 qty=10 "),
                          HasSubstr("sell=#2 price=1199 qty=10 ")));
}

// What a cap leaves counts, and so does what is hidden.
TEST(FillOrKill, IsJudgedByItsOwnPass) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::zj);
  caps.outflow_cap = 9;
  stage.run(caps);
  const auto fok = [](NewOrder& order) { order.time_in_force = TimeInForce::fok; };
  iceberg(stage, stage.order(Side::sell, "ZJ-A", 10, 1'198), 2);
  EXPECT_THAT(send(stage, stage.order(Side::buy, "JS-B", 10, 1'198), fok),
              ElementsAre(StartsWith("accepted #2"), StartsWith("cancelled #2 O09_NOT_FILLABLE")));
  const Lines lines = send(stage, stage.order(Side::buy, "JS-B", 9, 1'198), fok);
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre(HasSubstr("qty=2 "), HasSubstr("qty=2 "), HasSubstr("qty=2 "),
                          HasSubstr("qty=2 "), HasSubstr("qty=1 ")));
}

TEST(MinimumQuantity, IsMetOrNothingTrades) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  const auto at_least = [](std::int64_t lots) {
    return [lots](NewOrder& order) {
      order.time_in_force = TimeInForce::ioc;
      order.min_quantity = lots;
    };
  };
  const NewOrder order = stage.order(Side::buy, "JS-B", 20, 1'198);
  EXPECT_THAT(send(stage, order, at_least(11)),
              ElementsAre(StartsWith("accepted #2"), StartsWith("cancelled #2 O09_NOT_FILLABLE")));
  const Lines lines = send(stage, order, at_least(10));
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("qty=10 ")));
  EXPECT_THAT(lines.back(), StartsWith("cancelled #3 C01_EXPIRED remaining=10"));
  EXPECT_THAT(send(stage, order, at_least(21)),
              ElementsAre("refused O01_QUANTITY limit=20 value=21"));
  EXPECT_THAT(send(stage, order, at_least(-1)),
              ElementsAre("refused O01_QUANTITY limit=0 value=-1"));
}

TEST(MinimumQuantity, IsOfImmediateOrdersOnly) {
  Stage stage = scene();
  for (const TimeInForce time :
       {TimeInForce::day, TimeInForce::gtc, TimeInForce::gtd, TimeInForce::fok}) {
    NewOrder order = stage.order(Side::buy, "JS-B", 20, 1'198);
    order.time_in_force = time;
    order.expire_date = {2026, 6, 18};
    order.min_quantity = 1;
    EXPECT_THAT(stage.run(order), ElementsAre("refused O01_QUANTITY limit=0 value=1"));
  }
}

// --- Post-only ---

TEST(PostOnly, IsRefusedAgainstAPairThatMayTradeOnly) {
  Stage stage = scene();
  const auto post_only = [](NewOrder& order) { order.post_only = true; };
  stage.sell("JS-A", 10, 1'198);
  EXPECT_THAT(send(stage, stage.order(Side::buy, "JS-B", 5, 1'198), post_only),
              ElementsAre("refused O10_POST_ONLY limit=1198000 value=1198000"));
  EXPECT_THAT(send(stage, stage.order(Side::buy, "JS-B", 5, 1'197), post_only),
              ElementsAre(StartsWith("accepted #2")));
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  EXPECT_THAT(send(stage, stage.order(Side::buy, "ZJ-A", 5, 1'198), post_only),
              ElementsAre(StartsWith("accepted #3"),
                          "skip #3 class=JS/-/0 code=E07_LINK price=1198 qty=10"));
  // Later it trades as any order does.
  EXPECT_THAT(
      of_kind(stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, true}), "trade"),
      ElementsAre(HasSubstr("buy=#3 sell=#1 price=1198 qty=5 ")));
}

TEST(PostOnly, IsTestedAgainWhenItLosesPriority) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'199);
  send(stage, stage.order(Side::buy, "JS-B", 5, 1'198), [](NewOrder& o) { o.post_only = true; });
  EXPECT_THAT(stage.replace("JS-B", 2, 5, 1'200),
              ElementsAre("refused O10_POST_ONLY limit=1199000 value=1200000"));
  EXPECT_THAT(stage.replace("JS-B", 2, 4, 1'198), ElementsAre(HasSubstr("#2 arrival=2 ")));
  EXPECT_THAT(stage.replace("JS-B", 2, 6, 1'198), ElementsAre(HasSubstr("#2 arrival=3 ")));
  stage.phase(Phase::pre_open);
  EXPECT_THAT(stage.replace("JS-B", 2, 6, 1'199), ElementsAre(HasSubstr("#2 arrival=4 ")));
}

// --- LOCAL_ONLY, MAX_RATIO, headroom ---

TEST(LocalOnly, KeepsToItsProvinceOnEitherSide) {
  Stage stage = scene();
  const auto local = [](NewOrder& order) { order.local_only = true; };
  send(stage, stage.order(Side::sell, "JS-A", 10, 1'190), local);
  stage.sell("ZJ-K", 10, 1'191);
  EXPECT_THAT(of_kind(stage.buy("ZJ-A", 12, 1'198), "skip"),
              ElementsAre("skip #3 class=JS/-/1 code=X01_LOCAL_ONLY price=1190 qty=10"));
  const Lines lines = send(stage, stage.order(Side::sell, "JS-C", 5, 1'198), local);
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #4 class=ZJ/-/0 code=X01_LOCAL_ONLY price=1198 qty=2"));
  EXPECT_THAT(
      of_kind(stage.buy("JS-B", 12, 1'198), "trade"),
      ElementsAre(HasSubstr("sell=#1 price=1190 qty=10 "), HasSubstr("sell=#4 price=1198 qty=2 ")));
}

TEST(LocalOnly, IsAClassOfItsZone) {
  Stage stage = scene();
  stage.run(SetZone{Province::js, "plain", "TAIHU", {Pollutant::voc}, false});
  const auto local = [](NewOrder& order) { order.local_only = true; };
  send(stage, stage.order(Side::sell, "JS-A", 10, 1'190), local);
  stage.sell("JS-C", 10, 1'190);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  EXPECT_THAT(of_kind(stage.buy("ZJ-A", 12, 1'198), "skip"),
              ElementsAre("skip #3 class=JS/plain/0 code=E07_LINK price=1190 qty=10",
                          "skip #3 class=JS/plain/1 code=E07_LINK price=1190 qty=10"));
}

TEST(LocalOnly, NeedsNoHeadroom) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 0;
  stage.run(caps);
  NewOrder order = stage.order(Side::buy, "ZJ-A", 5, 1'198);
  EXPECT_THAT(stage.run(order).front(), HasSubstr("warning=Q01_NET_INFLOW"));
  order.refuse_if_no_headroom = true;
  EXPECT_THAT(stage.run(order), ElementsAre("refused Q01_NET_INFLOW limit=0 value=5"));
  order.local_only = true;
  EXPECT_THAT(stage.run(order).front(), HasSubstr("warning=NONE"));
}

TEST(MaxRatio, PassesOverDearerReplacement) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  NewOrder order = stage.order(Side::buy, "ZJ-K", 6, 1'198);
  order.max_ratio = {4, 3};
  EXPECT_THAT(of_kind(stage.run(order), "skip"),
              ElementsAre("skip #2 class=JS/-/0 code=X02_MAX_RATIO price=1198 qty=10"));
  order.max_ratio = {6, 4};
  EXPECT_THAT(stage.run(order), Contains(HasSubstr("qty=6 credited=4 retired=2 ratio=3/2")));
  // The zone loses its mark: ratio 1 is within 4/3.
  EXPECT_THAT(stage.run(SetZone{Province::zj, "key", "TAIHU", {}, false}),
              Contains(HasSubstr("buy=#2 sell=#1 price=1198 qty=4 credited=4 ")));
  order.max_ratio = {0, 3};
  EXPECT_THAT(stage.run(order), ElementsAre("refused O01_QUANTITY limit=1 value=0"));
  order.max_ratio = {3, 0};
  EXPECT_THAT(stage.run(order), ElementsAre("refused O01_QUANTITY limit=1 value=0"));
}

// A sell may name one; it does not look at it.
TEST(MaxRatio, IsTheBuyers) {
  Stage stage = scene();
  NewOrder order = stage.order(Side::sell, "JS-A", 6, 1'198);
  order.max_ratio = {1, 1};
  stage.run(order);
  EXPECT_THAT(stage.buy("ZJ-K", 6, 1'198), Contains(HasSubstr("ratio=3/2")));
}

// --- Admission ---

TEST(Admission, TestsPostOnlyThenHeadroomThenFunds) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::js);
  caps.inflow_cap = 0;
  stage.run(caps);
  stage.sell("JS-A", 5, 1'198);
  SetFacility poor;
  poor.facility = poor.firm = "JS-P";
  poor.province = Province::js;
  poor.zone = "plain";
  poor.pollutants = {Pollutant::voc};
  stage.run(SetFirm{"JS-P", ""});
  stage.run(poor);
  NewOrder order = stage.order(Side::buy, "JS-P", 5, 1'198);
  order.post_only = true;
  order.refuse_if_no_headroom = true;
  EXPECT_THAT(stage.run(order), ElementsAre("refused D01_DEMAND"));
  stage.run(SetDemand{"JS-P", Pollutant::voc, 10});
  EXPECT_THAT(stage.run(order), ElementsAre("refused O10_POST_ONLY limit=1198000 value=1198000"));
  order.price_fen -= 1'000;
  EXPECT_THAT(stage.run(order), ElementsAre("refused Q01_NET_INFLOW limit=0 value=5"));
  order.refuse_if_no_headroom = false;
  EXPECT_THAT(stage.run(order), ElementsAre("refused L01_CASH limit=0 value=29955"));
}

TEST(Admission, OutsideContinuousTradingOnlyWhatCanRest) {
  // With the numbers of ledger/FORMAT.md: 3 is continuous.
  const auto refusal = [](int phase) {
    return "refused P01_PHASE limit=3 value=" + std::to_string(phase);
  };
  for (const auto& [phase, number] :
       {std::pair{Phase::pre_open, 2}, std::pair{Phase::opening_call, 6},
        std::pair{Phase::closing_call, 7}, std::pair{Phase::volatility, 8}}) {
    Stage stage = scene();
    stage.phase(phase);
    const NewOrder plain = stage.order(Side::buy, "JS-B", 5, 1'198);
    for (const TimeInForce time : {TimeInForce::ioc, TimeInForce::fok}) {
      EXPECT_THAT(send(stage, plain, [time](NewOrder& o) { o.time_in_force = time; }),
                  ElementsAre(refusal(number)));
    }
    EXPECT_THAT(send(stage, plain, [](NewOrder& o) { o.min_quantity = 1; }),
                ElementsAre(refusal(number)));
    EXPECT_THAT(send(stage, plain, [](NewOrder& o) { o.post_only = true; }),
                ElementsAre(refusal(number)));
    EXPECT_THAT(stage.run(plain), Not(Contains(StartsWith("refused"))));
  }
  for (const auto& [phase, number] :
       {std::pair{Phase::pause, 4}, std::pair{Phase::halt, 5}, std::pair{Phase::closed, 1}}) {
    Stage stage = scene();
    stage.phase(phase);
    EXPECT_THAT(stage.buy("JS-B", 5, 1'198), ElementsAre(refusal(number)));
  }
}

}  // namespace
}  // namespace emx::model
