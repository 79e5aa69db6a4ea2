#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/exchange/floor.hpp"

// Market-rules 8.2: the SKIPs of a fixpoint's bids that are gone, each as it stood when its last
// fill was tried. What bids of one kind pass over is remembered from fill to fill; here the book
// changes between them.

namespace emx::engine::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

// A and B are one group: B's bids pass over A's asks (E03). The others may trade with all.
class FixpointSkips : public ::testing::Test {
 protected:
  explicit FixpointSkips(const GenesisCommand& genesis = Floor::small_genesis()) : floor{genesis} {
    floor.open_market();
    floor.add({.name = "A", .group = "G"});
    floor.add({.name = "B", .group = "G"});
    for (const std::string_view name : {"S", "X"}) floor.add(name, Province::sh);
    floor.phase(Phase::pre_open);
  }

  void sell(std::string_view facility, std::int64_t lots, Fen price, std::int64_t display = 0) {
    const OrderTerms terms{.symbol = symbol, .display = display};
    ASSERT_EQ(floor.sell(facility, lots, price, terms).refused, Code::none);
  }
  OrderId buy(std::string_view facility, std::int64_t lots, Fen price) {
    const OrderTerms terms{.symbol = symbol, .max_ratio_n = max_ratio, .max_ratio_d = max_ratio};
    return floor.buy(facility, lots, price, terms).id();
  }

  struct Row {
    OrderId bid;
    Code code;
    std::int64_t price_ticks;
    std::int64_t lots;

    friend bool operator==(const Row&, const Row&) = default;
    friend void PrintTo(const Row& row, std::ostream* out) {
      *out << row.bid.value << ' ' << name_of(row.code) << ' ' << row.lots << '@'
           << row.price_ticks;
    }
  };
  std::vector<Row> skips_of_start() {
    std::vector<Row> rows;
    for (const SkipEvent& event : floor.phase(Phase::continuous).skips) {
      rows.push_back({OrderId{event.order_id}, static_cast<Code>(event.code), event.price_ticks,
                      event.quantity_lots});
    }
    return rows;
  }
  static Row related(OrderId bid, std::int64_t price_ticks, std::int64_t lots) {
    return {bid, Code::e03_related, price_ticks, lots};
  }

  Floor floor;
  std::string_view symbol = voc;
  std::uint8_t max_ratio = 0;  // of bids, to 1; 0: any
};

TEST_F(FixpointSkips, FollowAnIcebergThatOthersFill) {
  sell("A", 20, 11'900_cny, 4);
  sell("S", 9, 11'960_cny);
  const OrderId whole = buy("B", 1, 12'050_cny);
  buy("X", 3, 12'040_cny);
  const OrderId in_part = buy("B", 1, 12'030_cny);
  buy("X", 1, 12'020_cny);
  const OrderId next_part = buy("B", 1, 12'010_cny);
  EXPECT_THAT(skips_of_start(), ElementsAre(related(whole, 1'190, 4), related(in_part, 1'190, 1),
                                            related(next_part, 1'190, 4)));
}

// Its next part joins another ask of its group behind those at the price.
TEST_F(FixpointSkips, CountAnIcebergsNextPartAtItsPrice) {
  sell("A", 5, 11'900_cny, 2);
  sell("A", 3, 11'900_cny);
  sell("S", 9, 11'960_cny);
  const OrderId first = buy("B", 1, 12'060_cny);
  buy("X", 1, 12'050_cny);
  const OrderId second = buy("B", 1, 12'040_cny);
  buy("X", 1, 12'030_cny);
  const OrderId third = buy("B", 1, 12'020_cny);
  buy("X", 5, 12'010_cny);
  const OrderId fourth = buy("B", 1, 12'000_cny);
  EXPECT_THAT(skips_of_start(), ElementsAre(related(first, 1'190, 5), related(second, 1'190, 4),
                                            related(third, 1'190, 5), related(fourth, 1'190, 1)));
}

TEST_F(FixpointSkips, GoOnToTheNextPriceWhenOneIsUsedUp) {
  sell("A", 2, 11'900_cny);
  sell("A", 5, 11'930_cny);
  sell("S", 9, 11'960_cny);
  const OrderId first = buy("B", 1, 12'050_cny);
  buy("X", 2, 12'040_cny);
  const OrderId second = buy("B", 1, 12'030_cny);
  buy("X", 5, 12'020_cny);
  buy("B", 1, 12'010_cny);
  EXPECT_THAT(skips_of_start(), ElementsAre(related(first, 1'190, 2), related(second, 1'193, 5)));
}

// A river, where D's asks are from downstream of all bids, which want no higher ratio than 1.
class FixpointSkipsByReach : public FixpointSkips {
 protected:
  FixpointSkipsByReach() {
    symbol = "COD.WAT.TAIHU.IND.2630";
    max_ratio = 1;
    floor.add({.name = "D", .reach = 3});
    floor.book(
        {.symbol = symbol, .pollutant = Pollutant::cod, .medium = Medium::water, .basin = "TAIHU"});
    floor.reference(symbol, 11'980_cny);
    floor.phase(Phase::pre_open, symbol);
    for (const std::string_view name : {"A", "B", "D", "S", "X"}) {
      floor.issue(name, 100, symbol);
      floor.demand(name, ample, Pollutant::cod);
    }
  }
  static Row downstream(OrderId bid, std::int64_t price_ticks, std::int64_t lots) {
    return {bid, Code::x02_max_ratio, price_ticks, lots};
  }
};

// Those behind the fill at its price count only beside one that is ahead of it.
TEST_F(FixpointSkipsByReach, NeedAnAskAheadOfTheFill) {
  sell("D", 1, 11'890_cny);
  sell("A", 2, 11'900_cny);
  sell("S", 9, 11'900_cny);
  sell("A", 3, 11'900_cny);
  const OrderId first = buy("B", 1, 12'050_cny);
  const OrderId other = buy("X", 2, 12'040_cny);
  const OrderId second = buy("B", 1, 12'030_cny);
  EXPECT_THAT(skips_of_start(),
              ElementsAre(related(first, 1'190, 5), downstream(first, 1'189, 1),
                          downstream(other, 1'189, 1), downstream(second, 1'189, 1)));
}

// Bids of one kind that rest at different prices.
TEST_F(FixpointSkipsByReach, OfABidThatRestsNeedAnAskThatItCrosses) {
  sell("D", 1, 11'890_cny);
  sell("A", 1, 11'900_cny);
  sell("A", 5, 11'950_cny);
  const OrderId better = buy("B", 1, 12'000_cny);
  const OrderId worse = buy("B", 1, 11'940_cny);
  const OrderId gone = buy("X", 1, 11'910_cny);
  EXPECT_THAT(skips_of_start(),
              ElementsAre(related(better, 1'195, 5), downstream(better, 1'189, 1),
                          downstream(worse, 1'189, 1), downstream(gone, 1'189, 1)));
}

// The cap of the bids' province is used up, frees two lots, and meanwhile an ask behind it fills.
TEST_F(FixpointSkips, FindAClassAsItIsWhenItsCapFrees) {
  floor.add({.name = "JA", .province = Province::js, .group = "G"});
  floor.add("JS", Province::js);
  floor.add("JX", Province::js);
  floor.add("ZX", Province::zj);
  floor.link(Province::js, Province::zj, false);
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.inflow_cap_kg = 5;
  floor.quota(caps);
  sell("JA", 3, 11'900_cny);
  sell("JS", 6, 11'930_cny);
  sell("S", 9, 11'960_cny);
  const OrderId open = buy("B", 5, 12'060_cny);
  const OrderId shut = buy("B", 1, 12'050_cny);
  buy("JX", 1, 12'040_cny);
  buy("ZX", 2, 12'030_cny);
  const OrderId open_again = buy("B", 1, 12'020_cny);
  const std::vector<Row> rows = skips_of_start();
  EXPECT_THAT(rows, Contains(related(open, 1'190, 3)));
  EXPECT_THAT(rows, Contains(Row{shut, Code::q01_net_inflow, 1'190, 3}));
  EXPECT_THAT(rows, Contains(related(open_again, 1'190, 2)));
  EXPECT_EQ(rows.size(), 4U);  // and ZX's, for the link
}

// More kinds of bids than are remembered.
class FixpointSkipsOfManyFirms : public FixpointSkips {
 protected:
  static constexpr std::uint32_t firms = 300;

  static GenesisCommand genesis() {
    GenesisCommand genesis = Floor::small_genesis();
    genesis.firms_max = genesis.facilities_max = firms + 16;
    genesis.orders_max = firms + 16;
    return genesis;
  }
  FixpointSkipsOfManyFirms() : FixpointSkips{genesis()} { floor.verifies = false; }
};

TEST_F(FixpointSkipsOfManyFirms, AreFoundAllTheSame) {
  sell("A", 2 * firms, 11'900_cny);
  sell("S", 9, 11'960_cny);
  for (std::uint32_t i = 0; i < firms; ++i) {
    const std::string name = "F" + std::to_string(i);
    floor.add(name, Province::sh);
    buy(name, 1, 12'050_cny);
  }
  const OrderId bid = buy("B", 1, 12'040_cny);
  EXPECT_THAT(skips_of_start(), ElementsAre(related(bid, 1'190, firms)));
}

}  // namespace
}  // namespace emx::engine::testing
