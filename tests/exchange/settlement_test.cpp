#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "engine/vocabulary/money.hpp"
#include "tests/exchange/floor.hpp"

// Market-rules 2 and 11: amounts, fees, reservations, postings.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;

using Posting = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::int64_t>;

std::vector<Posting> postings(const Outcome& outcome) {
  std::vector<Posting> list;
  for (const PostingEvent& e : outcome.postings) {
    list.emplace_back(e.asset, e.debit_account, e.credit_account, e.amount);
  }
  return list;
}

class Settlement : public ::testing::Test {
 protected:
  Settlement() {
    floor.open_market();
    floor.add("ZJ", Province::zj);
    floor.add("SH", Province::sh);
    floor.add("KEY", Province::zj, "key");
  }
  Floor floor;
};

// Worked: 4,000 kg at 11,900 for 5 a, limit 12,000: amount 238,000.00; buyer pays 238,238.00;
// seller gets 237,762.00; reserved 240,240.00; released 2,002.00 CNY.
TEST_F(Settlement, OfTheWorkedCase) {
  floor.sell("SH", 4'000, 11'900_cny);
  const Outcome bid = floor.buy("ZJ", 4'000, 12'000_cny);
  EXPECT_EQ(bid.accepted->reserved_amount, 24'024'000);
  const BillEvent& bill = bid.bills.at(0);
  EXPECT_EQ(bill.amount_fen, 23'800'000);
  EXPECT_EQ(bill.buyer_fee_fen, 23'800);
  EXPECT_EQ(bill.seller_fee_fen, 23'800);
  EXPECT_EQ(bill.buyer_released_fen, 200'200);
  EXPECT_EQ(bill.years, 5U);
  EXPECT_EQ(floor.cash("ZJ").value, ample - 23'823'800);
  EXPECT_EQ(floor.cash("SH").value, ample + 23'776'200);
  EXPECT_EQ(floor.balance(account_venue_fees, asset_cash), 47'600);
  EXPECT_EQ(floor.rights("ZJ").value, 1'004'000);
  EXPECT_EQ(floor.rights("SH").value, 996'000);
}

TEST_F(Settlement, PostsEachLegFromSellerAndBuyer) {
  const std::uint32_t rights = asset_of_instrument(0);
  const std::uint32_t buyer = floor.id_of("KEY");
  const std::uint32_t seller = floor.id_of("SH");
  floor.sell("SH", 1'000, 12'000_cny);
  EXPECT_THAT(postings(floor.buy("KEY", 1'000, 12'000_cny)),
              ElementsAre(Posting{rights, seller, buyer, 666},
                          Posting{rights, seller, account_env_retired.value, 334},
                          Posting{asset_cash, buyer, seller, 6'000'000},
                          Posting{asset_cash, buyer, account_venue_fees.value, 6'000},
                          Posting{asset_cash, seller, account_venue_fees.value, 6'000}));
}

TEST_F(Settlement, LeavesOutPostingsOfNothing) {
  floor.sell("SH", 1, 12'000_cny);
  const Outcome bid = floor.buy("KEY", 1, 12'000_cny);  // credited floor(2 / 3) = 0
  EXPECT_EQ(bid.trades.at(0).credited_lots, 0);
  EXPECT_EQ(bid.trades.at(0).retired_lots, 1);
  EXPECT_EQ(postings(bid).at(0),
            (Posting{asset_of_instrument(0), floor.id_of("SH"), account_env_retired.value, 1}));
}

TEST_F(Settlement, AReserveThatSellsPaysNoFee) {
  floor.add({.name = "RESERVE", .province = Province::sh, .source_class = SourceClass::reserve});
  floor.sell("RESERVE", 100, 12'000_cny);
  const Outcome bid = floor.buy("ZJ", 100, 12'000_cny);
  EXPECT_EQ(bid.bills.at(0).seller_fee_fen, 0);
  EXPECT_EQ(bid.bills.at(0).buyer_fee_fen, 600);
  EXPECT_EQ(floor.cash("RESERVE").value, ample + 600'000);
}

// 1 kg at 11,900 for 5 a: 59.50 CNY; 10 bp of it are 5.95 fen. In slices the fee is cumulative:
// half_up of what the order has come to, less what was charged.
TEST_F(Settlement, SlicingCannotChangeTheFee) {
  floor.buy("ZJ", 100, 11'900_cny);
  std::vector<std::int64_t> fees;
  std::int64_t buyer_fees = 0;
  for (int i = 0; i < 100; ++i) {
    const Outcome slice = floor.sell("SH", 1, 11'900_cny);
    buyer_fees += slice.bills.at(0).buyer_fee_fen;
    if (i < 4) fees.push_back(slice.bills.at(0).buyer_fee_fen);
  }
  EXPECT_THAT(fees, ElementsAre(6, 6, 6, 6));  // 5.95, 11.9, 17.85, 23.8 rounded
  EXPECT_EQ(buyer_fees, 595);
}

TEST_F(Settlement, ReservesForTheRestWhatTheRestWillCost) {
  const Outcome bid = floor.buy("ZJ", 100, 11'900_cny);
  EXPECT_EQ(bid.accepted->reserved_amount, 595'000 + 595);
  const Outcome slice = floor.sell("SH", 1, 11'900_cny);
  EXPECT_EQ(slice.bills.at(0).buyer_released_fen, 0);  // at its own price nothing is left over
  const Outcome gone = floor.cancel("ZJ", bid.id());
  EXPECT_EQ(gone.cancelled.at(0).released_amount, 595'595 - 5'950 - 6);
}

TEST_F(Settlement, KeepsTheFeeRateAnOrderWasAcceptedWith) {
  floor.buy("ZJ", 100, 11'900_cny);
  const OrderId bid = floor.buy("ZJ", 100, 11'800_cny).id();
  EXPECT_EQ(floor.replace("ZJ", bid, 50, 11'800_cny).replaced->reserved_amount, 50 * 5'900 + 295);
}

// Jingde: SO2 8,074 kg at 6,000 CNY for 5 a = 242,220 CNY; NOx 21,648 kg at 4,500 = 487,080 CNY.
TEST_F(Settlement, OfTheJingdeDeal) {
  for (const auto& [symbol, pollutant, price, lots, amount] :
       {std::tuple{"SO2", Pollutant::so2, 6'000_cny, 8'074, 24'222'000},
        std::tuple{"NOX", Pollutant::nox, 4'500_cny, 21'648, 48'708'000}}) {
    floor.book({.symbol = symbol, .pollutant = pollutant});
    floor.reference(symbol, price);
    floor.phase(Phase::continuous, symbol);
    floor.issue("SH", 100'000, symbol);
    floor.demand("ZJ", ample, pollutant);
    floor.quota(Floor::caps(Province::sh, pollutant));
    floor.quota(Floor::caps(Province::zj, pollutant));
    floor.sell("SH", lots, price, {.symbol = symbol});
    EXPECT_EQ(floor.buy("ZJ", lots, price, {.symbol = symbol}).bills.at(0).amount_fen, amount);
  }
  EXPECT_EQ(24'222'000 + 48'708'000, 72'930'000);
}

// 1 t at 1 tick is exactly 1 fen, whatever the year.
TEST_F(Settlement, CarbonHasNoYears) {
  floor.book({.symbol = "SHEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  floor.reference("SHEA25", 9'749_fen);
  floor.phase(Phase::continuous, "SHEA25");
  floor.issue("SH", 1'000, "SHEA25");
  floor.sell("SH", 7, 9'749_fen, {.symbol = "SHEA25"});
  const Outcome bid = floor.buy("ZJ", 7, 9'749_fen, {.symbol = "SHEA25"});
  EXPECT_EQ(bid.bills.at(0).amount_fen, 68'243);
  EXPECT_EQ(bid.bills.at(0).years, 1U);
  EXPECT_EQ(bid.bills.at(0).buyer_fee_fen, 68);  // 68.243
}

// What an order has earned may come back to its buyers by another book and be earned again.
TEST(SettlementOfOneOrder, EarnsMoreThanAllTheMoneyThereIs) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.listed_carbon_t_max = order_lots_max.value;
  genesis.carbon_extra_t_max = std::int64_t{1} << 60;
  Floor floor{genesis};
  floor.zone(Province::sh, "plain");
  floor.facility({.name = "S"});
  floor.facility({.name = "B"});
  floor.deposit("B", amount_max);
  floor.day(date_of(2026, 6, 18));
  constexpr Fen tick{std::int64_t{1} << 36};
  for (const auto& [symbol, holder] : {std::pair{"THERE", "S"}, std::pair{"BACK", "B"}}) {
    floor.book({.symbol = symbol,
                .pollutant = Pollutant::co2e,
                .medium = Medium::carbon,
                .book_class = BookClass::any,
                .scheme = Scheme::shea,
                .tick_fen = tick.value,
                .band_pct = 99});
    floor.reference(symbol, Fen{10 * tick.value});
    floor.issue(holder, 1'000'000'000, symbol);
  }
  floor.phase(Phase::pre_open);
  constexpr Fen low = tick;
  constexpr Fen high{18 * tick.value};
  std::int64_t total = 1;
  const OrderId sell = floor.sell("S", total, low, {.symbol = "THERE"}).id();
  std::int64_t earned_rounds = 0;
  for (int round = 0; round < 5; ++round) {
    const std::int64_t lots = 3'600'000 - 30'000 * round;
    floor.phase(Phase::pre_open);
    ASSERT_EQ(floor.buy("B", lots, high, {.symbol = "THERE"}).refused, Code::none);
    total += lots;
    ASSERT_EQ(floor.replace("S", sell, total, low).refused, Code::none);
    const Outcome there = floor.phase(Phase::continuous);
    ASSERT_EQ(there.sold(), lots);
    // Half up, and no slice counts by itself: fills of whole ticks leave no fraction here.
    EXPECT_EQ(there.bills.at(0).seller_fee_fen, fee_of(there.bills.at(0).amount_fen, 10).value);
    ++earned_rounds;
    floor.sell("B", lots - 20'000, high, {.symbol = "BACK"});
    ASSERT_EQ(floor.buy("S", lots - 20'000, high, {.symbol = "BACK"}).sold(), lots - 20'000);
  }
  EXPECT_EQ(earned_rounds, 5);
}

TEST_F(Settlement, DepositsStayBelowWhatAnAccountMayHold) {
  const std::int64_t room = (std::int64_t{1} << 62) - 3 * ample;
  const Outcome beyond = floor.deposit("ZJ", Fen{room + 1});
  EXPECT_EQ(beyond.refused, Code::o02_value);
  EXPECT_EQ(beyond.limit, room);
  EXPECT_EQ(floor.deposit("ZJ", Fen{room}).refused, Code::none);
  EXPECT_EQ(floor.deposit("SH", 1_fen).refused, Code::o02_value);  // all deposits together
  EXPECT_EQ(floor.deposit("SH", 0_fen).refused, Code::o01_quantity);
}

TEST_F(Settlement, IssuesStayBelowWhatAnInstrumentMayHave) {
  const std::int64_t room = 1'000'000'000'000'000 - 3'000'000;
  EXPECT_EQ(floor.issue("ZJ", room + 1).refused, Code::o02_value);
  EXPECT_EQ(floor.issue("ZJ", room).refused, Code::none);
  EXPECT_EQ(floor.issue("SH", 1).refused, Code::o02_value);
  EXPECT_EQ(floor.issue("SH", 0).refused, Code::o01_quantity);
}

}  // namespace
}  // namespace emx::engine::testing
