#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/exchange/floor.hpp"

// Market-rules 12: transfers of rights between facilities that are trusted, each rule at its bound
// and one beyond.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Date today = date_of(2026, 6, 18);
constexpr Date due = date_of(2026, 6, 22);

class Transfers : public ::testing::Test {
 protected:
  Transfers() {
    floor.open_market();
    floor.facility({.name = "A", .province = Province::sh});
    floor.issue("A", 1'000);
    floor.add("B", Province::zj);
    floor.add("K", Province::zj, "key");
    trust("A", "B");
    trust("A", "K");
  }

  Outcome trust(std::string_view from, std::string_view to, std::uint8_t trusted = 1,
                std::uint32_t approver = second_person) {
    TrustCommand command{};
    command.header.approver = approver;
    command.from = AccountCode{from};
    command.to = AccountCode{to};
    command.trusted = trusted;
    return floor.apply(CommandKind::trust, command);
  }
  Outcome transfer(std::string_view to, std::int64_t lots, std::uint32_t approver = second_person,
                   std::string_view from = "A", std::string_view symbol = voc) {
    TransferCommand command{};
    command.header.approver = approver;
    command.from = AccountCode{from};
    command.to = AccountCode{to};
    command.symbol = Symbol{symbol};
    command.quantity_lots = lots;
    return floor.apply(CommandKind::transfer, command);
  }
  Outcome open(Date date) {
    floor.phase(Phase::closed);
    return floor.day(date);
  }
  Outcome freeze(std::int64_t lots) {
    FreezeCommand command{};
    command.header.approver = second_person;
    command.facility = AccountCode{"A"};
    command.symbol = Symbol{voc};
    command.amount = lots;
    return floor.apply(CommandKind::freeze, command);
  }
  static TransferStage stage_of(const Outcome& outcome) {
    return outcome.transfers.size() == 1 ? static_cast<TransferStage>(outcome.transfers[0].stage)
                                         : TransferStage{0};
  }
  // The code that ended the only transfer of a day.
  static Code ended_by(const Outcome& outcome) {
    if (stage_of(outcome) != TransferStage::ended) return Code::none;
    EXPECT_THAT(outcome.postings, IsEmpty());
    return static_cast<Code>(outcome.transfers[0].code);
  }

  Floor floor;
};

TEST_F(Transfers, FreezesAtOnceAndGoesOnTheFourthDay) {
  const Outcome asked = transfer("B", 600);
  ASSERT_EQ(stage_of(asked), TransferStage::requested);
  EXPECT_EQ(asked.transfers[0].transfer_no, 1U);
  EXPECT_EQ(asked.transfers[0].due_date, due.value);
  ASSERT_EQ(asked.held_back.size(), 1U);
  EXPECT_EQ(asked.held_back[0].frozen_amount, 600);
  EXPECT_EQ(floor.sell("A", 401, 12'500_cny).refused, Code::l02_rights);
  EXPECT_THAT(open(date_of(2026, 6, 21)).transfers, IsEmpty());
  const Outcome done = floor.day(due);
  ASSERT_EQ(stage_of(done), TransferStage::carried_out);
  EXPECT_EQ(done.transfers[0].credited_lots, 600);
  EXPECT_EQ(done.transfers[0].retired_lots, 0);
  ASSERT_EQ(done.held_back.size(), 1U);
  EXPECT_EQ(done.held_back[0].frozen_amount, 0);
  EXPECT_EQ(floor.rights("A"), Lots{400});
  EXPECT_EQ(floor.rights("B"), Lots{1'000'600});
  EXPECT_THAT(floor.day(date_of(2026, 6, 23)).transfers, IsEmpty());
}

TEST_F(Transfers, GoesOnTheFirstTradeDateAfterItsDay) {
  transfer("B", 600);
  EXPECT_EQ(stage_of(open(date_of(2026, 7, 10))), TransferStage::carried_out);
}

// To a key zone at 3/2, across provinces: 1,000 sold, 666 credited, 334 retired.
TEST_F(Transfers, CountsAsATradeDoes) {
  transfer("K", 1'000);
  const Outcome done = open(due);
  ASSERT_EQ(stage_of(done), TransferStage::carried_out);
  EXPECT_EQ(done.transfers[0].ratio_n, 3);
  EXPECT_EQ(done.transfers[0].ratio_d, 2);
  EXPECT_EQ(done.transfers[0].credited_lots, 666);
  EXPECT_EQ(floor.balance(account_env_retired, asset_of_instrument(0)), 334);
  ASSERT_EQ(done.quotas.size(), 2U);
  EXPECT_EQ(done.quotas[0].net_kg, 666);
  EXPECT_EQ(done.quotas[0].net_today_kg, 666);
  EXPECT_EQ(done.quotas[1].net_kg, -1'000);
  EXPECT_EQ(done.quotas[1].gross_kg, 1'000);
  ASSERT_EQ(done.demands.size(), 1U);
  EXPECT_EQ(done.demands[0].credited_kg, 666);
}

TEST_F(Transfers, GoesWholeOrNotAtAll) {
  struct Case {
    std::int64_t SetQuotaCommand::*cap;
    Province province;
    std::int64_t enough;
    Code code;
  };
  for (const Case& c :
       {Case{&SetQuotaCommand::inflow_cap_kg, Province::zj, 600, Code::q01_net_inflow},
        Case{&SetQuotaCommand::outflow_cap_kg, Province::sh, 600, Code::q02_net_outflow},
        Case{&SetQuotaCommand::gross_cap_kg, Province::zj, 600, Code::q03_gross},
        Case{&SetQuotaCommand::gross_cap_kg, Province::sh, 600, Code::q03_gross},
        Case{&SetQuotaCommand::holding_cap_kg, Province::zj, 2'000'600, Code::q04_holding},
        Case{&SetQuotaCommand::daily_pace_kg, Province::zj, 600, Code::q05_pace}}) {
    SCOPED_TRACE(name_of(c.code));
    for (const std::int64_t less : {0, 1}) {
      Floor fresh;
      std::swap(floor, fresh);
      floor.open_market();
      floor.facility({.name = "A", .province = Province::sh});
      floor.issue("A", 1'000);
      floor.add("B", Province::zj);
      floor.add("K", Province::zj, "key");
      trust("A", "B");
      transfer("B", 600);
      SetQuotaCommand caps = Floor::caps(c.province);
      caps.*c.cap = c.enough - less;
      floor.quota(caps);
      const Outcome done = open(due);
      EXPECT_EQ(ended_by(done), less == 0 ? Code::none : c.code);
      EXPECT_EQ(floor.rights("A"), Lots{less == 0 ? 400 : 1'000});
    }
  }
}

// Rooms below 0 count as 0, so the earlier row gives the code (market-rules 7).
TEST_F(Transfers, EndsByTheFirstOfTheCapsThatAreUsedUp) {
  transfer("B", 600);
  EXPECT_EQ(ended_by(open(due)), Code::none);
  transfer("B", 100);
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.outflow_cap_kg = 600;  // used up
  caps.gross_cap_kg = 500;    // and this by more
  floor.quota(caps);
  EXPECT_EQ(ended_by(floor.day(date_of(2026, 6, 26))), Code::q02_net_outflow);
}

TEST_F(Transfers, EndsByTheDemandAndCancelsWhatItUsesUp) {
  transfer("B", 600);
  transfer("B", 300);
  floor.demand("B", 899);
  floor.buy("B", 1, 11'000_cny, {.time_in_force = TimeInForce::gtc});
  const Outcome day = open(due);
  ASSERT_EQ(day.transfers.size(), 2U);
  EXPECT_EQ(static_cast<TransferStage>(day.transfers[0].stage), TransferStage::carried_out);
  EXPECT_EQ(static_cast<Code>(day.transfers[1].code), Code::d01_demand);
  EXPECT_THAT(day.cancelled, IsEmpty());
  floor.demand("B", 100);
  floor.phase(Phase::continuous);
  transfer("B", 100);
  EXPECT_THAT(open(date_of(2026, 6, 26)).cancel_codes(), ElementsAre(Code::d01_demand));
}

TEST_F(Transfers, EndsByTheFirstRuleThatFails) {
  transfer("B", 600);
  floor.link(Province::sh, Province::zj, false);
  EXPECT_EQ(ended_by(open(due)), Code::e07_link);
  floor.link(Province::sh, Province::zj, true);
  auto next = [&, date = due.value]() mutable {
    transfer("B", 600);
    date += 4;
    return ended_by(floor.day(Date{date}));
  };
  floor.facility({.name = "B", .province = Province::zj, .credit = Credit::negative});
  EXPECT_EQ(next(), Code::e02_credit);
  floor.facility({.name = "A", .province = Province::sh, .permit_valid_to = today});
  EXPECT_EQ(next(), Code::e01_permit);  // the giver's E01 before the receiver's E02
  floor.facility({.name = "A", .province = Province::sh});
  floor.facility({.name = "B", .province = Province::zj});
  floor.zone(Province::zj, "plain", {.misses_mask = every_pollutant});
  EXPECT_EQ(next(), Code::e08_attain);
  EXPECT_EQ(floor.rights("A"), Lots{1'000});
}

// E03 is for trades: a firm may move its rights from one facility to another.
TEST_F(Transfers, GoesBetweenFacilitiesOfOneFirm) {
  floor.facility({.name = "A2", .province = Province::sh, .firm = "A"});
  floor.demand("A2", ample);
  trust("A", "A2");
  transfer("A2", 10);
  const Outcome done = open(due);
  EXPECT_EQ(stage_of(done), TransferStage::carried_out);
  EXPECT_THAT(done.quotas, IsEmpty());
}

TEST_F(Transfers, NeedsTwoPersonsAndTrust) {
  EXPECT_EQ(transfer("B", 1, 0).refused, Code::p06_four_eyes);
  EXPECT_EQ(trust("B", "A", 1, 0).refused, Code::p06_four_eyes);
  EXPECT_EQ(transfer("A", 1, second_person, "B").refused, Code::p05_not_your_account);
  EXPECT_EQ(trust("B", "A").refused, Code::none);
  EXPECT_EQ(transfer("A", 1, second_person, "B").refused, Code::none);
}

TEST_F(Transfers, EndsWhenTrustIsTakenAway) {
  transfer("B", 600);
  transfer("K", 100);
  const Outcome distrusted = trust("A", "B", 0, 0);
  EXPECT_EQ(ended_by(distrusted), Code::p05_not_your_account);
  ASSERT_EQ(distrusted.held_back.size(), 1U);
  EXPECT_EQ(distrusted.held_back[0].frozen_amount, 100);
  EXPECT_EQ(transfer("B", 1).refused, Code::p05_not_your_account);
  EXPECT_EQ(stage_of(open(due)), TransferStage::carried_out);  // the other one
}

TEST_F(Transfers, TakesWhatIsAvailableAndNotALotMore) {
  floor.sell("A", 300, 12'500_cny);
  const Outcome more = transfer("B", 701);
  EXPECT_EQ(more.refused, Code::l02_rights);
  EXPECT_EQ(more.limit, 700);
  EXPECT_EQ(more.value, 701);
  EXPECT_EQ(transfer("B", 700).refused, Code::none);
}

TEST_F(Transfers, StaysFrozenWhateverAFreezeFrees) {
  transfer("B", 600);
  freeze(100);
  const Outcome more = freeze(-101);
  EXPECT_EQ(more.refused, Code::o01_quantity);
  EXPECT_EQ(more.limit, -100);
  EXPECT_EQ(freeze(-100).refused, Code::none);
  EXPECT_EQ(freeze(401).refused, Code::l02_rights);
  EXPECT_EQ(freeze(400).refused, Code::none);
  EXPECT_EQ(stage_of(open(due)), TransferStage::carried_out);
  EXPECT_EQ(floor.rights("A"), Lots{400});
}

TEST_F(Transfers, MeansSomething) {
  EXPECT_EQ(transfer("B", 0).refused, Code::o01_quantity);
  EXPECT_EQ(transfer("B", order_lots_max.value + 1).limit, order_lots_max.value);
  EXPECT_EQ(transfer("X", 1).refused, Code::p04_unknown_account);
  EXPECT_EQ(transfer("B", 1, second_person, "X").refused, Code::p04_unknown_account);
  EXPECT_EQ(transfer("B", 1, second_person, "A", "X").refused, Code::p03_unknown_symbol);
  EXPECT_EQ(trust("A", "X").refused, Code::p04_unknown_account);
  EXPECT_EQ(trust("A", "A").refused, Code::o01_quantity);
  EXPECT_EQ(trust("A", "B", 2).refused, Code::o01_quantity);
  floor.book({.symbol = "ELSEWHERE", .venue_of_record = "SEEE"});
  EXPECT_EQ(transfer("B", 1, second_person, "A", "ELSEWHERE").refused, Code::p02_venue);
  Floor before_any_day;
  std::swap(floor, before_any_day);
  floor.zone(Province::sh, "plain");
  floor.book({});
  floor.facility({.name = "A"});
  floor.facility({.name = "B"});
  EXPECT_EQ(transfer("B", 1).refused, Code::p01_phase);
}

TEST_F(Transfers, HasRoomForSoManyAndNoMore) {
  for (std::uint32_t i = 0; i < 256; ++i) ASSERT_EQ(transfer("B", 1).refused, Code::none);
  const Outcome full = transfer("B", 1);
  EXPECT_EQ(full.refused, Code::o11_capacity);
  EXPECT_EQ(full.limit, 256);
  const Outcome all = open(due);
  EXPECT_EQ(all.transfers.size(), 256U);
  EXPECT_EQ(floor.rights("A"), Lots{1'000 - 256});
  EXPECT_EQ(transfer("B", 1).refused, Code::none);
}

TEST_F(Transfers, TrustsSoManyPairsAndNoMore) {
  for (int i = 0; i < 33; ++i) floor.facility({.name = "F" + std::to_string(i)});
  std::uint32_t pairs = 2;
  for (int i = 0; i < 33; ++i) {
    for (int j = 0; j < 33; ++j) {
      if (i == j) continue;
      const Outcome outcome = trust("F" + std::to_string(i), "F" + std::to_string(j));
      ASSERT_EQ(outcome.refused, pairs < 1'024 ? Code::none : Code::o11_capacity);
      if (pairs < 1'024) ++pairs;
    }
  }
  EXPECT_EQ(pairs, 1'024U);
  EXPECT_EQ(trust("A", "B").refused, Code::none);  // it is there already
}

}  // namespace
}  // namespace emx::engine::testing
