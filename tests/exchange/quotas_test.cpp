#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 7: province quotas and approved demand, taken at match.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Cap = std::int64_t SetQuotaCommand::*;

class Quotas : public ::testing::Test {
 protected:
  Quotas() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("JS", Province::js);
    floor.add("ZJ", Province::zj);
    floor.add("AH", Province::ah);
  }

  void limit(Province province, Cap cap, std::int64_t kg) {
    SetQuotaCommand caps = Floor::caps(province);
    caps.*cap = kg;
    ASSERT_EQ(floor.quota(caps).refused, Code::none);
  }
  // A bid of ZJ against an ask of SH.
  Outcome cross(std::int64_t lots) {
    floor.sell("SH", lots, 12'000_cny);
    return floor.buy("ZJ", lots, 12'000_cny);
  }

  Floor floor;
};

struct CapRow {
  const char* name;
  Code code;
  Province province;
  Cap cap;
  std::int64_t already;  // used of the cap before it binds
};

class QuotaCap : public Quotas, public ::testing::WithParamInterface<CapRow> {
 protected:
  void set(std::int64_t room) {
    limit(GetParam().province, GetParam().cap, GetParam().already + room);
  }
};

TEST_P(QuotaCap, LetsAFillReachIt) {
  set(1'000);
  const Outcome outcome = cross(1'000);
  EXPECT_EQ(outcome.sold(), 1'000);
  EXPECT_EQ(outcome.trades.at(0).code, 0);  // it did not cut: the orders were as large
  EXPECT_THAT(outcome.skips, IsEmpty());
}

TEST_P(QuotaCap, CutsTheFillThatWouldExceedIt) {
  set(1'000);
  const Outcome outcome = cross(1'001);
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].quantity_lots, 1'000);
  EXPECT_EQ(static_cast<Code>(outcome.trades[0].code), GetParam().code);
  EXPECT_EQ(outcome.trades[0].buy_remaining_lots, 1);
  EXPECT_EQ(outcome.trades[0].sell_remaining_lots, 1);
  EXPECT_THAT(outcome.skip_codes(), ElementsAre(GetParam().code));
  EXPECT_EQ(outcome.skips[0].quantity_lots, 1);
}

TEST_P(QuotaCap, AtZeroPassesOver) {
  set(0);
  const Outcome outcome = cross(1'000);
  EXPECT_THAT(outcome.trades, IsEmpty());
  EXPECT_THAT(outcome.skip_codes(), ElementsAre(GetParam().code));
  EXPECT_EQ(outcome.skips[0].quantity_lots, 1'000);
  EXPECT_EQ(outcome.skips[0].province, static_cast<std::uint8_t>(Province::sh));
}

// The order may rest, and its report says that it cannot trade across provinces now.
TEST_P(QuotaCap, AtZeroWarnsTheSideThatHasIt) {
  set(0);
  const bool of_buyer = GetParam().province == Province::zj;
  EXPECT_EQ(floor.buy("ZJ", 1, 11'000_cny).warning(), of_buyer ? GetParam().code : Code::none);
  EXPECT_EQ(floor.sell("SH", 1, 13'000_cny).warning(), of_buyer ? Code::none : GetParam().code);
  set(1);
  EXPECT_EQ(floor.buy("ZJ", 1, 11'000_cny).warning(), Code::none);
  EXPECT_EQ(floor.sell("SH", 1, 13'000_cny).warning(), Code::none);
}

TEST_P(QuotaCap, LeavesTradesInsideAProvinceAlone) {
  set(0);
  floor.add("ZJ-2", Province::zj);
  floor.sell("ZJ-2", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 1'000, 12'000_cny);
  EXPECT_EQ(outcome.sold(), 1'000);
  EXPECT_THAT(outcome.quotas, IsEmpty());
}

TEST_P(QuotaCap, WhenRaisedLetsRestingOrdersTrade) {
  set(0);
  cross(1'000);
  SetQuotaCommand caps = Floor::caps(GetParam().province);
  caps.*GetParam().cap = GetParam().already + 400;
  const Outcome raised = floor.quota(caps);
  ASSERT_EQ(raised.trades.size(), 1U);
  EXPECT_EQ(raised.trades[0].quantity_lots, 400);
  EXPECT_EQ(static_cast<Code>(raised.trades[0].code), GetParam().code);
  EXPECT_EQ(raised.trades[0].aggressor, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, QuotaCap,
    ::testing::Values(
        CapRow{"Q01", Code::q01_net_inflow, Province::zj, &SetQuotaCommand::inflow_cap_kg, 0},
        CapRow{"Q02", Code::q02_net_outflow, Province::sh, &SetQuotaCommand::outflow_cap_kg, 0},
        CapRow{"Q03Buyer", Code::q03_gross, Province::zj, &SetQuotaCommand::gross_cap_kg, 0},
        CapRow{"Q03Seller", Code::q03_gross, Province::sh, &SetQuotaCommand::gross_cap_kg, 0},
        CapRow{"Q04", Code::q04_holding, Province::zj, &SetQuotaCommand::holding_cap_kg, 1'000'000},
        CapRow{"Q05", Code::q05_pace, Province::zj, &SetQuotaCommand::daily_pace_kg, 0}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Quotas, TheEarlierRowNamesATie) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = caps.gross_cap_kg = caps.daily_pace_kg = 700;
  floor.quota(caps);
  EXPECT_EQ(static_cast<Code>(cross(1'000).trades.at(0).code), Code::q01_net_inflow);
}

TEST_F(Quotas, TheSmallestCapCuts) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 700;
  caps.daily_pace_kg = 699;
  floor.quota(caps);
  const Outcome outcome = cross(1'000);
  EXPECT_EQ(outcome.trades.at(0).quantity_lots, 699);
  EXPECT_EQ(static_cast<Code>(outcome.trades.at(0).code), Code::q05_pace);
}

TEST_F(Quotas, ATradeBackGivesNetRoomButNoGrossRoom) {
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 1'000);
  EXPECT_EQ(cross(1'000).sold(), 1'000);
  EXPECT_EQ(cross(500).sold(), 0);
  floor.sell("ZJ", 300, 11'000_cny);  // to AH
  const Outcome back = floor.buy("AH", 300, 13'000_cny);
  EXPECT_EQ(back.trades.at(0).quantity_lots, 300);
  // The fixpoint of that very command lets the 500 that rest have the 300.
  ASSERT_EQ(back.trades.size(), 2U);
  EXPECT_EQ(back.trades[1].quantity_lots, 300);
  EXPECT_EQ(static_cast<Code>(back.trades[1].code), Code::q01_net_inflow);
  const QuotaUsedEvent& zj = back.quotas[2];
  EXPECT_EQ(zj.province, static_cast<std::uint8_t>(Province::zj));
  EXPECT_EQ(zj.net_kg, 1'000);
  EXPECT_EQ(zj.gross_kg, 1'600);
}

TEST_F(Quotas, WithoutARowEveryCapIsZero) {
  floor.book({.symbol = "NOX", .pollutant = Pollutant::nox});
  floor.reference("NOX", 11'980_cny);
  floor.phase(Phase::continuous, "NOX");
  floor.issue("SH", 100, "NOX");
  floor.demand("ZJ", ample, Pollutant::nox);
  EXPECT_EQ(floor.sell("SH", 100, 12'000_cny, {.symbol = "NOX"}).warning(), Code::q02_net_outflow);
  const Outcome bid = floor.buy("ZJ", 100, 12'000_cny, {.symbol = "NOX"});
  EXPECT_EQ(bid.warning(), Code::q01_net_inflow);
  EXPECT_THAT(bid.skip_codes(), ElementsAre(Code::q01_net_inflow));
}

TEST_F(Quotas, LoweringACapUndoesNothing) {
  EXPECT_EQ(cross(1'000).sold(), 1'000);
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 400);
  EXPECT_EQ(cross(1).sold(), 0);
}

// Rows 1, 3, 5 and 6 count what the buyer is credited: under r = 3/2, 1,000 kg of room are
// 1,500 kg sold.
TEST_F(Quotas, TheBuyersRoomIsCountedInCreditedKg) {
  floor.add("KEY", Province::zj, "key");
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 1'000);
  floor.sell("SH", 4'000, 12'000_cny);
  const Outcome outcome = floor.buy("KEY", 4'000, 12'000_cny);
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].quantity_lots, 1'500);
  EXPECT_EQ(outcome.trades[0].credited_lots, 1'000);
  EXPECT_EQ(outcome.quotas.at(0).net_kg, 1'000);
  EXPECT_EQ(outcome.quotas.at(1).net_kg, -1'500);
}

// In(h) rounds up: under r = 3/2 a room of 1 kg takes 2 kg sold, and 1 kg when the bid already
// carries two thirds of a kg.
TEST_F(Quotas, TheLastKgOfARoomIsTaken) {
  floor.add("KEY", Province::zj, "key");
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 1);
  floor.sell("SH", 4, 12'000_cny);
  const Outcome whole = floor.buy("KEY", 4, 12'000_cny);
  EXPECT_EQ(whole.sold(), 2);
  EXPECT_EQ(whole.trades.at(0).credited_lots, 1);
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 1'000);
  floor.phase(Phase::closed);
  floor.phase(Phase::continuous);
  floor.buy("KEY", 4, 12'000_cny);
  EXPECT_EQ(floor.sell("SH", 1, 12'000_cny).trades.at(0).credited_lots, 0);  // f = 2
  floor.demand("KEY", 1);
  const Outcome rest = floor.sell("SH", 3, 12'000_cny);
  EXPECT_EQ(rest.sold(), 1);
  EXPECT_EQ(rest.trades.at(0).credited_lots, 1);
  EXPECT_EQ(static_cast<Code>(rest.trades.at(0).code), Code::d01_demand);
}

// What a province sells leaves its accounts, and so makes room under its holding cap.
TEST_F(Quotas, ASaleMakesRoomToHold) {
  limit(Province::zj, &SetQuotaCommand::holding_cap_kg, 1'000'000);  // what it holds
  EXPECT_EQ(cross(500).sold(), 0);
  floor.sell("ZJ", 300, 11'000_cny);  // to AH
  const Outcome sale = floor.buy("AH", 300, 13'000_cny);
  ASSERT_EQ(sale.trades.size(), 2U);
  EXPECT_EQ(sale.trades[1].quantity_lots, 300);
  EXPECT_EQ(static_cast<Code>(sale.trades[1].code), Code::q04_holding);
}

// What is retired is held by nobody: inside a key zone 3 kg sold leave 1 kg of room.
TEST_F(Quotas, RetiredRightsAreHeldByNobody) {
  floor.add("KEY", Province::zj, "key");
  limit(Province::zj, &SetQuotaCommand::holding_cap_kg, 2'000'000);
  EXPECT_EQ(cross(500).sold(), 0);
  floor.sell("ZJ", 3, 11'000_cny);
  const Outcome inside = floor.buy("KEY", 3, 11'000_cny);
  ASSERT_EQ(inside.trades.size(), 2U);
  EXPECT_EQ(inside.trades[0].retired_lots, 1);
  EXPECT_EQ(inside.trades[1].quantity_lots, 1);
  EXPECT_EQ(inside.trades[1].aggressor, 0);
}

TEST_F(Quotas, ThePaceStartsAnewWithTheDay) {
  limit(Province::zj, &SetQuotaCommand::daily_pace_kg, 1'000);
  EXPECT_EQ(cross(1'500).sold(), 1'000);
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::none);
  floor.phase(Phase::continuous);
  const Outcome next_day = cross(1'500);
  EXPECT_EQ(next_day.sold(), 1'000);
  EXPECT_EQ(next_day.quotas.at(0).net_kg, 2'000);
  EXPECT_EQ(next_day.quotas.at(0).net_today_kg, 1'000);
}

// At the year roll counters restart at 0, unused room lapses, and the new year's caps hold.
TEST_F(Quotas, TheYearStartsAnew) {
  EXPECT_EQ(cross(1'000).sold(), 1'000);
  SetQuotaCommand next = Floor::caps(Province::zj);
  next.year = 2027;
  next.inflow_cap_kg = 200;
  floor.quota(next);
  next = Floor::caps(Province::sh);
  next.year = 2027;
  floor.quota(next);
  EXPECT_EQ(cross(1'000).sold(), 1'000);  // of no effect yet
  floor.phase(Phase::closed);
  floor.day(date_of(2027, 1, 4));
  floor.phase(Phase::continuous);
  const Outcome new_year = cross(1'000);
  EXPECT_EQ(new_year.sold(), 200);
  EXPECT_EQ(new_year.quotas.at(0).year, 2027);
  EXPECT_EQ(new_year.quotas.at(0).net_kg, 200);
  EXPECT_EQ(new_year.bills.at(0).years, 4U);  // 2630 in 2027
}

// --- Approved demand (row 7) ---

TEST_F(Quotas, DemandCutsFillsInsideAProvinceToo) {
  floor.add("ZJ-2", Province::zj);
  floor.demand("ZJ", 600);
  floor.sell("ZJ-2", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 1'000, 12'000_cny);
  EXPECT_EQ(outcome.sold(), 600);
  EXPECT_EQ(static_cast<Code>(outcome.trades.at(0).code), Code::d01_demand);
  EXPECT_THAT(outcome.cancel_codes(), ElementsAre(Code::d01_demand));
  EXPECT_EQ(outcome.cancelled.at(0).remaining_lots, 400);
}

TEST_F(Quotas, DemandUsedUpCancelsTheRemainingBidsInTheOrderOfArrival) {
  floor.book({.symbol = "VOC.2", .pollutant = Pollutant::voc});
  floor.reference("VOC.2", 11'980_cny);
  floor.phase(Phase::continuous, "VOC.2");
  floor.demand("ZJ", 600);
  const OrderId in_other_book = floor.buy("ZJ", 100, 11'000_cny, {.symbol = "VOC.2"}).id();
  const OrderId below = floor.buy("ZJ", 100, 11'000_cny).id();
  const OrderId ask = floor.sell("ZJ", 10, 13'170_cny).id();
  floor.sell("SH", 600, 12'000_cny);
  floor.sell("SH", 600, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 1'000, 12'000_cny);
  ASSERT_EQ(outcome.trades.size(), 1U);  // not the second ask
  ASSERT_THAT(outcome.cancel_codes(),
              ElementsAre(Code::d01_demand, Code::d01_demand, Code::d01_demand));
  EXPECT_EQ(outcome.cancelled[0].order_id, in_other_book.value);
  EXPECT_EQ(outcome.cancelled[1].order_id, below.value);
  EXPECT_EQ(outcome.cancelled[2].order_id, outcome.id().value);
  EXPECT_EQ(outcome.cancelled[2].remaining_lots, 400);
  EXPECT_EQ(floor.cancel("ZJ", ask).refused, Code::none);  // asks stay
}

TEST_F(Quotas, ANewApprovalStartsAtZero) {
  floor.demand("ZJ", 600);
  cross(600);
  EXPECT_EQ(floor.buy("ZJ", 1, 12'000_cny).refused, Code::d01_demand);
  floor.demand("ZJ", 600);
  const Outcome again = cross(600);
  EXPECT_EQ(again.sold(), 600);
  EXPECT_EQ(again.demands.at(0).credited_kg, 600);
}

TEST_F(Quotas, SalesDoNotRestoreDemand) {
  floor.demand("ZJ", 600);
  cross(600);
  floor.sell("ZJ", 600, 11'900_cny);
  EXPECT_EQ(floor.buy("AH", 600, 11'900_cny).sold(), 600);
  EXPECT_EQ(floor.buy("ZJ", 1, 12'000_cny).refused, Code::d01_demand);
}

TEST_F(Quotas, AnApprovalOfNothingCancelsTheBids) {
  const OrderId bid = floor.buy("ZJ", 100, 11'000_cny).id();
  const Outcome nothing = floor.demand("ZJ", 0);
  EXPECT_THAT(nothing.cancel_codes(), ElementsAre(Code::d01_demand));
  EXPECT_EQ(nothing.cancelled.at(0).order_id, bid.value);
}

// --- What the counters tell ---

TEST_F(Quotas, TheNetOfAllProvincesIsMinusWhatWasRetired) {
  floor.add("KEY", Province::zj, "key");
  floor.sell("SH", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("KEY", 1'000, 12'000_cny);
  ASSERT_EQ(outcome.quotas.size(), 2U);
  EXPECT_EQ(outcome.quotas[0].province, static_cast<std::uint8_t>(Province::zj));  // buyer's first
  EXPECT_EQ(outcome.quotas[0].gross_kg, 666);
  EXPECT_EQ(outcome.quotas[1].gross_kg, 1'000);
  EXPECT_EQ(outcome.quotas[0].net_kg + outcome.quotas[1].net_kg, -334);
  EXPECT_EQ(outcome.trades.at(0).retired_lots, 334);
}

// A far-priced bid for the whole inflow cap does not hold it: quota is taken at match.
TEST_F(Quotas, AreNotHeldByRestingOrders) {
  limit(Province::zj, &SetQuotaCommand::inflow_cap_kg, 1'000);
  floor.buy("ZJ", 1'000, 10'790_cny);
  floor.add("ZJ-2", Province::zj);
  floor.sell("SH", 1'000, 12'000_cny);
  EXPECT_EQ(floor.buy("ZJ-2", 1'000, 12'000_cny).sold(), 1'000);
}

TEST_F(Quotas, AreRefusedOutOfRange) {
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.gross_cap_kg = -1;
  EXPECT_EQ(floor.quota(caps).refused, Code::o01_quantity);
  caps = Floor::caps(Province::sh, Pollutant::co2e);
  EXPECT_EQ(floor.quota(caps).refused, Code::o01_quantity);
  caps = Floor::caps(static_cast<Province>(4));
  EXPECT_EQ(floor.quota(caps).refused, Code::o01_quantity);
}

}  // namespace
}  // namespace emx::engine::testing
