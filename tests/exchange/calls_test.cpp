#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 9: calls, their price by the four rules, and what they respect.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;

class Calls : public ::testing::Test {
 protected:
  Calls() {
    floor.open_market();
    floor.add("B", Province::zj);
    floor.add("S", Province::sh);
    floor.phase(Phase::opening_call);
  }
  Outcome indicative(std::string_view symbol = voc) {
    IndicativeCommand command{};
    command.symbol = Symbol{symbol};
    return floor.apply(CommandKind::indicative, command);
  }
  Outcome end() { return floor.phase(Phase::continuous); }

  Floor floor;
};

TEST_F(Calls, TradeAtThePriceOfMostVolume) {
  floor.buy("B", 10, 12'100_cny);
  floor.buy("B", 10, 12'000_cny);
  floor.sell("S", 15, 11'900_cny);
  floor.sell("S", 10, 12'000_cny);
  EXPECT_EQ(indicative().indicative.at(0).price_ticks, 1'200);
  const Outcome done = end();
  ASSERT_EQ(done.uncrossed.size(), 1U);
  EXPECT_EQ(done.uncrossed[0].price_ticks, 1'200);
  EXPECT_EQ(done.uncrossed[0].quantity_lots, 20);
  EXPECT_EQ(done.sold(), 20);
  for (const TradeEvent& trade : done.trades) {
    EXPECT_EQ(trade.price_ticks, 1'200);
    EXPECT_EQ(trade.aggressor, 0);
  }
}

// 10 lots trade at 11,900 and at 12,000 alike; at 12,000 nothing is left over.
TEST_F(Calls, ThenAtTheLeastImbalance) {
  floor.buy("B", 10, 12'000_cny);
  floor.buy("B", 5, 11'900_cny);
  floor.sell("S", 10, 11'900_cny);
  EXPECT_EQ(end().uncrossed.at(0).price_ticks, 1'200);
}

// Reference 11,980: of 11,900 and 12,000 the second is nearer.
TEST_F(Calls, ThenNearestTheReference) {
  floor.buy("B", 10, 12'000_cny);
  floor.sell("S", 10, 11'900_cny);
  EXPECT_EQ(end().uncrossed.at(0).price_ticks, 1'200);
}

TEST_F(Calls, ThenAtTheHigher) {
  floor.buy("B", 10, 12'000_cny);
  floor.sell("S", 10, 11'960_cny);
  EXPECT_EQ(end().uncrossed.at(0).price_ticks, 1'200);
}

TEST_F(Calls, HaveNoPriceWhereNothingCrosses) {
  floor.buy("B", 10, 11'900_cny);
  floor.sell("S", 10, 12'000_cny);
  const Outcome now = indicative();
  EXPECT_EQ(now.indicative.at(0).quantity_lots, 0);
  EXPECT_EQ(now.indicative.at(0).price_ticks, 0);
  const Outcome done = end();
  EXPECT_TRUE(done.uncrossed.empty());
  EXPECT_TRUE(done.trades.empty());
}

TEST_F(Calls, RespectLinksAndCaps) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 7;
  floor.quota(caps);
  floor.add("J", Province::js);
  floor.link(Province::js, Province::zj, false);
  floor.buy("B", 20, 12'000_cny);
  floor.sell("J", 20, 11'800_cny);
  floor.sell("S", 20, 11'900_cny);
  const Outcome done = end();
  EXPECT_EQ(done.uncrossed.at(0).quantity_lots, 7);
  ASSERT_EQ(done.trades.size(), 1U);
  EXPECT_EQ(done.trades[0].sell_facility, floor.id_of("S"));
  EXPECT_EQ(static_cast<Code>(done.trades[0].code), Code::q01_net_inflow);
}

TEST_F(Calls, TradeHiddenPartsAndKeepTheirPlace) {
  floor.sell("S", 30, 12'000_cny, {.display = 10});
  floor.add("S2", Province::js);
  const OrderId second = floor.sell("S2", 10, 12'000_cny).id();
  floor.buy("B", 25, 12'000_cny);
  EXPECT_EQ(end().sold(), 25);
  const Outcome next = floor.buy("B", 6, 12'000_cny);  // five show at the old place
  ASSERT_EQ(next.trades.size(), 2U);
  EXPECT_EQ(next.trades[0].quantity_lots, 5);
  EXPECT_EQ(next.trades[1].sell_order_id, second.value);
}

TEST_F(Calls, TakeOnlyWhatCanRest) {
  const auto refused = [&](const OrderTerms& terms) {
    return floor.buy("B", 1, 12'000_cny, terms).refused;
  };
  EXPECT_EQ(refused({.time_in_force = TimeInForce::ioc}), Code::p01_phase);
  EXPECT_EQ(refused({.time_in_force = TimeInForce::fok}), Code::p01_phase);
  EXPECT_EQ(refused({.type = OrderType::market}), Code::p01_phase);
  EXPECT_EQ(refused({.instructions = order_post_only}), Code::p01_phase);
  EXPECT_EQ(refused({.time_in_force = TimeInForce::gtc}), Code::none);
}

TEST_F(Calls, GoOnIntoAnotherCallAndEndWithoutAPriceInAHalt) {
  floor.buy("B", 10, 12'000_cny);
  floor.sell("S", 10, 12'000_cny);
  EXPECT_TRUE(floor.phase(Phase::volatility).trades.empty());
  EXPECT_TRUE(floor.phase(Phase::halt).trades.empty());
  EXPECT_TRUE(floor.phase(Phase::pre_open).uncrossed.empty());
}

TEST_F(Calls, AtTheCloseTradeBeforeTheDayEnds) {
  floor.buy("B", 10, 12'000_cny);
  floor.sell("S", 4, 12'000_cny);
  floor.phase(Phase::closing_call);
  const Outcome close = floor.phase(Phase::closed);
  EXPECT_EQ(close.sold(), 4);
  EXPECT_THAT(close.cancel_codes(), ElementsAre(Code::c01_expired));
  EXPECT_EQ(close.cancelled.at(0).remaining_lots, 6);
}

TEST_F(Calls, AreAskedForAtMostOnceASecond) {
  EXPECT_EQ(indicative("NOWHERE").refused, Code::p03_unknown_symbol);
  EXPECT_EQ(indicative().refused, Code::none);
  EXPECT_EQ(indicative().refused, Code::o04_rate);  // the floor's clock ticks in nanoseconds
  end();
  EXPECT_EQ(indicative().refused, Code::p01_phase);
}

// 2,000 pairs of one lot: more than an entry may hold.
TEST(CallsThatAreCut, GoOnAtTheSamePrice) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.orders_max = 1U << 12;
  Floor floor{genesis};
  floor.verifies = false;
  floor.open_market();
  floor.add("B", Province::zj);
  floor.add("S", Province::sh);
  floor.phase(Phase::opening_call);
  for (int i = 0; i < 2'000; ++i) {
    floor.buy("B", 1, 12'000_cny);
    floor.sell("S", 1, 11'900_cny);
  }
  const Outcome done = floor.phase(Phase::continuous);
  EXPECT_GT(done.entries.size(), 4U);
  EXPECT_EQ(done.uncrossed.size(), 1U);
  EXPECT_EQ(done.sold(), 2'000);
  for (const TradeEvent& trade : done.trades) ASSERT_EQ(trade.price_ticks, 1'200);
  EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
}

}  // namespace
}  // namespace emx::engine::testing
