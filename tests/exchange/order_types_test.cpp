#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 8.6, order by order: what each kind does that a plain limit order does not.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;

class OrderTypes : public ::testing::Test {
 protected:
  OrderTypes() {
    floor.open_market();
    floor.add("B", Province::zj);
    floor.add("S", Province::sh);
    floor.add("S2", Province::js);
  }
  Floor floor;
};

TEST_F(OrderTypes, AMarketOrderTakesWhatThereIsAndRestsNot) {
  floor.sell("S", 10, 13'170_cny);  // the upper limit
  const Outcome bid = floor.buy("B", 30, 0_fen, {.type = OrderType::market});
  EXPECT_EQ(bid.accepted->price_ticks, 1'317);
  EXPECT_EQ(static_cast<TimeInForce>(bid.accepted->time_in_force), TimeInForce::ioc);
  EXPECT_EQ(bid.sold(), 10);
  EXPECT_THAT(bid.cancel_codes(), ElementsAre(Code::c01_expired));
}

TEST_F(OrderTypes, AMarketOrderReservesAtTheFarEdge) {
  const Outcome bid = floor.buy("B", 1'000, 0_fen, {.type = OrderType::market});
  EXPECT_EQ(bid.accepted->reserved_amount, 1'000 * 1'317 * 5 + 6'585);
}

TEST_F(OrderTypes, FillOrKillTakesAllOrNothing) {
  floor.sell("S", 10, 12'000_cny);
  floor.sell("S2", 10, 12'010_cny);
  const Outcome killed = floor.buy("B", 21, 12'010_cny, {.time_in_force = TimeInForce::fok});
  EXPECT_EQ(killed.refused, Code::none);
  EXPECT_TRUE(killed.trades.empty());
  EXPECT_THAT(killed.cancel_codes(), ElementsAre(Code::o09_not_fillable));
  EXPECT_EQ(floor.buy("B", 20, 12'010_cny, {.time_in_force = TimeInForce::fok}).sold(), 20);
}

TEST_F(OrderTypes, FillOrKillIsJudgedByTheCaps) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 15;
  floor.quota(caps);
  floor.sell("S", 20, 12'000_cny);
  EXPECT_THAT(floor.buy("B", 16, 12'000_cny, {.time_in_force = TimeInForce::fok}).cancel_codes(),
              ElementsAre(Code::o09_not_fillable));
  EXPECT_EQ(floor.buy("B", 15, 12'000_cny, {.time_in_force = TimeInForce::fok}).sold(), 15);
}

TEST_F(OrderTypes, FillOrKillCountsWhatDoesNotShow) {
  floor.sell("S", 100, 12'000_cny, {.display = 1});
  EXPECT_EQ(floor.buy("B", 100, 12'000_cny, {.time_in_force = TimeInForce::fok}).sold(), 100);
}

TEST_F(OrderTypes, FillOrKillIsKilledWhenItWouldNotFitOneEntry) {
  floor.sell("S", 1'000, 12'000_cny, {.display = 1});
  EXPECT_THAT(floor.buy("B", 400, 12'000_cny, {.time_in_force = TimeInForce::fok}).cancel_codes(),
              ElementsAre(Code::o09_not_fillable));
  EXPECT_EQ(floor.buy("B", 350, 12'000_cny, {.time_in_force = TimeInForce::fok}).sold(), 350);
}

TEST_F(OrderTypes, AMinimumIsMetOrNothingTrades) {
  floor.sell("S", 10, 12'000_cny);
  const OrderTerms eleven{.time_in_force = TimeInForce::ioc, .minimum = 11};
  EXPECT_THAT(floor.buy("B", 30, 12'000_cny, eleven).cancel_codes(),
              ElementsAre(Code::o09_not_fillable));
  const OrderTerms ten{.time_in_force = TimeInForce::ioc, .minimum = 10};
  const Outcome met = floor.buy("B", 30, 12'000_cny, ten);
  EXPECT_EQ(met.sold(), 10);
  EXPECT_THAT(met.cancel_codes(), ElementsAre(Code::c01_expired));
}

TEST_F(OrderTypes, PostOnlyIsRefusedRatherThanTrade) {
  floor.sell("S", 10, 12'000_cny);
  const OrderTerms post_only{.instructions = order_post_only};
  EXPECT_EQ(floor.buy("B", 1, 12'000_cny, post_only).refused, Code::o10_post_only);
  EXPECT_EQ(floor.buy("B", 1, 11'990_cny, post_only).refused, Code::none);
}

// The price it would trade at and its own: not that of an order it may not trade with.
TEST_F(OrderTypes, PostOnlyIsToldThePriceItWouldTradeAt) {
  const auto told = [](const Outcome& outcome) {
    EXPECT_EQ(outcome.refused, Code::o10_post_only);
    return std::pair{outcome.limit, outcome.value};
  };
  const OrderTerms post_only{.instructions = order_post_only};
  floor.sell("B", 10, 11'980_cny);  // its own
  floor.sell("S", 10, 12'000_cny);
  EXPECT_EQ(told(floor.buy("B", 1, 12'010_cny, post_only)), std::pair(1'200'000L, 1'201'000L));
  const OrderId bid = floor.buy("B", 1, 11'990_cny, post_only).id();
  EXPECT_EQ(told(floor.replace("B", bid, 1, 12'020_cny)), std::pair(1'200'000L, 1'202'000L));
  floor.buy("S", 5, 11'000_cny);
  EXPECT_EQ(told(floor.sell("B", 1, 10'990_cny, post_only)), std::pair(1'100'000L, 1'099'000L));
}

// What it may not trade with is no obstacle: a closed link, its own group, a cap at 0.
TEST_F(OrderTypes, PostOnlyRestsBesideWhatItMayNotTradeWith) {
  floor.sell("S", 10, 12'000_cny);
  floor.link(Province::sh, Province::zj, false);
  const OrderTerms post_only{.instructions = order_post_only};
  const Outcome resting = floor.buy("B", 5, 12'000_cny, post_only);
  EXPECT_EQ(resting.refused, Code::none);
  EXPECT_EQ(floor.link(Province::sh, Province::zj, true).sold(), 5);  // as any other
}

TEST_F(OrderTypes, PostOnlyMayNotBeReplacedIntoATrade) {
  floor.sell("S", 10, 12'000_cny);
  const OrderId bid = floor.buy("B", 5, 11'900_cny, {.instructions = order_post_only}).id();
  EXPECT_EQ(floor.replace("B", bid, 5, 12'000_cny).refused, Code::o10_post_only);
  EXPECT_EQ(floor.replace("B", bid, 5, 11'990_cny).refused, Code::none);
  const OrderId plain = floor.buy("B", 5, 11'900_cny).id();
  EXPECT_EQ(floor.replace("B", plain, 5, 12'000_cny).sold(), 5);
}

TEST_F(OrderTypes, AnIcebergQueuesAgainWithEachPart) {
  const OrderId iceberg = floor.sell("S", 25, 12'000_cny, {.display = 10}).id();
  const OrderId plain = floor.sell("S2", 10, 12'000_cny).id();
  const Outcome sweep = floor.buy("B", 32, 12'000_cny);
  ASSERT_EQ(sweep.trades.size(), 4U);
  const auto maker = [&](std::size_t i) { return sweep.trades[i].sell_order_id; };
  EXPECT_EQ(maker(0), iceberg.value);
  EXPECT_EQ(sweep.trades[0].sell_remaining_lots, 15);  // hidden part included
  EXPECT_EQ(maker(1), plain.value);
  EXPECT_EQ(maker(2), iceberg.value);
  EXPECT_EQ(maker(3), iceberg.value);
  EXPECT_EQ(sweep.trades[3].quantity_lots, 2);
  EXPECT_EQ(sweep.trades[3].sell_remaining_lots, 3);
}

TEST_F(OrderTypes, AnIcebergShowsAtMostItsDisplayToASkip) {
  floor.sell("S", 100, 12'000_cny, {.display = 10});
  floor.link(Province::sh, Province::zj, false);
  EXPECT_EQ(floor.buy("B", 5, 12'000_cny).skips.at(0).quantity_lots, 10);
}

TEST_F(OrderTypes, AnIncomingIcebergTradesWhole) {
  floor.sell("S", 50, 12'000_cny);
  EXPECT_EQ(floor.buy("B", 60, 12'000_cny, {.display = 5}).sold(), 50);
}

TEST_F(OrderTypes, LocalOnlyStaysInItsProvince) {
  floor.add("S3", Province::zj);
  floor.sell("S", 10, 11'990_cny);
  const Outcome bid = floor.buy("B", 5, 12'000_cny, {.instructions = order_local_only});
  EXPECT_EQ(bid.sold(), 0);
  EXPECT_THAT(bid.skip_codes(), ElementsAre(Code::x01_local_only));
  EXPECT_EQ(floor.sell("S3", 5, 12'000_cny).sold(), 5);
}

TEST_F(OrderTypes, ABuyerMayBoundItsRatio) {
  floor.add("K", Province::zj, "key");  // r = 3/2
  floor.sell("S", 10, 12'000_cny);
  const Outcome barred = floor.buy("K", 5, 12'000_cny, {.max_ratio_n = 1, .max_ratio_d = 1});
  EXPECT_EQ(barred.sold(), 0);
  EXPECT_THAT(barred.skip_codes(), ElementsAre(Code::x02_max_ratio));
  EXPECT_EQ(floor.buy("K", 5, 12'000_cny, {.max_ratio_n = 3, .max_ratio_d = 2}).sold(), 5);
}

TEST_F(OrderTypes, HeadroomMayBeAskedFor) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 0;
  floor.quota(caps);
  const OrderTerms asks{.instructions = order_refuse_if_no_headroom};
  EXPECT_EQ(floor.buy("B", 5, 12'000_cny, asks).refused, Code::q01_net_inflow);
  EXPECT_EQ(floor.buy("B", 5, 12'000_cny).warning(), Code::q01_net_inflow);
}

TEST_F(OrderTypes, NumbersOutOfRangeAreRefused) {
  const auto refused = [&](const OrderTerms& terms) {
    return floor.buy("B", 10, 11'900_cny, terms).refused;
  };
  EXPECT_EQ(refused({.display = 11}), Code::o01_quantity);
  EXPECT_EQ(refused({.display = -1}), Code::o01_quantity);
  EXPECT_EQ(refused({.minimum = 5}), Code::o01_quantity);  // a DAY order has none
  EXPECT_EQ(refused({.time_in_force = TimeInForce::ioc, .minimum = 11}), Code::o01_quantity);
  EXPECT_EQ(refused({.max_ratio_n = 1}), Code::o01_quantity);
  EXPECT_EQ(refused({.time_in_force = TimeInForce::gtd, .expires = date_of(2026, 6, 17)}),
            Code::o01_quantity);
  EXPECT_EQ(refused({.time_in_force = TimeInForce::gtd, .expires = date_of(2026, 6, 18)}),
            Code::none);
  EXPECT_EQ(refused({.display = 10}), Code::none);
}

// --- Days ---

class OrderLife : public OrderTypes {
 protected:
  Outcome next_day(Date date) {
    Outcome close = floor.phase(Phase::closed);
    const Outcome open = floor.day(date);
    close.cancelled.insert(close.cancelled.end(), open.cancelled.begin(), open.cancelled.end());
    floor.phase(Phase::continuous);
    return close;
  }
};

TEST_F(OrderLife, EndsOnItsDay) {
  const auto gtd = [](Date date) {
    return OrderTerms{.time_in_force = TimeInForce::gtd, .expires = date};
  };
  const OrderId day = floor.buy("B", 1, 11'900_cny).id();
  const OrderId today = floor.buy("B", 1, 11'900_cny, gtd(date_of(2026, 6, 18))).id();
  const OrderId saturday = floor.buy("B", 1, 11'900_cny, gtd(date_of(2026, 6, 20))).id();
  const OrderId monday = floor.buy("B", 1, 11'900_cny, gtd(date_of(2026, 6, 22))).id();
  const Outcome gtc = floor.buy("B", 1, 11'900_cny, {.time_in_force = TimeInForce::gtc});
  EXPECT_EQ(Date{gtc.accepted->expire_date}, date_of(2026, 9, 16));
  const auto gone = [](const Outcome& outcome) {
    std::vector<std::uint64_t> ids;
    for (const OrderCancelledEvent& e : outcome.cancelled) ids.push_back(e.order_id);
    return ids;
  };
  EXPECT_THAT(gone(next_day(date_of(2026, 6, 19))), ElementsAre(day.value, today.value));
  EXPECT_THAT(gone(next_day(date_of(2026, 6, 22))), ElementsAre(saturday.value));
  EXPECT_THAT(gone(next_day(date_of(2026, 6, 23))), ElementsAre(monday.value));
  EXPECT_TRUE(next_day(date_of(2026, 9, 16)).cancelled.empty());
  EXPECT_THAT(gone(next_day(date_of(2026, 9, 17))), ElementsAre(gtc.id().value));
}

TEST_F(OrderLife, OfATenureSeriesEndsWithTheYear) {
  const OrderTerms gtd{.time_in_force = TimeInForce::gtd, .expires = date_of(2027, 12, 31)};
  const Outcome bid = floor.buy("B", 1, 11'900_cny, gtd);
  const Outcome rolled = next_day(date_of(2027, 1, 4));
  EXPECT_THAT(rolled.cancel_codes(), ElementsAre(Code::c01_expired));
  EXPECT_EQ(rolled.cancelled.at(0).released_amount, bid.accepted->reserved_amount);
}

TEST_F(OrderLife, EndsWithItsPermit) {
  floor.add({.name = "P", .province = Province::zj, .permit_valid_to = date_of(2026, 6, 18)});
  floor.buy("P", 1, 11'900_cny, {.time_in_force = TimeInForce::gtc});
  EXPECT_THAT(next_day(date_of(2026, 6, 19)).cancel_codes(), ElementsAre(Code::e01_permit));
}

// --- Mass cancel ---

class MassCancels : public OrderTypes {
 protected:
  Outcome mass_cancel(const MassCancelCommand& command, std::uint32_t actor = no_id) {
    return floor.apply(CommandKind::mass_cancel, command, actor);
  }
};

TEST_F(MassCancels, TakesWhatFitsAllFilters) {
  floor.buy("B", 1, 11'900_cny, {.session = 1});
  floor.sell("B", 1, 12'900_cny, {.session = 1});
  floor.buy("B", 1, 11'900_cny, {.session = 2});
  floor.sell("S", 1, 12'900_cny, {.session = 3});
  MassCancelCommand command{};
  command.order_session = 1;
  command.side = static_cast<std::uint8_t>(Side::buy);
  EXPECT_EQ(mass_cancel(command, floor.firm_of("B")).cancelled.size(), 1U);
  EXPECT_TRUE(mass_cancel(command, floor.firm_of("B")).cancelled.empty());
  command = {};
  command.firm = FirmCode{"S"};
  EXPECT_EQ(mass_cancel(command, floor.firm_of("B")).cancelled.size(), 2U);  // its own
  EXPECT_THAT(mass_cancel(command).cancel_codes(), ElementsAre(Code::c04_mass));
}

TEST_F(MassCancels, OnDisconnectTakeDayOrdersOfTheSession) {
  floor.buy("B", 1, 11'900_cny, {.session = 1});
  floor.buy("B", 1, 11'900_cny, {.time_in_force = TimeInForce::gtc, .session = 1});
  floor.buy("B", 1, 11'900_cny,
            {.time_in_force = TimeInForce::gtd, .expires = date_of(2026, 6, 19), .session = 1});
  floor.buy("B", 1, 11'900_cny, {.session = 2});
  MassCancelCommand command{};
  command.order_session = 1;
  command.on_disconnect = 1;
  EXPECT_THAT(mass_cancel(command).cancel_codes(), ElementsAre(Code::c02_disconnect));
  EXPECT_TRUE(mass_cancel(command).cancelled.empty());
  command.on_disconnect = 0;
  EXPECT_THAT(mass_cancel(command).cancel_codes(), ElementsAre(Code::c04_mass, Code::c04_mass));
}

TEST_F(MassCancels, AreRefusedForNamesNotKnown) {
  MassCancelCommand command{};
  command.symbol = Symbol{"NOWHERE"};
  EXPECT_EQ(mass_cancel(command).refused, Code::p03_unknown_symbol);
  command = {};
  command.firm = FirmCode{"NOBODY"};
  EXPECT_EQ(mass_cancel(command).refused, Code::p04_unknown_account);
  command = {};
  command.side = 3;
  EXPECT_EQ(mass_cancel(command).refused, Code::o01_quantity);
  command = {};
  command.on_disconnect = 2;
  EXPECT_EQ(mass_cancel(command).refused, Code::o01_quantity);
}

}  // namespace
}  // namespace emx::engine::testing
