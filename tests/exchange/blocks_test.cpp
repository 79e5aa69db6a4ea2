#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/exchange/block_floor.hpp"

// Market-rules 9 and 17: blocks, each rule at its bound and one beyond.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Blocks, TellsBothSidesAndReservesTheSubmittersRights) {
  const Outcome done = sell();
  ASSERT_THAT(done.blocks, SizeIs(1));
  const BlockEvent& block = done.blocks[0];
  EXPECT_EQ(block.block_no, 1U);
  EXPECT_EQ(block.stage, static_cast<std::uint8_t>(BlockStage::alleged));
  EXPECT_EQ(block.side, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(block.facility, floor.id_of("S"));
  EXPECT_EQ(block.counterparty, floor.id_of("Z"));
  EXPECT_EQ(block.price_ticks, 1'200);
  EXPECT_EQ(block.reserved_amount, smallest);
  EXPECT_EQ(block.expires_ns, static_cast<std::int64_t>(floor.entries()) + 30 * minute_ns);
  const Outcome more = submit("S", Side::sell, "Z", {.lots = 1'000'000 - smallest + 1});
  EXPECT_EQ(more.refused, Code::l02_rights);
  EXPECT_EQ(more.limit, 1'000'000 - smallest);
}

TEST_F(Blocks, ReservesAmountAndFeeOfABuyer) {
  // 30,001 kg at 12,000 CNY per t, 5 years: 1,800,060.00 CNY, and 10 bp of it, half up.
  const std::int64_t fen = 180'006'000 + 180'006;
  const Outcome done = submit("Z", Side::buy, "S");
  ASSERT_THAT(done.blocks, SizeIs(1));
  EXPECT_EQ(done.blocks[0].reserved_amount, fen);
}

TEST_F(Blocks, TradesWholeWhenTheOtherSideAccepts) {
  sell();
  const Outcome done = accept("Z");
  ASSERT_THAT(done.trades, SizeIs(1));
  const TradeEvent& trade = done.trades[0];
  EXPECT_EQ(trade.is_block, 1);
  EXPECT_EQ(trade.buy_order_id, 0U);
  EXPECT_EQ(trade.quantity_lots, smallest);
  EXPECT_EQ(trade.cross_province, 1);
  ASSERT_THAT(done.blocks, SizeIs(1));
  EXPECT_EQ(done.blocks[0].stage, static_cast<std::uint8_t>(BlockStage::traded));
  ASSERT_THAT(done.bills, SizeIs(1));
  EXPECT_EQ(done.bills[0].amount_fen, 180'006'000);
  EXPECT_EQ(done.bills[0].buyer_fee_fen, 180'006);
  EXPECT_EQ(done.bills[0].seller_fee_fen, 180'006);
  EXPECT_THAT(done.quotas, SizeIs(2));
  EXPECT_THAT(done.demands, SizeIs(1));
  EXPECT_THAT(done.skips, IsEmpty());
  EXPECT_EQ(floor.rights("Z"), Lots{1'000'000 + smallest});
  EXPECT_EQ(floor.rights("S"), Lots{1'000'000 - smallest});
  EXPECT_EQ(accept("Z").refused, Code::d04_too_late);
  EXPECT_EQ(accept("Z", 2).refused, Code::d03_unknown_order);
}

TEST_F(Blocks, HasTheRatioOfATrade) {
  submit("S", Side::sell, "K");
  const Outcome done = accept("K");
  ASSERT_THAT(done.trades, SizeIs(1));
  EXPECT_EQ(done.trades[0].credited_lots, smallest * 2 / 3);
  EXPECT_EQ(done.trades[0].retired_lots, smallest - smallest * 2 / 3);
}

TEST_F(Blocks, ABuyersReservationPaysForIt) {
  floor.facility({.name = "B", .province = Province::zj});
  floor.demand("B", ample);
  floor.deposit("B", Fen{180'006'000 + 180'006});
  ASSERT_EQ(submit("B", Side::buy, "S").refused, Code::none);
  EXPECT_EQ(submit("B", Side::buy, "S").refused, Code::l01_cash);
  ASSERT_THAT(accept("S").trades, SizeIs(1));
  EXPECT_EQ(floor.cash("B"), Fen{0});
}

TEST_F(Blocks, PassesOverNobodyAndLeavesTheCollarAlone) {
  floor.sell("K", 10, 11'000_cny);
  sell();
  const Outcome done = accept("Z");
  EXPECT_THAT(done.trades, SizeIs(1));
  EXPECT_THAT(done.skips, IsEmpty());
  EXPECT_THAT(done.collars, IsEmpty());
}

TEST_F(Blocks, SizeAndBandAreItsOwn) {
  EXPECT_EQ(submit("S", Side::sell, "Z", {.lots = smallest - 1}).refused, Code::o08_block_min);
  // 11,980 CNY: 30 % are 8,386 to 15,574, inward to whole ticks.
  EXPECT_EQ(submit("S", Side::sell, "Z", {.price = 8'390_cny}).refused, Code::none);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.price = 8'380_cny}).refused, Code::o05_price);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.price = 15'570_cny}).refused, Code::none);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.price = 15'580_cny}).refused, Code::o05_price);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.price = 12'005_cny}).refused, Code::o06_tick_or_lot);
}

// Market-rules 10: behind P05, before all else.
TEST_F(Blocks, RefusesAnIdThatWasUsedBefore) {
  constexpr std::uint8_t again = order_duplicate_cl_ord_id;
  EXPECT_EQ(submit("S", Side::sell, "Z", {.by = "Z", .flags = again}).refused,
            Code::p05_not_your_account);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.minutes = 0, .flags = again}).refused,
            Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.flags = again}).refused, Code::d02_duplicate_cl_ord_id);
  sell();
  EXPECT_EQ(answer("K", BlockAnswer::accept, 1, again).refused, Code::p05_not_your_account);
  EXPECT_EQ(answer("Z", BlockAnswer::accept, 1, again).refused, Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(answer("Z", BlockAnswer::accept, 2, again).refused, Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(answer("S", BlockAnswer::cancel, 1, again).refused, Code::d02_duplicate_cl_ord_id);
  EXPECT_THAT(accept("Z").trades, SizeIs(1));
}

TEST_F(Blocks, RefusesWhatIsNoPriceInFenOrNoWholeLot) {
  EXPECT_EQ(submit("S", Side::sell, "Z", {.flags = order_inexact_price}).refused,
            Code::o06_tick_or_lot);
  const Outcome done = submit("S", Side::sell, "Z", {.flags = order_inexact_quantity});
  EXPECT_EQ(done.refused, Code::o06_tick_or_lot);
  EXPECT_EQ(done.limit, 1);
}

TEST_F(Blocks, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(submit("S", Side::sell, "Z", {.symbol = "NONE"}).refused, Code::p03_unknown_symbol);
  EXPECT_EQ(submit("S", Side::sell, "nobody").refused, Code::p04_unknown_account);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.by = "Z"}).refused, Code::p05_not_your_account);
  EXPECT_EQ(submit("S", Side{3}, "Z").refused, Code::o01_quantity);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.minutes = 0}).refused, Code::o01_quantity);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.minutes = 31}).refused, Code::o01_quantity);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.lots = 0}).refused, Code::o01_quantity);
  floor.phase(Phase::closed);
  EXPECT_EQ(sell().refused, Code::p01_phase);
}

TEST_F(Blocks, OnlyTheOtherSideAcceptsOrDeclinesAndOnlyTheSubmitterCancels) {
  sell();
  EXPECT_EQ(accept("S").refused, Code::p05_not_your_account);
  EXPECT_EQ(answer("S", BlockAnswer::decline).refused, Code::p05_not_your_account);
  EXPECT_EQ(answer("Z", BlockAnswer::cancel).refused, Code::p05_not_your_account);
  EXPECT_EQ(answer("Z", BlockAnswer{4}).refused, Code::o01_quantity);
  EXPECT_EQ(ended_by(answer("Z", BlockAnswer::decline)), Code::c03_requested);
  sell();
  EXPECT_EQ(ended_by(answer("S", BlockAnswer::cancel, 2)), Code::c03_requested);
  EXPECT_EQ(submit("S", Side::sell, "Z", {.lots = 1'000'000}).refused, Code::none);
}

TEST_F(Blocks, TheSessionIsOpenOrClosed) { EXPECT_EQ(session(2).refused, Code::o01_quantity); }

TEST_F(Blocks, NeitherSideBindsItselfInAHalt) {
  sell();
  floor.phase(Phase::halt);
  EXPECT_EQ(sell().refused, Code::p01_phase);
  EXPECT_EQ(accept("Z").refused, Code::p01_phase);
  floor.phase(Phase::pause);
  EXPECT_THAT(accept("Z").trades, SizeIs(1));
}

TEST_F(Blocks, TheOtherSideIsAdmittedToo) {
  floor.facility({.name = "poor", .province = Province::zj});
  EXPECT_EQ(submit("S", Side::sell, "poor").refused, Code::none);
  EXPECT_EQ(accept("poor").refused, Code::d01_demand);
  floor.demand("poor", ample);
  EXPECT_EQ(accept("poor").refused, Code::l01_cash);
  floor.facility({.name = "empty", .province = Province::zj});
  EXPECT_EQ(submit("Z", Side::buy, "empty").refused, Code::none);
  EXPECT_EQ(accept("empty", 2).refused, Code::l02_rights);
}

TEST_F(Blocks, IsBarredByWhatBarsAPair) {
  sell();
  floor.link(Province::sh, Province::zj, false);
  EXPECT_EQ(accept("Z").refused, Code::e07_link);
  floor.link(Province::sh, Province::zj, true);
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = smallest - 1;
  floor.quota(caps);
  const Outcome capped = accept("Z");
  EXPECT_EQ(capped.refused, Code::q01_net_inflow);
  EXPECT_EQ(capped.limit, smallest - 1);
  EXPECT_EQ(capped.value, smallest);
  caps.inflow_cap_kg = smallest;
  floor.quota(caps);
  EXPECT_THAT(accept("Z").trades, SizeIs(1));
}

TEST_F(Blocks, IsBarredBetweenRelatedFirms) {
  floor.firm("S", "ONE");
  floor.firm("Z", "ONE");
  sell();
  EXPECT_EQ(accept("Z").refused, Code::e03_related);
}

TEST_F(Blocks, UsesUpTheBuyersDemandAndCancelsItsBids) {
  floor.demand("Z", smallest);
  floor.buy("Z", 5, 11'900_cny);
  sell();
  const Outcome done = accept("Z");
  EXPECT_THAT(done.cancel_codes(), ElementsAre(Code::d01_demand));
}

// The inflow cap is used up; a block the other way makes room, and the pair trades at once.
TEST_F(Blocks, RunsTheFixpointWhereATradeWould) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 0;
  floor.quota(caps);
  floor.buy("Z", 7, 12'000_cny);
  floor.sell("S", 7, 12'000_cny);
  submit("K", Side::sell, "S");
  const Outcome done = accept("S");
  ASSERT_THAT(done.trades, SizeIs(2));
  EXPECT_EQ(done.trades[0].is_block, 1);
  EXPECT_EQ(done.trades[1].is_block, 0);
  EXPECT_EQ(done.trades[1].quantity_lots, 7);
}

TEST_F(Blocks, EndsBeforeTheFirstCommandWhenItsTimeIsOver) {
  const Outcome done = submit("S", Side::sell, "Z", {.lots = 1'000'000, .minutes = 1});
  ASSERT_THAT(done.blocks, SizeIs(1));
  const std::int64_t over_ns = done.blocks[0].expires_ns;
  floor.later_ns = over_ns - static_cast<std::int64_t>(floor.entries()) - 2;
  EXPECT_EQ(submit("S", Side::sell, "Z").refused, Code::l02_rights);  // a nanosecond too early
  const Outcome next = submit("S", Side::sell, "Z");
  EXPECT_EQ(next.refused, Code::none);
  ASSERT_THAT(next.blocks, SizeIs(2));
  EXPECT_EQ(next.blocks[0].block_no, 2U);
  EXPECT_EQ(next.blocks[1].block_no, 1U);
  EXPECT_EQ(next.blocks[1].code, static_cast<std::uint16_t>(Code::c01_expired));
}

// Those who look for a refusal look at an entry's first event.
TEST_F(Blocks, EndsBehindARefusal) {
  sell();
  floor.later_ns = 30 * minute_ns;
  const Outcome late = accept("Z");
  EXPECT_EQ(late.refused, Code::d04_too_late);
  EXPECT_EQ(ended_by(late), Code::c01_expired);
  EXPECT_THAT(accept("Z").blocks, IsEmpty());
}

TEST_F(Blocks, EndsWhenItsBookCloses) {
  sell();
  EXPECT_EQ(ended_by(floor.phase(Phase::halt)), Code::none);
  EXPECT_EQ(ended_by(floor.phase(Phase::closed)), Code::c01_expired);
}

TEST_F(Blocks, EndsByEitherSidesKillSwitch) {
  sell();
  EXPECT_EQ(ended_by(kill("Z")), Code::k01_killed);
  submit("S", Side::sell, "K");
  EXPECT_EQ(ended_by(kill("S")), Code::k01_killed);
  EXPECT_EQ(sell().refused, Code::k01_killed);
}

TEST_F(Blocks, EndsWhenEitherSideFailsAnEntryRule) {
  sell();
  EXPECT_EQ(
      ended_by(floor.facility({.name = "Z", .province = Province::zj, .credit = Credit::negative})),
      Code::e02_credit);
}

TEST_F(Blocks, EndsWhenAFreezeNeedsWhatItReserves) {
  floor.sell("S", 10, 12'000_cny);
  submit("S", Side::sell, "Z", {.lots = 900'000});
  EXPECT_THAT(freeze("S", 99'990, voc).blocks, IsEmpty());
  const Outcome cut = freeze("S", 1, voc);
  EXPECT_THAT(cut.cancel_codes(), ElementsAre(Code::l02_rights));
  EXPECT_THAT(cut.blocks, IsEmpty());
  EXPECT_EQ(ended_by(freeze("S", 10, voc)), Code::l02_rights);
  submit("Z", Side::buy, "S");
  EXPECT_EQ(ended_by(freeze("Z", ample)), Code::l01_cash);
}

TEST_F(Blocks, AtMost256WaitForAnAnswer) {
  floor.issue("S", 100'000'000);
  floor.verifies = false;
  for (int i = 0; i < 256; ++i) ASSERT_EQ(sell().refused, Code::none);
  floor.verifies = true;
  const Outcome beyond = sell();
  EXPECT_EQ(beyond.refused, Code::o11_capacity);
  EXPECT_EQ(beyond.limit, 256);
  answer("S", BlockAnswer::cancel, 17);
  EXPECT_EQ(sell().refused, Code::none);
  EXPECT_THAT(floor.phase(Phase::closed).blocks, SizeIs(256));
}

class CarbonBlocks : public Blocks {
 protected:
  CarbonBlocks() {
    floor.book({.symbol = "SHEA26",
                .pollutant = Pollutant::co2e,
                .medium = Medium::carbon,
                .book_class = BookClass::any,
                .scheme = Scheme::shea,
                .basin = "",
                .tick_fen = 1});
    floor.reference("SHEA26", 70_cny);
    floor.phase(Phase::continuous);
    floor.issue("S", 5'000'000, "SHEA26");
  }
};

TEST_F(CarbonBlocks, AreOfAHundredThousandTonsOrMore) {
  const auto block = [&](std::int64_t lots) {
    return submit("S", Side::sell, "Z", {.lots = lots, .price = 70_cny, .symbol = "SHEA26"});
  };
  EXPECT_EQ(block(99'999).refused, Code::o08_block_min);
  EXPECT_EQ(block(100'000).refused, Code::none);
  EXPECT_THAT(accept("Z").trades, SizeIs(1));
}

// H01: what a firm may hold is its allocations and 1,000,000 t.
TEST_F(CarbonBlocks, CountForTheHoldingOfTheBuyer) {
  const auto block = [&](std::int64_t lots) {
    return submit("Z", Side::buy, "S", {.lots = lots, .price = 70_cny, .symbol = "SHEA26"});
  };
  EXPECT_EQ(block(1'000'001).refused, Code::h01_holding);
  EXPECT_EQ(block(600'000).refused, Code::none);
  EXPECT_EQ(block(400'001).refused, Code::h01_holding);
  EXPECT_EQ(block(400'000).refused, Code::none);
  answer("Z", BlockAnswer::cancel, 2);
  EXPECT_THAT(accept("S").trades, SizeIs(1));
  EXPECT_EQ(block(400'001).refused, Code::h01_holding);
  EXPECT_EQ(block(400'000).refused, Code::none);
}

}  // namespace
}  // namespace emx::engine::testing
