#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "engine/inspection.hpp"
#include "tests/exchange/block_floor.hpp"

// Market-rules 7 and 17: what is accepted before the block session waits for it with a ticket.

namespace emx::engine::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class Tickets : public Blocks {
 protected:
  Tickets() {
    floor.add("B", Province::zj);
    session(0);
  }

  // S sells the smallest block to the buyer, which accepts.
  Outcome ticket(std::string_view buyer = "Z") {
    const Outcome sold = submit("S", Side::sell, buyer);
    return accept(buyer, sold.blocks.empty() ? 0 : sold.blocks[0].block_no);
  }
  void inflow(std::int64_t cap) {
    SetQuotaCommand caps = Floor::caps(Province::zj);
    caps.inflow_cap_kg = cap;
    floor.quota(caps);
  }
  // A bid of Z and an ask of S that cross; they trade if ZJ has room.
  Outcome pair(std::int64_t lots) {
    floor.sell("S", lots, 12'000_cny);
    return floor.buy("Z", lots, 12'000_cny);
  }
  Outcome parameters(std::uint32_t fee_bp, std::uint8_t ticket_room_pct) {
    SetParametersCommand command = floor.names().parameters();
    command.fee_rate_bp = fee_bp;
    command.ticket_room_pct = ticket_room_pct;
    return floor.apply(CommandKind::set_parameters, command);
  }
  // All that either side has is free again.
  void expect_nothing_reserved() {
    session(0);
    EXPECT_EQ(submit("S", Side::sell, "Z", {.lots = floor.rights("S").value}).refused, Code::none);
    const auto all = floor.exchange().inspection().cash(FacilityId{floor.id_of("Z")});
    EXPECT_EQ(all.reserved, 0);
  }
};

TEST_F(Tickets, BindBothSidesUntilTheSessionOpens) {
  const Outcome taken = ticket();
  ASSERT_THAT(taken.blocks, SizeIs(1));
  const BlockEvent& block = taken.blocks[0];
  EXPECT_EQ(block.stage, static_cast<std::uint8_t>(BlockStage::confirmed));
  EXPECT_EQ(block.reserved_amount, smallest);
  EXPECT_EQ(block.other_reserved_amount, 180'006'000 + 180'006);
  EXPECT_EQ(block.credited_lots, smallest);
  EXPECT_THAT(taken.trades, IsEmpty());
  EXPECT_EQ(submit("S", Side::sell, "Z", {.lots = 1'000'000 - smallest + 1}).refused,
            Code::l02_rights);
  const Outcome open = session(1);
  ASSERT_THAT(open.trades, SizeIs(1));
  EXPECT_EQ(open.trades[0].is_block, 1);
  EXPECT_EQ(open.blocks[0].stage, static_cast<std::uint8_t>(BlockStage::traded));
  EXPECT_EQ(open.bills[0].buyer_fee_fen, 180'006);
  EXPECT_EQ(floor.rights("Z"), Lots{1'000'000 + smallest});
  expect_nothing_reserved();
}

TEST_F(Tickets, AreCarriedOutInTheOrderOfTheirNumbers) {
  ticket("Z");
  ticket("B");
  submit("S", Side::sell, "K");  // nobody accepts it
  const Outcome open = session(1);
  ASSERT_THAT(open.trades, SizeIs(2));
  EXPECT_EQ(open.trades[0].buy_facility, floor.id_of("Z"));
  EXPECT_EQ(open.trades[1].buy_facility, floor.id_of("B"));
  EXPECT_THAT(session(1).trades, IsEmpty());
}

TEST_F(Tickets, CountInTheRoom) {
  ticket();
  inflow(smallest + 5);
  const Outcome cut = pair(7);
  ASSERT_THAT(cut.trades, SizeIs(1));
  EXPECT_EQ(cut.trades[0].quantity_lots, 5);
  EXPECT_EQ(cut.trades[0].code, static_cast<std::uint16_t>(Code::q01_net_inflow));
  EXPECT_EQ(floor.buy("Z", 1, 11'900_cny).warning(), Code::q01_net_inflow);
  ASSERT_THAT(session(1).trades, SizeIs(1));  // its own ticket is no bar to it
}

TEST_F(Tickets, OfTheSellerCountInItsRoom) {
  ticket();
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.outflow_cap_kg = smallest + 5;
  floor.quota(caps);
  const Outcome cut = pair(7);
  ASSERT_THAT(cut.trades, SizeIs(1));
  EXPECT_EQ(cut.trades[0].quantity_lots, 5);
  EXPECT_EQ(cut.trades[0].code, static_cast<std::uint16_t>(Code::q02_net_outflow));
}

// ZJ sells: that will make room there, but not before it has sold.
TEST_F(Tickets, BringNoRoomBeforeTheyTrade) {
  inflow(0);
  submit("Z", Side::sell, "S");
  accept("S");
  EXPECT_THAT(pair(7).trades, IsEmpty());
  const Outcome open = session(1);
  ASSERT_THAT(open.trades, SizeIs(2));
  EXPECT_EQ(open.trades[1].quantity_lots, 7);
}

// At its bound, and a kilogram beyond.
TEST_F(Tickets, HoldAtMostAFifthOfAnyRoom) {
  struct Row {
    Province province;
    std::int64_t SetQuotaCommand::*cap;
    std::int64_t used;
    Code code;
  };
  const std::int64_t held = 3'000'000;  // by Z, B and K
  for (const Row& row :
       {Row{Province::zj, &SetQuotaCommand::inflow_cap_kg, 0, Code::q01_net_inflow},
        Row{Province::sh, &SetQuotaCommand::outflow_cap_kg, 0, Code::q02_net_outflow},
        Row{Province::zj, &SetQuotaCommand::gross_cap_kg, 0, Code::q03_gross},
        Row{Province::sh, &SetQuotaCommand::gross_cap_kg, 0, Code::q03_gross},
        Row{Province::zj, &SetQuotaCommand::holding_cap_kg, held, Code::q04_holding},
        Row{Province::zj, &SetQuotaCommand::daily_pace_kg, 0, Code::q05_pace}}) {
    SetQuotaCommand caps = Floor::caps(row.province);
    caps.*row.cap = row.used + 5 * smallest - 1;
    floor.quota(caps);
    const Outcome sold = sell();
    const std::uint64_t number = sold.blocks[0].block_no;
    const Outcome beyond = accept("Z", number);
    EXPECT_EQ(beyond.refused, row.code);
    EXPECT_EQ(beyond.limit, smallest - 1);
    EXPECT_EQ(beyond.value, smallest);
    caps.*row.cap += 1;
    floor.quota(caps);
    EXPECT_EQ(accept("Z", number).refused, Code::none);
    kill("S");
    floor.quota(Floor::caps(row.province));
    release("S");
    next_day();
  }
}

TEST_F(Tickets, HoldItTogether) {
  inflow(10 * smallest - 1);
  EXPECT_EQ(ticket("Z").refused, Code::none);
  const Outcome second = ticket("B");
  EXPECT_EQ(second.refused, Code::q01_net_inflow);
  EXPECT_EQ(second.limit, smallest - 1);
  inflow(10 * smallest);
  EXPECT_EQ(accept("B", 2).refused, Code::none);
}

TEST_F(Tickets, HoldWhatTheJointOfficeSays) {
  inflow(smallest);
  EXPECT_EQ(ticket().refused, Code::q01_net_inflow);
  parameters(10, 100);
  EXPECT_EQ(accept("Z", 1).refused, Code::none);
  parameters(10, 0);
  const Outcome none = ticket("B");
  EXPECT_EQ(none.refused, Code::q01_net_inflow);
  EXPECT_EQ(none.limit, 0);
}

TEST_F(Tickets, HoldByTheReplacementRatio) {
  const Outcome taken = ticket("K");
  ASSERT_THAT(taken.blocks, SizeIs(1));
  EXPECT_EQ(taken.blocks[0].credited_lots, smallest * 2 / 3);
  inflow(smallest * 2 / 3 + 5);
  EXPECT_EQ(pair(7).sold(), 5);
}

TEST_F(Tickets, HoldNoRoomWithinAProvince) {
  inflow(0);
  floor.add("Y", Province::zj);
  submit("Y", Side::sell, "Z");
  const Outcome taken = accept("Z");
  ASSERT_THAT(taken.blocks, SizeIs(1));
  EXPECT_EQ(taken.blocks[0].credited_lots, 0);
  EXPECT_THAT(session(1).trades, SizeIs(1));
}

TEST_F(Tickets, APairHasOneADay) {
  ticket();
  kill("S");
  release("S");
  const Outcome again = ticket();
  EXPECT_EQ(again.refused, Code::p01_phase);
  EXPECT_EQ(again.limit, 1);
  submit("Z", Side::sell, "S");
  EXPECT_EQ(accept("S", 3).refused, Code::p01_phase);  // the other way round it is the same pair
  EXPECT_EQ(ticket("B").refused, Code::none);
  session(1);
  EXPECT_THAT(accept("Z", 2).trades, SizeIs(1));
  session(0);
  next_day();
  EXPECT_EQ(ticket().refused, Code::none);
}

// Else two firms with several facilities each would hold a fifth of the room again and again.
TEST_F(Tickets, TwoFirmsHaveOneADayWithWhicheverOfTheirFacilities) {
  floor.add({.name = "S2", .province = Province::js, .firm = "S"});
  floor.add({.name = "Z2", .province = Province::zj, .firm = "Z"});
  ticket();
  submit("S2", Side::sell, "Z2");
  const Outcome again = accept("Z2", 2);
  EXPECT_EQ(again.refused, Code::p01_phase);
  EXPECT_EQ(again.limit, 1);
  submit("Z2", Side::sell, "S");
  EXPECT_EQ(accept("S", 3).refused, Code::p01_phase);
  EXPECT_EQ(ticket("B").refused, Code::none);
}

TEST_F(Tickets, NobodyTakesBack) {
  ticket();
  EXPECT_EQ(answer("S", BlockAnswer::cancel).refused, Code::d04_too_late);
  EXPECT_EQ(answer("Z", BlockAnswer::decline).refused, Code::d04_too_late);
  EXPECT_EQ(accept("Z").refused, Code::d04_too_late);
  EXPECT_THAT(session(1).trades, SizeIs(1));
}

// What a ticket held is free for the pair that waits, in the entry after the refusal.
TEST_F(Tickets, GiveBackTheirRoomWhenTheirTimeIsOver) {
  ticket();
  inflow(smallest);
  EXPECT_THAT(pair(7).trades, IsEmpty());
  floor.later_ns = 30 * minute_ns;
  const Outcome late = accept("Z");
  EXPECT_EQ(late.refused, Code::d04_too_late);
  EXPECT_EQ(ended_by(late), Code::c01_expired);
  ASSERT_THAT(late.entries, SizeIs(2));
  EXPECT_TRUE(late.entries[0].more_to_do);
  EXPECT_EQ(late.entries[0].events, 3U);  // the refusal, the block, that there is more to do
  ASSERT_THAT(late.trades, SizeIs(1));
  EXPECT_EQ(late.trades[0].quantity_lots, 7);
}

TEST_F(Tickets, GiveBackTheirRoomBeforeTheCommandThatComesNext) {
  ticket();
  inflow(smallest);
  floor.sell("S", 7, 12'000_cny);
  floor.later_ns = 30 * minute_ns;
  const Outcome next = floor.buy("Z", 7, 12'000_cny);
  EXPECT_EQ(next.warning(), Code::none);
  EXPECT_EQ(next.sold(), 7);
  EXPECT_THAT(next.entries, SizeIs(1));
}

TEST_F(Tickets, EndWithTheirBooksDay) {
  ticket();
  EXPECT_EQ(ended_by(floor.phase(Phase::closed)), Code::c01_expired);
  floor.day(date_of(2026, 6, 19));
  floor.phase(Phase::continuous);
  expect_nothing_reserved();
}

// Each side, and what its end sets free.
TEST_F(Tickets, EndByTheKillSwitchAndTheEntryRules) {
  ticket();
  inflow(smallest);
  floor.add("W", Province::zj);
  floor.sell("S", 7, 12'000_cny);
  floor.buy("W", 7, 12'000_cny);
  const Outcome killed = kill("Z");
  EXPECT_EQ(ended_by(killed), Code::k01_killed);
  EXPECT_THAT(killed.trades, SizeIs(1));
  release("Z");
  inflow(ample);
  ticket("B");
  EXPECT_EQ(
      ended_by(floor.facility({.name = "B", .province = Province::zj, .credit = Credit::negative})),
      Code::e02_credit);
}

TEST_F(Tickets, EndWhenAFreezeNeedsWhatEitherSideReserves) {
  ticket("Z");
  EXPECT_EQ(ended_by(freeze("Z", ample)), Code::l01_cash);
  ticket("B");
  EXPECT_EQ(ended_by(freeze("S", 1'000'000, voc)), Code::l02_rights);
  EXPECT_THAT(session(1).trades, IsEmpty());
}

// What bars the pair when the session opens; then both sides are free again.
TEST_F(Tickets, EndInTheSessionByWhatBarsThePair) {
  const auto reopen = [&](Code code) {
    EXPECT_EQ(ended_by(session(1)), code);
    floor.phase(Phase::continuous);
    expect_nothing_reserved();
    kill("S");
    release("S");
    next_day();
  };
  ticket();
  floor.link(Province::sh, Province::zj, false);
  reopen(Code::e07_link);
  floor.link(Province::sh, Province::zj, true);
  ticket();
  inflow(smallest - 1);
  reopen(Code::q01_net_inflow);
  inflow(ample);
  ticket();
  floor.demand("Z", smallest - 1);
  reopen(Code::d01_demand);
  floor.demand("Z", ample);
  ticket();
  floor.phase(Phase::halt);
  reopen(Code::p01_phase);
}

TEST_F(Tickets, EachSidePaysTheFeeOfWhenItBoundItself) {
  sell();
  parameters(20, 20);
  accept("Z");
  parameters(40, 20);
  const Outcome open = session(1);
  ASSERT_THAT(open.bills, SizeIs(1));
  EXPECT_EQ(open.bills[0].seller_fee_fen, 180'006);
  EXPECT_EQ(open.bills[0].buyer_fee_fen, 2 * 180'006);
}

TEST_F(Tickets, UseUpTheBuyersDemandAndCancelItsBids) {
  ticket();
  floor.demand("Z", smallest);
  floor.buy("Z", 5, 11'900_cny);
  EXPECT_THAT(session(1).cancel_codes(), ::testing::ElementsAre(Code::d01_demand));
}

// 4,096 pairs of 92 facilities of one province.
TEST(ManyTickets, AreBoundedOnOneDay) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.firms_max = genesis.facilities_max = 128;
  Floor floor{genesis};
  floor.open_market();
  constexpr int facilities = 92;
  const auto name = [](int i) { return "F" + std::to_string(i); };
  floor.verifies = false;
  for (int i = 0; i < facilities; ++i) floor.add(name(i), Province::zj);
  for (int i = 0; i < facilities; ++i) floor.issue(name(i), 200 * smallest);
  const auto send = [&](const auto& command, CommandKind kind, const std::string& by) {
    return floor.apply(kind, command, floor.firm_of(by));
  };
  const auto session = [&](std::uint8_t open) {
    BlockSessionCommand command{};
    command.open = open;
    floor.apply(CommandKind::block_session, command);
  };
  int taken = 0;
  for (int i = 0; i < facilities; ++i) {
    for (int j = i + 1; j < facilities; ++j) {
      SubmitBlockCommand block{};
      block.facility = AccountCode{name(i)};
      block.counterparty = AccountCode{name(j)};
      block.symbol = Symbol{voc};
      block.price_fen = (12'000_cny).value;
      block.quantity_lots = smallest;
      block.side = static_cast<std::uint8_t>(Side::sell);
      block.minutes = 30;
      const Outcome asked = send(block, CommandKind::submit_block, name(i));
      ASSERT_THAT(asked.blocks, SizeIs(1));
      AnswerBlockCommand yes{};
      yes.block_no = asked.blocks[0].block_no;
      yes.answer = static_cast<std::uint8_t>(BlockAnswer::accept);
      const Outcome answered = send(yes, CommandKind::answer_block, name(j));
      if (taken == 4'096) {
        EXPECT_EQ(answered.refused, Code::o11_capacity);
        EXPECT_EQ(answered.limit, 4'096);
        return;
      }
      ASSERT_EQ(answered.refused, Code::none);
      if (++taken % 200 == 0) {
        session(1);
        session(0);
      }
    }
  }
  FAIL() << "no bound was met";
}

}  // namespace
}  // namespace emx::engine::testing
