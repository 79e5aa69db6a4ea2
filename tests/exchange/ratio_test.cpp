#include <gtest/gtest.h>

#include <numeric>

#include "tests/exchange/floor.hpp"

// Market-rules 6: how much of what is sold the buyer is credited.

namespace emx::engine::testing {
namespace {

class ReplacementRatio : public ::testing::Test {
 protected:
  ReplacementRatio() {
    floor.open_market();
    floor.add("SELLER", Province::sh);
  }

  // Sells `lots` in slices of at most `slice` to one bid of `buyer`; what came of them.
  Outcome deal(std::string_view buyer, std::int64_t lots, std::int64_t slice) {
    floor.buy(buyer, lots, 12'000_cny);
    Outcome all;
    for (std::int64_t left = lots; left > 0; left -= slice) {
      const Outcome one = floor.sell("SELLER", std::min(slice, left), 12'000_cny);
      all.trades.insert(all.trades.end(), one.trades.begin(), one.trades.end());
    }
    return all;
  }
  static std::int64_t credited(const Outcome& outcome) {
    return std::accumulate(
        outcome.trades.begin(), outcome.trades.end(), std::int64_t{0},
        [](std::int64_t sum, const TradeEvent& trade) { return sum + trade.credited_lots; });
  }
  static std::string ratio(const TradeEvent& trade) {
    return std::to_string(trade.ratio_n) + '/' + std::to_string(trade.ratio_d);
  }

  Floor floor;
};

TEST_F(ReplacementRatio, IsOneBetweenPlainZones) {
  floor.add("BUYER", Province::zj);
  const Outcome outcome = deal("BUYER", 1'000, 1'000);
  EXPECT_EQ(ratio(outcome.trades[0]), "1/1");
  EXPECT_EQ(credited(outcome), 1'000);
}

// Worked: sold 1,000 in any slicing: credited 666, retired 334.
TEST_F(ReplacementRatio, SlicingCannotChangeTheTotal) {
  for (const std::int64_t slice : {1'000, 999, 500, 333, 7, 2, 1}) {
    const std::string buyer = "B" + std::to_string(slice);
    floor.add(buyer, Province::zj, "key");
    const Lots before{floor.balance(account_env_retired, asset_of_instrument(0))};
    const Outcome outcome = deal(buyer, 1'000, slice);
    EXPECT_EQ(ratio(outcome.trades[0]), "3/2");
    EXPECT_EQ(outcome.sold(), 1'000) << slice;
    EXPECT_EQ(credited(outcome), 666) << slice;
    EXPECT_EQ(floor.rights(buyer).value, 1'000'000 + 666) << slice;
    EXPECT_EQ(floor.balance(account_env_retired, asset_of_instrument(0)) - before.value, 334)
        << slice;
  }
}

TEST_F(ReplacementRatio, ToReceiveAHundredSellsAHundredAndFifty) {
  floor.add("BUYER", Province::zj, "key");
  EXPECT_EQ(credited(deal("BUYER", 150, 150)), 100);
}

TEST_F(ReplacementRatio, TakesTheMaximumNotTheProduct) {
  floor.zone(Province::zj, "worst", {.misses_mask = mask(Pollutant::voc), .key_zone = true});
  floor.add("BUYER", Province::zj, "worst");
  floor.add("INSIDE", Province::zj, "worst");
  floor.sell("INSIDE", 100, 12'000_cny);
  const Outcome outcome = floor.buy("BUYER", 100, 12'000_cny);
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(ratio(outcome.trades[0]), "2/1");
  EXPECT_EQ(outcome.trades[0].credited_lots, 50);
  EXPECT_EQ(outcome.trades[0].retired_lots, 50);
}

TEST_F(ReplacementRatio, IsOneForAReserveThatBuys) {
  floor.add({.name = "RESERVE",
             .province = Province::sh,
             .zone = "key",
             .source_class = SourceClass::reserve});
  EXPECT_EQ(ratio(deal("RESERVE", 100, 100).trades.at(0)), "1/1");
}

class RatioOfWater : public ReplacementRatio {
 protected:
  static constexpr std::string_view cod = "COD.WAT.TAIHU.IND.2630";

  RatioOfWater() {
    floor.book(
        {.symbol = cod, .pollutant = Pollutant::cod, .medium = Medium::water, .basin = "TAIHU"});
    floor.reference(cod, 36'830_cny);
    floor.phase(Phase::continuous, cod);
    enter({.name = "REACH-1", .reach = 1});
    enter({.name = "REACH-3", .reach = 3});
    enter({.name = "RESERVE-3", .source_class = SourceClass::reserve, .reach = 3});
  }
  void enter(const FacilityTerms& terms) {
    floor.add(terms);
    floor.issue(terms.name, 100'000, cod);
    floor.demand(terms.name, ample, Pollutant::cod);
  }
  TradeEvent deal(std::string_view buyer, std::string_view seller, std::int64_t lots = 300) {
    floor.sell(seller, lots, 36'830_cny, {.symbol = cod});
    return floor.buy(buyer, lots, 36'830_cny, {.symbol = cod}).trades.at(0);
  }
};

// Worked: Taihu COD, buyer reach 3, seller reach 1: r = 1; the reverse: 3/2.
TEST_F(RatioOfWater, IsHigherForABuyerUpstream) {
  EXPECT_EQ(ratio(deal("REACH-3", "REACH-1")), "1/1");
  EXPECT_EQ(ratio(deal("REACH-1", "REACH-3")), "3/2");
  enter({.name = "REACH-1B", .reach = 1});
  EXPECT_EQ(ratio(deal("REACH-1B", "REACH-1")), "1/1");  // the same reach is not upstream
}

TEST_F(RatioOfWater, IsOneFromAReserveDownstream) {
  EXPECT_EQ(ratio(deal("REACH-1", "RESERVE-3")), "1/1");
}

// The fraction an order carries starts anew when the ratio differs from the fill before.
TEST_F(RatioOfWater, TheFractionRestartsWithAnotherRatio) {
  const OrderTerms terms{.symbol = cod};
  floor.buy("REACH-1", 10, 36'830_cny, terms);
  const auto fill = [&](std::string_view seller, std::int64_t lots) {
    return floor.sell(seller, lots, 36'830_cny, terms).trades.at(0).credited_lots;
  };
  enter({.name = "REACH-1B", .reach = 1});
  EXPECT_EQ(fill("REACH-3", 1), 0);   // 2 of 3
  EXPECT_EQ(fill("REACH-1B", 1), 1);  // r = 1: what was left of the 2 is gone
  EXPECT_EQ(fill("REACH-3", 1), 0);   // 2 of 3 again
  EXPECT_EQ(fill("REACH-3", 1), 1);   // 4 of 3
}

TEST(RatioOfCarbon, IsOneInAKeyZone) {
  Floor floor;
  floor.open_market();
  floor.book({.symbol = "SHEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  floor.reference("SHEA25", 7'000_fen);
  floor.phase(Phase::continuous, "SHEA25");
  floor.add("SELLER", Province::sh);
  floor.add("BUYER", Province::zj, "key");
  floor.issue("SELLER", 100, "SHEA25");
  floor.sell("SELLER", 100, 7'000_fen, {.symbol = "SHEA25"});
  const Outcome outcome = floor.buy("BUYER", 100, 7'000_fen, {.symbol = "SHEA25"});
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].credited_lots, 100);
  EXPECT_TRUE(outcome.quotas.empty());  // nor does it use a province's quota
  EXPECT_TRUE(outcome.demands.empty());
}

}  // namespace
}  // namespace emx::engine::testing
