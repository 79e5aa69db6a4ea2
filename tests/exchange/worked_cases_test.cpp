#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// The table of market-rules 14, row by row; demand is ample unless said.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WorkedCases : public ::testing::Test {
 protected:
  WorkedCases() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("JS", Province::js);
    floor.add("ZJ", Province::zj);
    floor.add("AH", Province::ah);
  }
  Floor floor;
};

// "inflow cap ZJ used up by an earlier fill; a ZJ bid locked over a JS ask; the authority raises
// the cap by 800": 800 trade at once, at the older order's price.
TEST_F(WorkedCases, ARaisedCapLetsALockedPairTrade) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 1'000;
  floor.quota(caps);
  floor.sell("SH", 1'000, 12'000_cny);
  EXPECT_EQ(floor.buy("ZJ", 1'000, 12'000_cny).sold(), 1'000);
  const OrderId bid = floor.buy("ZJ", 2'000, 12'100_cny).id();
  EXPECT_THAT(floor.sell("JS", 2'000, 12'000_cny).trades, IsEmpty());
  caps.inflow_cap_kg += 800;
  const Outcome raised = floor.quota(caps);
  ASSERT_EQ(raised.trades.size(), 1U);
  EXPECT_EQ(raised.trades[0].quantity_lots, 800);
  EXPECT_EQ(raised.trades[0].buy_order_id, bid.value);
  EXPECT_EQ(raised.trades[0].price_ticks, 1'210);
  EXPECT_EQ(static_cast<Code>(raised.trades[0].code), Code::q01_net_inflow);
}

// "outflow cap SH 5,000; SH asks 8,000; AH buys 4,000, then ZJ 4,000": 4,000; then 1,000 (Q02), one
// SKIP; 3,000 of the bid rests.
TEST_F(WorkedCases, AnOutflowCapIsReached) {
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.outflow_cap_kg = 5'000;
  floor.quota(caps);
  floor.sell("SH", 8'000, 12'000_cny);
  const Outcome first = floor.buy("AH", 4'000, 12'000_cny);
  EXPECT_EQ(first.sold(), 4'000);
  EXPECT_EQ(first.trades.at(0).code, 0);
  EXPECT_THAT(first.skips, IsEmpty());
  const Outcome second = floor.buy("ZJ", 4'000, 12'000_cny);
  ASSERT_EQ(second.trades.size(), 1U);
  EXPECT_EQ(second.trades[0].quantity_lots, 1'000);
  EXPECT_EQ(static_cast<Code>(second.trades[0].code), Code::q02_net_outflow);
  EXPECT_EQ(second.trades[0].buy_remaining_lots, 3'000);
  ASSERT_THAT(second.skip_codes(), ElementsAre(Code::q02_net_outflow));
  EXPECT_EQ(second.skips[0].quantity_lots, 3'000);
  EXPECT_EQ(floor.cancel("ZJ", second.id()).cancelled.at(0).remaining_lots, 3'000);
}

// "approved demand 1,000, key zone (r = 3/2), bid 4,000 against ask 5,000": sold 1,500, credited
// 1,000, the remaining 2,500 of the bid cancelled D01.
TEST_F(WorkedCases, ApprovedDemandIsUsedUp) {
  floor.add("KEY", Province::zj, "key");
  floor.demand("KEY", 1'000);
  floor.sell("SH", 5'000, 12'000_cny);
  const Outcome bid = floor.buy("KEY", 4'000, 12'000_cny);
  ASSERT_EQ(bid.trades.size(), 1U);
  EXPECT_EQ(bid.trades[0].quantity_lots, 1'500);
  EXPECT_EQ(bid.trades[0].credited_lots, 1'000);
  EXPECT_EQ(static_cast<Code>(bid.trades[0].code), Code::d01_demand);
  ASSERT_THAT(bid.cancel_codes(), ElementsAre(Code::d01_demand));
  EXPECT_EQ(bid.cancelled[0].remaining_lots, 2'500);
  EXPECT_THAT(bid.skips, IsEmpty());
  EXPECT_EQ(bid.demands.at(0).approved_kg, 1'000);
  EXPECT_EQ(bid.demands.at(0).credited_kg, 1'000);
}

// "the four real deals of June 2024": net SH -4,257, JS -5,000, ZJ +13,000, AH -3,743; sum 0.
TEST_F(WorkedCases, TheFourDealsOfJune2024) {
  const auto deal = [this](std::string_view buyer, std::string_view seller, std::int64_t kg) {
    floor.sell(seller, kg, 12'000_cny);
    return floor.buy(buyer, kg, 12'000_cny);
  };
  deal("ZJ", "SH", 4'000);
  const std::int64_t sh = deal("AH", "SH", 257).quotas.at(1).net_kg;
  const std::int64_t js = deal("ZJ", "JS", 5'000).quotas.at(1).net_kg;
  const Outcome last = deal("ZJ", "AH", 4'000);
  EXPECT_EQ(sh, -4'257);
  EXPECT_EQ(js, -5'000);
  EXPECT_EQ(last.quotas.at(0).net_kg, 13'000);
  EXPECT_EQ(last.quotas.at(1).net_kg, -3'743);
  EXPECT_EQ(sh + js + last.quotas.at(0).net_kg + last.quotas.at(1).net_kg, 0);
}

// "gross 9,500 of 10,000 used, r = 1, order 1,000": fills 500, Q03.
TEST_F(WorkedCases, AGrossCapIsReached) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.gross_cap_kg = 10'000;
  floor.quota(caps);
  floor.sell("SH", 9'500, 12'000_cny);
  EXPECT_EQ(floor.buy("ZJ", 9'500, 12'000_cny).quotas.at(0).gross_kg, 9'500);
  floor.sell("SH", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 1'000, 12'000_cny);
  EXPECT_EQ(outcome.sold(), 500);
  EXPECT_EQ(static_cast<Code>(outcome.trades.at(0).code), Code::q03_gross);
}

// "a far-priced bid for the whole inflow cap, then a pair at the market": the pair trades.
TEST_F(WorkedCases, AFarPricedBidHoldsNoQuota) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 5'000;
  floor.quota(caps);
  floor.buy("ZJ", 5'000, 10'790_cny);
  floor.add("ZJ-2", Province::zj);
  floor.sell("SH", 5'000, 12'000_cny);
  EXPECT_EQ(floor.buy("ZJ-2", 5'000, 12'000_cny).sold(), 5'000);
}

}  // namespace
}  // namespace emx::engine::testing
