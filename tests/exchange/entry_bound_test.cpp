#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "tests/exchange/floor.hpp"

// "An entry is bounded": 4,096 events and 1 MiB. Work that would make it larger stops at an order
// boundary and goes on in the Continue that must come next.

namespace emx::engine::testing {
namespace {

using ::testing::Each;

constexpr std::int64_t orders_many = 5'000;

class EntryBound : public ::testing::Test {
 protected:
  EntryBound() : floor{genesis()} {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("ZJ", Province::zj);
    floor.verifies = false;  // once, at the end: the state is large
  }
  ~EntryBound() override {
    EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
  }

  static GenesisCommand genesis() {
    GenesisCommand terms = Floor::small_genesis();
    terms.orders_max = 1U << 14;
    return terms;
  }

  static void expect_cut(const Outcome& outcome) {
    ASSERT_GT(outcome.entries.size(), 1U);
    for (std::size_t i = 0; i < outcome.entries.size(); ++i) {
      EXPECT_LE(outcome.entries[i].events, entry_events_max);
      EXPECT_LE(outcome.entries[i].bytes, entry_bytes_max);
      EXPECT_EQ(outcome.entries[i].more_to_do, i + 1 < outcome.entries.size());
      EXPECT_GT(outcome.entries[i].events, 1U);  // each gets on
    }
  }

  Floor floor;
};

TEST_F(EntryBound, TheCloseCancelsEveryOrder) {
  for (std::int64_t i = 0; i < orders_many; ++i) {
    ASSERT_EQ(floor.buy("ZJ", 1, Fen{(11'000_cny).value + i % 50 * 1'000}).refused, Code::none);
    ASSERT_EQ(floor.sell("SH", 1, Fen{(12'500_cny).value + i % 50 * 1'000}).refused, Code::none);
  }
  const Outcome close = floor.phase(Phase::closed);
  expect_cut(close);
  EXPECT_EQ(close.cancelled.size(), 2U * orders_many);
  EXPECT_THAT(close.cancel_codes(), Each(Code::c01_expired));
  const std::int64_t bids_released = std::accumulate(
      close.cancelled.begin(), close.cancelled.begin() + orders_many, std::int64_t{0},
      [](std::int64_t sum, const OrderCancelledEvent& e) { return sum + e.released_amount; });
  // 1 kg at 11,000 to 11,490 CNY for 5 years, and the fee of each, rounded half up to 6 fen.
  EXPECT_EQ(bids_released, 100 * (50 * 5'500 + 5 * 49 * 50 / 2) + orders_many * 6);
  floor.day(date_of(2026, 6, 19));
  floor.phase(Phase::continuous);
  for (int i = 0; i < 33; ++i) {  // all 1,000,000 kg are free again
    EXPECT_EQ(floor.sell("SH", 30'000, 12'500_cny).refused, Code::none);
  }
  EXPECT_EQ(floor.sell("SH", 10'000, 12'500_cny).refused, Code::none);
  EXPECT_EQ(floor.sell("SH", 1, 12'500_cny).refused, Code::l02_rights);
}

TEST_F(EntryBound, AFreezeCancelsEverySellFromTheNewestOn) {
  std::vector<std::uint64_t> asks;
  for (std::int64_t i = 0; i < orders_many; ++i) {
    asks.push_back(floor.sell("SH", 200, 12'500_cny).id().value);
    ASSERT_EQ(floor.buy("SH", 1, 11'000_cny).refused, Code::none);
  }
  FreezeCommand command{};
  command.facility = AccountCode{"SH"};
  command.symbol = Symbol{voc};
  command.amount = 999'999;
  const Outcome freeze = floor.apply(CommandKind::freeze, command);
  expect_cut(freeze);
  ASSERT_EQ(freeze.cancelled.size(), asks.size());
  for (std::size_t i = 0; i < asks.size(); ++i) {
    ASSERT_EQ(freeze.cancelled[i].order_id, asks[asks.size() - 1 - i]);
  }
  ASSERT_EQ(freeze.held_back.size(), 1U);
  EXPECT_EQ(freeze.held_back[0].frozen_amount, 999'999);
  EXPECT_EQ(floor.sell("SH", 2, 12'500_cny).refused, Code::l02_rights);
  EXPECT_EQ(floor.sell("SH", 1, 12'500_cny).refused, Code::none);
}

TEST_F(EntryBound, ASweepTakesEveryAskInItsOrder) {
  std::vector<std::uint64_t> asks;
  for (std::int64_t i = 0; i < 3'000; ++i) {
    asks.push_back(floor.sell("SH", 10, 12'000_cny).id().value);
  }
  const Outcome sweep = floor.buy("ZJ", 30'000, 12'000_cny, ioc);
  expect_cut(sweep);
  EXPECT_GE(sweep.entries.size(), 7U);  // nine events a fill
  ASSERT_EQ(sweep.trades.size(), 3'000U);
  for (std::size_t i = 0; i < asks.size(); ++i) {
    ASSERT_EQ(sweep.trades[i].sell_order_id, asks[i]);
    ASSERT_EQ(sweep.trades[i].trade_no, i + 1);
    ASSERT_EQ(sweep.trades[i].aggressor, static_cast<std::uint8_t>(Side::buy));
  }
  EXPECT_EQ(sweep.trades.back().buy_remaining_lots, 0);
  EXPECT_TRUE(sweep.cancelled.empty());
  EXPECT_TRUE(sweep.skips.empty());
  // 30,000 kg at 12,000 CNY for 5 years and the fee of 10 bp, as if in one fill.
  EXPECT_EQ(floor.cash("ZJ").value, ample - 180'000'000 - 180'000);
  EXPECT_EQ(floor.rights("ZJ").value, 1'030'000);
  EXPECT_EQ(sweep.quotas.back().net_kg, -30'000);
}

TEST_F(EntryBound, DemandUsedUpCancelsEveryBid) {
  floor.demand("ZJ", 100);
  std::vector<std::uint64_t> bids;
  for (std::int64_t i = 0; i < orders_many; ++i) {
    bids.push_back(floor.buy("ZJ", 1, Fen{(11'000_cny).value + (i * 7) % 50 * 1'000}).id().value);
  }
  floor.sell("SH", 100, 12'000_cny);
  const Outcome outcome = floor.buy("ZJ", 150, 12'000_cny);
  expect_cut(outcome);
  EXPECT_EQ(outcome.sold(), 100);
  EXPECT_THAT(outcome.cancel_codes(), Each(Code::d01_demand));
  ASSERT_EQ(outcome.cancelled.size(), bids.size() + 1);
  for (std::size_t i = 0; i < bids.size(); ++i) {  // by arrival, whatever the price
    ASSERT_EQ(outcome.cancelled[i].order_id, bids[i]);
  }
  EXPECT_EQ(outcome.cancelled.back().order_id, outcome.id().value);
  EXPECT_EQ(outcome.cancelled.back().remaining_lots, 50);
}

// One firm's bids trade in many books, each past 24 classes it may not trade with, until its demand
// is used up. The cancels of its other bids are cut, and behind them, in the next entry, another
// pair can trade: the SKIPs of all the bids that are gone by then must fit, too.
TEST(EntryBoundOfAFixpoint, HasRoomForTheSkipsOfBidsThatACutTakes) {
  constexpr int zones = 24;
  constexpr int books = 25;
  GenesisCommand genesis = Floor::small_genesis();
  genesis.instruments_max = books + 3;
  genesis.zones_max = zones + 2;
  genesis.orders_max = 1U << 13;
  genesis.level_cells_max = 1U << 22;
  std::int64_t cut_many = 0;
  for (const int others : {5'700, 6'000, 6'200, 6'290, 6'400}) {
    Floor floor{genesis};
    floor.verifies = false;
    floor.zone(Province::sh, "plain");
    floor.zone(Province::zj, "plain");
    std::vector<std::string> sellers;
    for (int z = 0; z < zones; ++z) {
      sellers.push_back("J" + std::to_string(z));
      floor.zone(Province::js, sellers.back(), {.misses_mask = mask(Pollutant::voc)});
      floor.facility(
          {.name = sellers.back(), .province = Province::js, .zone = sellers.back(), .firm = "J"});
    }
    for (const Province p : {Province::sh, Province::js, Province::zj}) {
      floor.quota(Floor::caps(p));
    }
    floor.facility({.name = "S"});
    for (const std::string_view buyer : {"F", "G"}) {
      floor.facility({.name = buyer, .province = Province::zj});
      floor.deposit(buyer, Fen{ample});
      floor.demand(buyer, ample);
    }
    floor.link(Province::js, Province::zj, false);
    floor.day(date_of(2026, 6, 18));
    std::vector<std::string> symbols;
    for (int b = 0; b < books + 3; ++b) {
      symbols.push_back("VOC." + std::to_string(b));
      floor.book({.symbol = symbols.back()});
      floor.reference(symbols.back(), 10'000_cny);
      floor.issue("S", 1'000, symbols.back());
      for (const std::string& seller : sellers) floor.issue(seller, 10, symbols.back());
    }
    floor.phase(Phase::pre_open);
    for (int i = 0; i < others; ++i) floor.buy("F", 1, 9'010_cny, {.symbol = symbols.back()});
    for (int b = 0; b < books; ++b) {
      const OrderTerms here{.symbol = symbols[static_cast<std::size_t>(b)]};
      for (const std::string& seller : sellers) floor.sell(seller, 1, 10'000_cny, here);
      floor.sell("S", 1, 10'000_cny, here);
      floor.buy("F", 10, 10'000_cny, here);
    }
    floor.sell("S", 20, 10'000_cny, {.symbol = symbols[books]});
    floor.buy("F", 20, 10'000_cny, {.symbol = symbols[books]});
    floor.sell("S", 5, 10'000_cny, {.symbol = symbols[books + 1]});
    floor.buy("G", 5, 10'000_cny, {.symbol = symbols[books + 1]});
    floor.demand("F", books + 5);
    const Outcome opened = floor.phase(Phase::continuous);
    EXPECT_EQ(opened.trades.size(), books + 2U);
    EXPECT_EQ(opened.cancelled.size(), static_cast<std::size_t>(others + books + 1));
    for (const Outcome::Entry& entry : opened.entries) EXPECT_LE(entry.events, entry_events_max);
    if (opened.entries.size() > 2) ++cut_many;
    EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
  }
  EXPECT_GT(cut_many, 0);
}

TEST_F(EntryBound, AFixpointTradesEveryPair) {
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 0;
  floor.quota(caps);
  for (std::int64_t i = 0; i < 2'000; ++i) {
    floor.sell("SH", 5, 12'000_cny);
    floor.buy("ZJ", 5, 12'100_cny);
  }
  caps.inflow_cap_kg = 9'998;  // all but two kg
  const Outcome raised = floor.quota(caps);
  expect_cut(raised);
  ASSERT_EQ(raised.trades.size(), 2'000U);
  EXPECT_EQ(raised.sold(), 9'998);
  EXPECT_EQ(static_cast<Code>(raised.trades.back().code), Code::q01_net_inflow);
  EXPECT_EQ(raised.trades.back().quantity_lots, 3);
  for (const TradeEvent& trade : raised.trades) {
    ASSERT_EQ(trade.aggressor, 0);
    ASSERT_EQ(trade.price_ticks, 1'200);  // every ask arrived before its bid
  }
  EXPECT_EQ(floor.rights("ZJ").value, 1'009'998);
}

TEST_F(EntryBound, ANewReferenceCancelsEveryOrderOutsideItsLimits) {
  for (std::int64_t i = 0; i < orders_many; ++i) floor.buy("ZJ", 1, 11'000_cny);
  const OrderId kept = floor.buy("ZJ", 1, 11'700_cny).id();
  const Outcome up = floor.reference(voc, 12'980_cny);
  expect_cut(up);
  EXPECT_EQ(up.cancelled.size(), std::size_t{orders_many});
  EXPECT_THAT(up.cancel_codes(), Each(Code::o05_price));
  EXPECT_EQ(floor.cancel("ZJ", kept).refused, Code::none);
  EXPECT_EQ(floor.buy("ZJ", 1, 14'270_cny).refused, Code::none);  // the new limits hold
}

TEST_F(EntryBound, ARetestCancelsEveryOrder) {
  for (std::int64_t i = 0; i < orders_many; ++i) floor.buy("ZJ", 1, 11'000_cny);
  const Outcome lost = floor.facility(
      {.name = "ZJ", .province = Province::zj, .permit_valid_to = date_of(2026, 6, 17)});
  expect_cut(lost);
  EXPECT_EQ(lost.cancelled.size(), std::size_t{orders_many});
  EXPECT_THAT(lost.cancel_codes(), Each(Code::e01_permit));
}

// A small piece of work fits one entry and asks for no Continue: expect_cut() can fail.
TEST_F(EntryBound, LittleWorkIsNotCut) {
  floor.buy("ZJ", 1, 11'000_cny);
  const Outcome close = floor.phase(Phase::closed);
  ASSERT_EQ(close.entries.size(), 1U);
  EXPECT_FALSE(close.entries[0].more_to_do);
}

class EntryBoundDeathTest : public EntryBound {
 protected:
  // The close of a full book, of which only the first entry is there.
  void cut_a_close() {
    for (std::int64_t i = 0; i < orders_many; ++i) floor.buy("ZJ", 1, 11'000_cny);
    PhaseCommand close{};
    close.header.kind = static_cast<std::uint16_t>(CommandKind::phase);
    close.header.size = sizeof close;
    close.phase = static_cast<std::uint8_t>(Phase::closed);
    const Outcome first = floor.apply_once(std::as_bytes(std::span{&close, 1}));
    ASSERT_TRUE(first.entries.at(0).more_to_do);
    left = orders_many - static_cast<std::int64_t>(first.cancelled.size());
  }
  std::int64_t left = 0;
};

TEST_F(EntryBoundDeathTest, NoOtherCommandIsTakenBeforeContinue) {
  cut_a_close();
  EXPECT_DEATH(floor.buy("ZJ", 1, 11'000_cny), "internal check failed");
  EXPECT_DEATH(floor.cancel("ZJ", OrderId{1}), "internal check failed");
  EXPECT_DEATH(floor.day(date_of(2026, 6, 19)), "internal check failed");
  const ProceedCommand proceed = proceed_command();
  const Outcome rest = floor.apply(std::as_bytes(std::span{&proceed, 1}));
  EXPECT_EQ(rest.cancelled.size(), static_cast<std::size_t>(left));
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::none);
}

TEST_F(EntryBoundDeathTest, SequencesAreContiguousAndTimesDoNotFall) {
  const ProceedCommand proceed = proceed_command();
  const auto bytes = std::as_bytes(std::span{&proceed, 1});
  EventBatch events;
  Exchange exchange{Floor::small_genesis()};
  EXPECT_DEATH(exchange.apply({SeqNo{1}, 0}, bytes, events), "internal check failed");  // genesis
  const GenesisCommand first = [] {
    GenesisCommand command = Floor::small_genesis();
    command.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
    command.header.size = sizeof command;
    return command;
  }();
  exchange.apply({SeqNo{1}, 10}, std::as_bytes(std::span{&first, 1}), events);
  EXPECT_DEATH(exchange.apply({SeqNo{3}, 10}, bytes, events), "internal check failed");
  EXPECT_DEATH(exchange.apply({SeqNo{2}, 9}, bytes, events), "internal check failed");
  exchange.apply({SeqNo{2}, 10}, bytes, events);
}

}  // namespace
}  // namespace emx::engine::testing
