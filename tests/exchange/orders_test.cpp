#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 8: matching, cancels and replaces.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Orders : public ::testing::Test {
 protected:
  Orders() {
    floor.open_market();
    floor.add("A", Province::sh);
    floor.add("B", Province::sh);
    floor.add("C", Province::sh);
  }
  static std::vector<std::uint64_t> sellers(const Outcome& outcome) {
    std::vector<std::uint64_t> list;
    for (const auto& trade : outcome.trades) list.push_back(trade.sell_order_id);
    return list;
  }
  Floor floor;
};

TEST_F(Orders, TradeByPriceThenTimeAtTheOlderPrice) {
  const OrderId late = floor.sell("A", 10, 12'000_cny).id();
  const OrderId cheap = floor.sell("B", 10, 11'900_cny).id();
  const OrderId later = floor.sell("A", 10, 12'000_cny).id();
  const Outcome bid = floor.buy("C", 25, 12'100_cny);
  EXPECT_THAT(sellers(bid), ElementsAre(cheap.value, late.value, later.value));
  EXPECT_EQ(bid.trades[0].price_ticks, 1'190);
  EXPECT_EQ(bid.trades[1].price_ticks, 1'200);
  EXPECT_EQ(bid.trades[2].quantity_lots, 5);
  EXPECT_EQ(bid.trades[2].sell_remaining_lots, 5);
  EXPECT_EQ(bid.trades[2].buy_remaining_lots, 0);
  EXPECT_EQ(bid.trades[0].aggressor, static_cast<std::uint8_t>(Side::buy));
}

TEST_F(Orders, ATakerGoesOnPastAPartialFill) {
  floor.link(Province::js, Province::sh, false);
  floor.add("JS", Province::js);
  const OrderId passed_over = floor.sell("JS", 10, 11'800_cny).id();
  floor.sell("A", 10, 11'900_cny);
  const Outcome bid = floor.buy("C", 15, 12'000_cny);
  EXPECT_EQ(bid.sold(), 10);
  ASSERT_THAT(bid.skip_codes(), ElementsAre(Code::e07_link));
  EXPECT_EQ(bid.skips[0].order_id, bid.id().value);
  EXPECT_EQ(bid.skips[0].price_ticks, 1'180);
  EXPECT_EQ(floor.cancel("JS", passed_over).refused, Code::none);
}

TEST_F(Orders, ASkipBehindTheLastFillOfAFilledTakerIsNotWritten) {
  floor.link(Province::js, Province::sh, false);
  floor.add("JS", Province::js);
  floor.sell("A", 10, 11'900_cny);
  floor.sell("JS", 10, 11'950_cny);
  EXPECT_THAT(floor.buy("C", 10, 12'000_cny).skips, IsEmpty());
}

TEST_F(Orders, CountArrivalsAndTradesFromOne) {
  const Outcome ask = floor.sell("A", 10, 12'000_cny);
  EXPECT_EQ(ask.accepted->arrival, 1U);
  const Outcome bid = floor.buy("C", 10, 12'000_cny);
  EXPECT_EQ(bid.accepted->arrival, 2U);
  EXPECT_EQ(bid.trades.at(0).trade_no, 1U);
}

TEST_F(Orders, ACancelReleasesWhatWasReserved) {
  const Outcome bid = floor.buy("A", 4'000, 12'000_cny);
  EXPECT_EQ(bid.accepted->reserved_amount, 24'024'000);
  const Outcome gone = floor.cancel("A", bid.id());
  ASSERT_THAT(gone.cancel_codes(), ElementsAre(Code::c03_requested));
  EXPECT_EQ(gone.cancelled[0].released_amount, 24'024'000);
  EXPECT_EQ(gone.cancelled[0].remaining_lots, 4'000);
}

// D03: the id was never given, or is another firm's; D04: it was, and the order is at its end.
TEST_F(Orders, CancelsAndReplacesNameAnOrderOfTheirFirm) {
  const OrderId ask = floor.sell("A", 10, 12'000_cny).id();
  const OrderId never{ask.value + 1};
  for (const OrderId unknown : {OrderId{0}, never, OrderId{~std::uint64_t{0}}}) {
    EXPECT_EQ(floor.cancel("A", unknown).refused, Code::d03_unknown_order);
    EXPECT_EQ(floor.replace("A", unknown, 9, 12'000_cny).refused, Code::d03_unknown_order);
  }
  EXPECT_EQ(floor.cancel("B", ask).refused, Code::d03_unknown_order);
  EXPECT_EQ(floor.replace("B", ask, 9, 12'000_cny).refused, Code::d03_unknown_order);
  EXPECT_EQ(floor.buy("C", 10, 12'000_cny).sold(), 10);
  EXPECT_EQ(floor.cancel("A", ask).refused, Code::d04_too_late);  // filled
  EXPECT_EQ(floor.replace("A", ask, 9, 12'000_cny).refused, Code::d04_too_late);
  const OrderId bid = floor.buy("C", 10, 11'000_cny).id();
  floor.cancel("C", bid);
  EXPECT_EQ(floor.cancel("C", bid).refused, Code::d04_too_late);  // cancelled
  const OrderId in_its_slot = floor.buy("C", 10, 11'000_cny).id();
  EXPECT_EQ(static_cast<std::uint32_t>(in_its_slot.value), static_cast<std::uint32_t>(bid.value));
  EXPECT_EQ(floor.cancel("C", bid).refused, Code::d04_too_late);  // the slot's new order lives on
  EXPECT_EQ(floor.cancel("C", in_its_slot).refused, Code::none);
}

TEST_F(Orders, AReplaceThatLowersTheQuantityKeepsPriority) {
  const OrderId first = floor.sell("A", 10, 12'000_cny).id();
  floor.sell("B", 10, 12'000_cny);
  const Outcome lower = floor.replace("A", first, 6, 12'000_cny);
  EXPECT_EQ(lower.replaced->arrival, 1U);
  EXPECT_EQ(lower.replaced->remaining_lots, 6);
  EXPECT_EQ(lower.replaced->reserved_amount, 6);
  EXPECT_THAT(sellers(floor.buy("C", 6, 12'000_cny)), ElementsAre(first.value));
}

TEST_F(Orders, AnyOtherReplaceLosesPriority) {
  for (const auto& [lots, price] : {std::pair{10, 12'000_cny},     // that changes nothing
                                    std::pair{11, 12'000_cny},     // more
                                    std::pair{10, 12'010_cny}}) {  // another price
    const OrderId first = floor.sell("A", 10, 12'000_cny).id();
    const OrderId second = floor.sell("B", 10, price).id();
    const Outcome replaced = floor.replace("A", first, lots, price);
    EXPECT_GT(replaced.replaced->arrival, 2U);
    EXPECT_THAT(sellers(floor.buy("C", 10, price)), ElementsAre(second.value));
    floor.cancel("A", first);
  }
}

TEST_F(Orders, AReplaceCountsTheFilledPart) {
  const OrderId ask = floor.sell("A", 10, 12'000_cny).id();
  EXPECT_EQ(floor.buy("C", 4, 12'000_cny).sold(), 4);
  const Outcome not_above = floor.replace("A", ask, 4, 12'000_cny);
  EXPECT_EQ(not_above.refused, Code::o01_quantity);
  EXPECT_EQ(not_above.limit, 5);
  const Outcome just_above = floor.replace("A", ask, 5, 12'000_cny);
  EXPECT_EQ(just_above.replaced->remaining_lots, 1);
  EXPECT_EQ(just_above.replaced->quantity_lots, 5);
}

TEST_F(Orders, AReplaceIsANewPass) {
  floor.sell("A", 10, 12'000_cny);
  const OrderId bid = floor.buy("C", 10, 11'900_cny).id();
  const Outcome up = floor.replace("C", bid, 10, 12'000_cny);
  ASSERT_EQ(up.trades.size(), 1U);
  EXPECT_EQ(up.trades[0].aggressor, static_cast<std::uint8_t>(Side::buy));
  EXPECT_EQ(up.trades[0].price_ticks, 1'200);
}

// The new reservation less the old is held against what is available; refused, the old order
// stands untouched.
TEST_F(Orders, AReplaceIsTestedForTheDifference) {
  floor.facility({.name = "POOR"});
  floor.demand("POOR", ample);
  floor.deposit("POOR", 24'024'000_fen);  // 4,000 at 12,000 and the fee
  const OrderId bid = floor.buy("POOR", 3'999, 12'000_cny).id();
  EXPECT_EQ(floor.replace("POOR", bid, 4'001, 12'000_cny).refused, Code::l01_cash);
  EXPECT_EQ(floor.replace("POOR", bid, 4'000, 12'010_cny).refused, Code::l01_cash);
  const Outcome all = floor.replace("POOR", bid, 4'000, 12'000_cny);
  EXPECT_EQ(all.refused, Code::none);
  EXPECT_EQ(all.replaced->reserved_amount, 24'024'000);
}

TEST_F(Orders, AReplaceIsTestedAsAnOrderIs) {
  const OrderId bid = floor.buy("C", 10, 12'000_cny).id();
  EXPECT_EQ(floor.replace("C", bid, 10, 12'005_cny).refused, Code::o06_tick_or_lot);
  EXPECT_EQ(floor.replace("C", bid, 10, 12'000_cny, order_inexact_price).refused,
            Code::o06_tick_or_lot);
  EXPECT_EQ(floor.replace("C", bid, 10, 13'180_cny).refused, Code::o05_price);
  EXPECT_EQ(floor.replace("C", bid, 0, 12'000_cny).refused, Code::o01_quantity);
  EXPECT_EQ(floor.replace("C", bid, 30'001, 12'000_cny).refused, Code::o07_use_block);
  EXPECT_EQ(floor.replace("C", bid, 30'000, 12'000_cny).refused, Code::none);
}

TEST_F(Orders, ReplacesWarnAsOrdersDo) {
  const OrderId bid = floor.buy("C", 10, 12'000_cny).id();
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.inflow_cap_kg = 0;
  floor.quota(caps);
  EXPECT_EQ(floor.replace("C", bid, 9, 12'000_cny).warning(), Code::q01_net_inflow);
}

}  // namespace
}  // namespace emx::engine::testing
