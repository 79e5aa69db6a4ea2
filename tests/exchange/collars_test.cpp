#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 9: a fill beyond the collar is not made, and its book goes to volatility.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view collared = "VOC.AIR.YRD.IND.2731";

// A second VOC book with a collar of 3 % around 11,980 CNY: 11,620.60 to 12,339.40, so 1,163 to
// 1,233 ticks.
class Collars : public ::testing::Test {
 protected:
  Collars() {
    floor.open_market();
    floor.add("S", Province::sh);
    floor.add("T", Province::sh);
    floor.add("B", Province::sh);
    floor.add("ZJ", Province::zj);
    floor.book({.symbol = collared, .last_year = 2031, .collar_pct = 3});
    floor.reference(collared, 11'980_cny);
    for (const char* who : {"S", "T"}) floor.issue(who, ample, collared);
    floor.phase(Phase::continuous, collared);
  }
  Outcome sell(std::string_view who, std::int64_t lots, Fen price) {
    return floor.sell(who, lots, price, {.symbol = collared});
  }
  Outcome buy(std::string_view who, std::int64_t lots, Fen price, OrderTerms terms = {}) {
    terms.symbol = collared;
    return floor.buy(who, lots, price, terms);
  }

  Floor floor;
};

TEST_F(Collars, AFillAtTheEdgeIsMadeAndOneTickBeyondIsNot) {
  sell("S", 5, 12'330_cny);
  EXPECT_EQ(buy("B", 5, 12'400_cny).sold(), 5);
  floor.phase(Phase::closed);
  floor.day(date_of(2026, 6, 19));
  floor.phase(Phase::continuous);
  const OrderId ask = sell("S", 5, 12'340_cny).id();
  const Outcome bid = buy("B", 7, 12'400_cny);
  EXPECT_THAT(bid.trades, IsEmpty());
  ASSERT_EQ(bid.collars.size(), 1U);
  EXPECT_EQ(bid.collars[0].price_ticks, 1'234);
  EXPECT_EQ(bid.collars[0].lower_ticks, 1'163);
  EXPECT_EQ(bid.collars[0].upper_ticks, 1'233);
  // Both rest, and trade when the call ends.
  EXPECT_THAT(buy("B", 1, 12'400_cny, ioc).refused, Code::p01_phase);
  const Outcome end = floor.phase(Phase::continuous, collared);
  ASSERT_EQ(end.uncrossed.size(), 1U);
  EXPECT_EQ(end.sold(), 5);
  EXPECT_EQ(floor.cancel("S", ask).refused, Code::d04_too_late);
}

TEST_F(Collars, MovesWithTheLastTrade) {
  sell("S", 1, 12'330_cny);
  sell("S", 1, 12'690_cny);  // 3 % above 12,330: 12,699.90
  sell("S", 1, 13'080_cny);  // 13,070.70 above 12,690
  const Outcome sweep = buy("B", 3, 13'100_cny);
  EXPECT_EQ(sweep.sold(), 2);
  ASSERT_EQ(sweep.collars.size(), 1U);
  EXPECT_EQ(sweep.collars[0].price_ticks, 1'308);
  EXPECT_EQ(sweep.collars[0].upper_ticks, 1'307);
}

TEST_F(Collars, TheRestOfAnImmediateOrderIsCancelled) {
  sell("S", 1, 12'000_cny);
  sell("S", 1, 12'400_cny);
  const Outcome taker = buy("B", 2, 12'500_cny, ioc);
  EXPECT_EQ(taker.sold(), 1);
  EXPECT_EQ(taker.collars.size(), 1U);
  EXPECT_THAT(taker.cancel_codes(), ElementsAre(Code::c01_expired));
}

TEST_F(Collars, FillOrKillAndPostOnlyCountWhatTheCollarLetsThrough) {
  sell("S", 1, 12'000_cny);
  sell("S", 1, 12'400_cny);  // beyond 12,360 after a trade at 12,000
  const Outcome all = buy("B", 2, 12'500_cny, {.time_in_force = TimeInForce::fok});
  EXPECT_THAT(all.cancel_codes(), ElementsAre(Code::o09_not_fillable));
  EXPECT_THAT(all.collars, IsEmpty());
  EXPECT_EQ(buy("B", 1, 12'500_cny, {.instructions = order_post_only}).refused,
            Code::o10_post_only);
  EXPECT_EQ(buy("B", 1, 12'500_cny, {.time_in_force = TimeInForce::fok}).sold(), 1);
  const Outcome passive = buy("B", 1, 12'500_cny, {.instructions = order_post_only});
  EXPECT_EQ(passive.refused, Code::none);
  EXPECT_EQ(passive.collars.size(), 1U);
}

TEST_F(Collars, WhatRanksAheadOfTheFillNotMadeWasPassedOver) {
  floor.link(Province::zj, Province::sh, false);
  floor.issue("ZJ", 100, collared);
  sell("ZJ", 3, 12'350_cny);  // E07, ahead
  sell("S", 4, 12'400_cny);
  sell("ZJ", 5, 12'450_cny);  // E07, behind: not at the best price, and not reached
  const Outcome bid = buy("B", 1, 12'500_cny);
  ASSERT_EQ(bid.skips.size(), 1U);
  EXPECT_EQ(bid.skips[0].price_ticks, 1'235);
  EXPECT_EQ(bid.skips[0].quantity_lots, 3);
  EXPECT_EQ(bid.collars.size(), 1U);
}

TEST_F(Collars, AFixpointLeavesTheBookOut) {
  SetQuotaCommand closed = Floor::caps(Province::zj);
  closed.inflow_cap_kg = 0;
  floor.quota(closed);
  sell("S", 5, 12'400_cny);
  EXPECT_THAT(buy("ZJ", 5, 12'500_cny).collars, IsEmpty());  // Q01: nothing to fill
  floor.sell("S", 2, 11'980_cny);
  floor.buy("ZJ", 2, 11'980_cny);
  const Outcome opened = floor.quota(Floor::caps(Province::zj));
  EXPECT_EQ(opened.sold(), 2);  // in the other book
  ASSERT_EQ(opened.collars.size(), 1U);
  EXPECT_EQ(opened.collars[0].price_ticks, 1'240);
  EXPECT_EQ(floor.phase(Phase::continuous, collared).sold(), 5);
}

TEST_F(Collars, StartAnewFromTheReferenceWithTheDay) {
  sell("S", 1, 12'330_cny);
  buy("B", 1, 12'330_cny);
  floor.phase(Phase::closed);
  floor.day(date_of(2026, 6, 19));
  floor.phase(Phase::continuous);
  sell("S", 1, 12'340_cny);
  EXPECT_EQ(buy("B", 1, 12'340_cny).collars.size(), 1U);
}

TEST_F(Collars, AreAtMostNinetyNinePercent) {
  EXPECT_EQ(floor.book({.symbol = "X", .collar_pct = 100}).refused, Code::o01_quantity);
  EXPECT_EQ(floor.book({.symbol = "X", .collar_pct = 99}).refused, Code::none);
}

}  // namespace
}  // namespace emx::engine::testing
