#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 9: price limits, days and phases, and what they do to resting orders.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Phases : public ::testing::Test {
 protected:
  Phases() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("ZJ", Province::zj);
  }
  static std::vector<std::uint64_t> ids(const std::vector<OrderCancelledEvent>& events) {
    std::vector<std::uint64_t> list;
    for (const auto& event : events) list.push_back(event.order_id);
    return list;
  }
  Floor floor;
};

// Worked: 97.49: 87.75..107.23 (10 %); VOC 11,980: 10,790..13,170.
TEST_F(Phases, PriceLimitsAreRoundedInwards) {
  floor.book({.symbol = "SHEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  const BandSetEvent carbon = floor.reference("SHEA25", 9'749_fen).bands.at(0);
  EXPECT_EQ(carbon.reference_ticks, 9'749);
  EXPECT_EQ(carbon.lower_ticks, 8'775);
  EXPECT_EQ(carbon.upper_ticks, 10'723);
  const BandSetEvent pollutant = floor.reference(voc, 11'980_cny).bands.at(0);
  EXPECT_EQ(pollutant.lower_ticks, 1'079);
  EXPECT_EQ(pollutant.upper_ticks, 1'317);
}

TEST_F(Phases, AReferencePriceMustBeAPriceOfTheBook) {
  EXPECT_EQ(floor.reference(voc, 11'985_cny).refused, Code::o06_tick_or_lot);
  EXPECT_EQ(floor.reference(voc, 0_cny).refused, Code::o05_price);
  EXPECT_EQ(floor.reference("NOTHING", 11'980_cny).refused, Code::p03_unknown_symbol);
  const std::uint64_t before = floor.exchange().digest();
  const Outcome too_wide = floor.reference(voc, 120'000_cny);  // 2,401 prices, room for 2,048
  EXPECT_EQ(too_wide.refused, Code::o11_capacity);
  EXPECT_EQ(too_wide.limit, 2'048);
  EXPECT_EQ(too_wide.value, 2'401);
  EXPECT_EQ(floor.exchange().digest(), before);
}

// From 12,980 on the limits are 11,690..14,270: bids by rank, then asks by rank.
TEST_F(Phases, ANewReferenceCancelsWhatIsOutsideItsLimits) {
  const OrderId low_bid = floor.buy("ZJ", 1, 11'000_cny).id();
  const OrderId bid_at_limit = floor.buy("ZJ", 1, 11'690_cny).id();
  const OrderId bid_below = floor.buy("ZJ", 1, 11'680_cny).id();
  const OrderId low_ask = floor.sell("SH", 1, 13'000_cny).id();
  const Outcome up = floor.reference(voc, 12'980_cny);
  EXPECT_THAT(up.cancel_codes(), ElementsAre(Code::o05_price, Code::o05_price));
  EXPECT_THAT(ids(up.cancelled), ElementsAre(bid_below.value, low_bid.value));
  EXPECT_EQ(floor.cancel("ZJ", bid_at_limit).refused, Code::none);
  EXPECT_EQ(floor.cancel("SH", low_ask).refused, Code::none);
}

// Down to 10,980: 9,890..12,070. What is too good for the limits goes, too.
TEST_F(Phases, ANewReferenceCancelsOnBothSidesOfTheBook) {
  floor.link(Province::sh, Province::zj, false);  // so that they rest crossed
  const OrderId high_bid = floor.buy("ZJ", 1, 13'000_cny).id();
  const OrderId bid_at_limit = floor.buy("ZJ", 1, 12'070_cny).id();
  const OrderId ask_at_limit = floor.sell("SH", 1, 12'070_cny).id();
  const OrderId high_ask = floor.sell("SH", 1, 12'080_cny).id();
  const Outcome down = floor.reference(voc, 10'980_cny);
  EXPECT_THAT(ids(down.cancelled), ElementsAre(high_bid.value, high_ask.value));
  EXPECT_EQ(floor.cancel("ZJ", bid_at_limit).refused, Code::none);
  EXPECT_EQ(floor.cancel("SH", ask_at_limit).refused, Code::none);
}

// What stays keeps its price and its place.
TEST_F(Phases, ANewReferenceKeepsPriority) {
  const OrderId first = floor.buy("ZJ", 10, 12'000_cny).id();
  floor.buy("ZJ", 10, 12'000_cny);
  floor.reference(voc, 12'500_cny);
  const Outcome sale = floor.sell("SH", 10, 12'000_cny);
  ASSERT_EQ(sale.trades.size(), 1U);
  EXPECT_EQ(sale.trades[0].buy_order_id, first.value);
  EXPECT_EQ(sale.trades[0].price_ticks, 1'200);
}

TEST_F(Phases, NothingMatchesBeforeContinuousTrading) {
  floor.phase(Phase::pre_open);
  floor.sell("SH", 100, 11'900_cny);
  EXPECT_THAT(floor.buy("ZJ", 100, 12'000_cny).trades, IsEmpty());
  const Outcome start = floor.phase(Phase::continuous);
  ASSERT_EQ(start.trades.size(), 1U);
  EXPECT_EQ(start.trades[0].price_ticks, 1'190);  // the ask arrived first
  EXPECT_EQ(start.trades[0].aggressor, 0);
}

TEST_F(Phases, TheCloseEndsDayOrdersBookByBookBidsBeforeAsks) {
  floor.book({.symbol = "VOC.2"});
  floor.reference("VOC.2", 11'980_cny);
  floor.phase(Phase::continuous, "VOC.2");
  floor.issue("SH", 1'000, "VOC.2");
  const OrderId second_book = floor.buy("ZJ", 1, 12'000_cny, {.symbol = "VOC.2"}).id();
  const OrderId low_bid = floor.buy("ZJ", 1, 11'000_cny).id();
  const OrderId high_bid = floor.buy("ZJ", 1, 11'100_cny).id();
  const OrderId high_ask = floor.sell("SH", 1, 13'000_cny).id();
  const OrderId low_ask = floor.sell("SH", 1, 12'900_cny).id();
  const Outcome close = floor.phase(Phase::closed);
  EXPECT_THAT(ids(close.cancelled), ElementsAre(high_bid.value, low_bid.value, low_ask.value,
                                                high_ask.value, second_book.value));
  for (const Code code : close.cancel_codes()) EXPECT_EQ(code, Code::c01_expired);
  EXPECT_EQ(floor.cancel("ZJ", low_bid).refused, Code::d04_too_late);
}

TEST_F(Phases, AnIocRemainderIsCancelledAtOnce) {
  floor.sell("SH", 60, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 100, 12'000_cny, ioc);
  EXPECT_EQ(outcome.sold(), 60);
  EXPECT_THAT(outcome.cancel_codes(), ElementsAre(Code::c01_expired));
  EXPECT_EQ(outcome.cancelled[0].remaining_lots, 40);
  const Outcome nothing = floor.buy("ZJ", 100, 12'000_cny, ioc);
  EXPECT_EQ(nothing.cancelled.at(0).remaining_lots, 100);
}

TEST_F(Phases, APhaseMayBeOfOneBook) {
  floor.book({.symbol = "VOC.2"});
  floor.reference("VOC.2", 11'980_cny);
  floor.phase(Phase::halt, voc);
  EXPECT_EQ(floor.buy("ZJ", 1, 12'000_cny).refused, Code::p01_phase);
  floor.phase(Phase::continuous, "VOC.2");
  EXPECT_EQ(floor.buy("ZJ", 1, 12'000_cny, {.symbol = "VOC.2"}).refused, Code::none);
  EXPECT_EQ(floor.phase(Phase::halt, "NOTHING").refused, Code::p03_unknown_symbol);
  EXPECT_EQ(floor.phase(static_cast<Phase>(9)).refused, Code::o01_quantity);
}

TEST_F(Phases, ADayOpensWhenEveryBookIsClosed) {
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::p01_phase);
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::none);
}

TEST_F(Phases, TradeDatesOnlyGrow) {
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 18)).refused, Code::p01_phase);
  EXPECT_EQ(floor.day(date_of(2026, 6, 17)).refused, Code::p01_phase);
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::none);
}

TEST(PhasesBeforeTheFirstDay, AreRefused) {
  Floor floor;
  EXPECT_EQ(floor.phase(Phase::pre_open).refused, Code::p01_phase);
}

}  // namespace
}  // namespace emx::engine::testing
