#include "gateway/market_data/streams.hpp"

#include <gmock/gmock.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "engine/inspection.hpp"
#include "tests/publisher/market_house.hpp"

// What a client makes of snapshots and updates alone is what the exchange shows.

namespace emx::publisher::test {

namespace {

using gateway::market_data::EntryType;
using gateway::market_data::StreamKey;
using gateway::market_data::UpdateMode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t tick_fen = 1'000;

StreamKey key_of(std::initializer_list<EntryType> types, std::uint32_t levels = 1'000) {
  StreamKey key{.instrument = InstrumentId{0}, .types = {}, .levels = levels};
  for (const EntryType type : types) key.types.add(type);
  return key;
}

StreamKey levels_key(std::uint32_t levels = 1'000) {
  return key_of({EntryType::bid, EntryType::offer}, levels);
}

class Streams : public MarketHouse {
 protected:
  std::vector<DepthLevel> shown(Side side, std::size_t most = 1'000) const {
    std::vector<DepthLevel> levels(most);
    levels.resize(floor->exchange().depth(book, side, levels));
    return levels;
  }
  std::vector<DepthLevel> executable(const Viewer& viewer, Side side) const {
    std::vector<DepthLevel> levels(1'000);
    levels.resize(floor->exchange().executable_depth(book, side, viewer, levels));
    return levels;
  }

  // Orders, cancels and replaces at random; a third of them trade.
  void trade_at_random(std::mt19937& random) {
    constexpr std::array names = {"ZJ", "BAD", "SH", "JS"};
    const auto any = [&](std::size_t most) { return random() % most; };
    const char* const who = names[any(names.size())];
    const Fen price{1'190'000 + 1'000 * static_cast<std::int64_t>(any(20))};
    const auto lots = static_cast<std::int64_t>(1 + any(50));
    if (any(3) == 0 && !open_.empty()) {
      const auto& [owner, id] = open_[any(open_.size())];
      if (any(2) == 0) {
        floor->cancel(owner, id);
      } else {
        floor->replace(owner, id, lots, price);
      }
      return;
    }
    const engine::testing::OrderTerms terms{.display = any(4) == 0 ? 1 + lots / 2 : 0};
    const auto outcome =
        any(2) == 0 ? floor->buy(who, lots, price, terms) : floor->sell(who, lots, price, terms);
    if (outcome.accepted) open_.emplace_back(who, outcome.id());
  }

  std::vector<std::pair<std::string, OrderId>> open_;
};

TEST_F(Streams, ABookMadeOfUpdatesIsTheBook) {
  std::mt19937 random{7};
  for (int i = 0; i < 40; ++i) trade_at_random(random);
  BookReader full{tick_fen};
  BookReader best{tick_fen};
  BookReader three{tick_fen};
  BookReader local{tick_fen};
  Viewer viewer{.facility = FacilityId{floor->id_of("ZJ")}};
  StreamKey executable_key = levels_key();
  executable_key.viewer = viewer.facility;
  streams.subscribe(full, "f", {levels_key()}, UpdateMode::incremental);
  streams.subscribe(best, "b", {levels_key(1)}, UpdateMode::incremental);
  streams.subscribe(three, "t", {levels_key(3)}, UpdateMode::incremental);
  streams.subscribe(local, "l", {executable_key}, UpdateMode::incremental);
  for (int turn = 0; turn < 400; ++turn) {
    for (unsigned i = 0; i <= random() % 4; ++i) trade_at_random(random);
    publish();
    for (const Side side : {Side::buy, Side::sell}) {
      ASSERT_EQ(full.levels(side), shown(side)) << "turn " << turn;
      ASSERT_EQ(best.levels(side), shown(side, 1)) << "turn " << turn;
      ASSERT_EQ(three.levels(side), shown(side, 3)) << "turn " << turn;
      ASSERT_EQ(local.levels(side), executable(viewer, side)) << "turn " << turn;
    }
  }
  for (const BookReader* reader : {&full, &best, &three, &local}) {
    EXPECT_EQ(reader->fault, "");
    EXPECT_EQ(reader->snapshots, 1U);
    EXPECT_GT(reader->updates, 50U);
  }
  EXPECT_GT(full.updates, best.updates) << "else depth makes no difference";
  EXPECT_EQ(full.ledger_seq, floor->entries());
}

TEST_F(Streams, WhoHasNoRoomIsToldHowThingsAreOnceHeHas) {
  BookReader quick{tick_fen};
  BookReader slow{tick_fen};
  for (BookReader* reader : {&quick, &slow}) {
    streams.subscribe(*reader, "1", {levels_key()}, UpdateMode::incremental);
  }
  slow.room = false;
  for (std::int64_t i = 0; i < 20; ++i) {
    floor->sell("SH", 1 + i, Fen{1'200'000 + 1'000 * (i % 7)});
    publish();
  }
  EXPECT_EQ(quick.updates, 20U);
  EXPECT_EQ(slow.updates, 0U);
  EXPECT_EQ(streams.conflations(), 1U);
  slow.room = true;
  streams.go_on(slow);
  EXPECT_EQ(slow.snapshots, 2U);
  EXPECT_EQ(slow.levels(Side::sell), shown(Side::sell));
  floor->sell("SH", 1, 12'100_cny);
  publish();
  EXPECT_EQ(slow.updates, 1U);
  for (const BookReader* reader : {&quick, &slow}) {
    EXPECT_EQ(reader->levels(Side::sell), shown(Side::sell));
    EXPECT_EQ(reader->fault, "");
  }
}

TEST_F(Streams, TheSameQuestionIsWorkedOutOnce) {
  BookReader one{tick_fen};
  BookReader other{tick_fen};
  streams.subscribe(one, "1", {levels_key()}, UpdateMode::incremental);
  streams.subscribe(other, "2", {levels_key()}, UpdateMode::incremental);
  EXPECT_EQ(streams.streams(), 1U);
  streams.subscribe(other, "3", {levels_key(1)}, UpdateMode::incremental);
  EXPECT_EQ(streams.streams(), 2U);
  EXPECT_EQ(streams.subscriptions(other).books, 2U);
  EXPECT_TRUE(streams.unsubscribe(other, "3"));
  EXPECT_FALSE(streams.unsubscribe(other, "3"));
  EXPECT_EQ(streams.streams(), 1U);
  streams.unsubscribe_all(one);
  floor->sell("SH", 1, 12'000_cny);
  publish();
  EXPECT_EQ(one.updates, 0U);
  EXPECT_EQ(other.updates, 1U);
  streams.unsubscribe_all(other);
  EXPECT_EQ(streams.streams(), 0U);
}

TEST_F(Streams, ASnapshotAloneIsNotFollowed) {
  floor->sell("SH", 5, 12'000_cny);
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {levels_key()}, UpdateMode::snapshot_only);
  EXPECT_EQ(reader.snapshots, 1U);
  EXPECT_EQ(reader.levels(Side::sell), shown(Side::sell));
  EXPECT_EQ(streams.streams(), 0U);
  floor->sell("SH", 5, 12'000_cny);
  publish();
  EXPECT_EQ(reader.updates + reader.snapshots, 1U);
}

TEST_F(Streams, AFullRefreshIsASnapshotEachTime) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {levels_key()}, UpdateMode::full_refresh);
  floor->sell("SH", 5, 12'000_cny);
  publish();
  publish();  // nothing new
  EXPECT_EQ(reader.snapshots, 2U);
  EXPECT_EQ(reader.updates, 0U);
  EXPECT_EQ(reader.levels(Side::sell), shown(Side::sell));
}

TEST_F(Streams, EachTradeIsToldOnceAndNamesNobody) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {key_of({EntryType::trade})}, UpdateMode::incremental);
  floor->sell("SH", 10, 12'000_cny);
  floor->sell("JS", 10, 12'010_cny);
  floor->buy("ZJ", 3, 12'000_cny);
  floor->buy("ZJ", 12, 12'010_cny);
  publish();
  publish();
  ASSERT_EQ(reader.trades.size(), 3U);
  for (const Entry& trade : reader.trades) {
    for (const auto& [tag, value] : trade) {
      EXPECT_THAT((std::vector<std::uint32_t>{279, 269, 55, 83, 270, 271, 272, 273, 1003, 2446}),
                  ::testing::Contains(tag))
          << value;
    }
  }
  EXPECT_EQ(reader.trades[0].at(270), "12000.00");
  EXPECT_EQ(reader.trades[0].at(2446), "1");
  EXPECT_EQ(reader.fault, "");
}

TEST_F(Streams, TheDayHasItsFigures) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1",
                    {key_of({EntryType::high, EntryType::low, EntryType::average, EntryType::volume,
                             EntryType::reference, EntryType::phase})},
                    UpdateMode::incremental);
  EXPECT_EQ(reader.figure('7'), nullptr);
  EXPECT_EQ(reader.figure('M')->at(270), "11980.00");
  EXPECT_EQ(reader.figure('x')->at(58), "continuous");
  EXPECT_EQ(reader.figure('x')->at(326), "17");
  floor->sell("ZJ", 10, 12'000_cny);
  floor->buy("SH", 10, 12'000_cny);
  floor->sell("ZJ", 30, 12'020_cny);
  floor->buy("SH", 30, 12'020_cny);
  publish();
  EXPECT_EQ(reader.figure('7')->at(270), "12020.00");
  EXPECT_EQ(reader.figure('8')->at(270), "12000.00");
  EXPECT_EQ(reader.figure('9')->at(270), "12015.0000");
  EXPECT_EQ(reader.figure('B')->at(271), "40");
  floor->phase(Phase::halt);
  publish();
  EXPECT_EQ(reader.figure('x')->at(58), "halt");
  floor->phase(Phase::closed);
  floor->day(date_of(2026, 6, 19));
  publish();
  EXPECT_EQ(reader.figure('B'), nullptr) << "a new day begins with nothing";
  EXPECT_EQ(reader.fault, "");
}

TEST_F(Streams, ACallHasItsIndicativePrice) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {key_of({EntryType::indicative_price, EntryType::imbalance})},
                    UpdateMode::incremental);
  floor->phase(Phase::closing_call);
  floor->sell("ZJ", 10, 12'000_cny);
  floor->buy("SH", 15, 12'000_cny);
  floor->later_ns += 2'000'000'000;
  IndicativeCommand ask{};
  ask.symbol = Symbol{engine::testing::voc};
  floor->apply(CommandKind::indicative, ask);
  publish();
  ASSERT_NE(reader.figure('Q'), nullptr);
  EXPECT_EQ(reader.figure('Q')->at(270), "12000.00");
  EXPECT_EQ(reader.figure('Q')->at(271), "10");
  EXPECT_EQ(reader.figure('A')->at(271), "5");
  floor->phase(Phase::halt);
  publish();
  EXPECT_EQ(reader.figure('Q'), nullptr);
  floor->phase(Phase::opening_call);
  publish();
  EXPECT_EQ(reader.figure('Q'), nullptr) << "of the call before";
}

// Each by itself, in as many messages as it takes.
TEST_F(Streams, ManyTradesAtOnceAreAllTold) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {key_of({EntryType::trade, EntryType::bid, EntryType::offer})},
                    UpdateMode::incremental);
  constexpr int orders = 5;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < orders; ++i) floor->sell("ZJ", 1, 12'000_cny);
    floor->buy("SH", orders, 12'000_cny);
  }
  publish();
  EXPECT_EQ(reader.trades.size(), 500U);
  EXPECT_EQ(reader.snapshots, 1U);
  EXPECT_EQ(reader.updates, 2U);
  EXPECT_EQ(reader.fault, "");
}

TEST_F(Streams, ManyChangesAreOneFullRefresh) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {levels_key()}, UpdateMode::full_refresh);
  for (std::int64_t i = 0; i < 450; ++i) floor->sell("ZJ", 1, Fen{1'200'000 + 1'000 * (i % 90)});
  for (std::int64_t i = 0; i < 450; ++i) floor->buy("SH", 1, Fen{1'190'000 - 1'000 * (i % 90)});
  publish();
  EXPECT_EQ(reader.snapshots, 2U);
  EXPECT_EQ(reader.levels(Side::sell), shown(Side::sell));
}

// The limits of a day that opens in more than one entry.
TEST_F(Streams, ADayThatOpensInSeveralEntriesIsToldWhole) {
  for (int i = 0; i < 4'200; ++i) {
    ASSERT_TRUE(floor->sell("ZJ", 1, 12'000_cny, {.time_in_force = TimeInForce::gtc}).accepted);
  }
  floor->sell("SH", 1, 12'500_cny);
  floor->buy("JS", 1, 12'500_cny, engine::testing::ioc);
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {key_of({EntryType::reference, EntryType::offer})},
                    UpdateMode::incremental);
  floor->phase(Phase::closed);
  ASSERT_GT(floor->day(date_of(2026, 12, 1)).entries.size(), 1U);
  publish();
  const auto state = floor->exchange().inspection().book(book);
  EXPECT_EQ(std::stod(reader.figure('M')->at(270)) * 100,
            static_cast<double>(state.reference.value * tick_fen));
  EXPECT_EQ(reader.levels(Side::sell), shown(Side::sell));
}

// Worked out at intervals, however often others are told.
TEST_F(Streams, AnExecutableViewIsToldLessOften) {
  BookReader own{tick_fen};
  BookReader all{tick_fen};
  StreamKey key = levels_key();
  key.viewer = FacilityId{floor->id_of("ZJ")};
  streams.subscribe(own, "1", {key}, UpdateMode::incremental);
  streams.subscribe(all, "1", {levels_key()}, UpdateMode::incremental);
  publish();
  for (int i = 0; i < 50; ++i) {
    floor->sell("SH", 1, 12'000_cny);
    now += std::chrono::milliseconds{5};
    streams.publish(now);
  }
  EXPECT_EQ(all.updates, 50U);
  EXPECT_EQ(own.updates, 3U);
  publish();
  EXPECT_EQ(own.levels(Side::sell), all.levels(Side::sell));
}

TEST_F(Streams, HeadroomIsWhatTheCapsLeave) {
  BookReader reader{tick_fen};
  streams.subscribe(reader, "1", {key_of({EntryType::headroom})}, UpdateMode::incremental);
  SetQuotaCommand caps = engine::testing::Floor::caps(Province::zj);
  caps.outflow_cap_kg = 1'000;
  floor->quota(caps);
  floor->sell("ZJ", 300, 12'000_cny);
  floor->buy("SH", 300, 12'000_cny);
  publish();
  ASSERT_NE(reader.figure('y', "ZJ", "2"), nullptr);
  EXPECT_EQ(reader.figure('y', "ZJ", "2")->at(9705), "700");
  EXPECT_EQ(reader.fault, "");
}

// Whoever has the ledger can make the same view of that entry.
TEST_F(Streams, AnExecutableViewSaysOfWhichEntryItIs) {
  BookReader first{tick_fen};
  BookReader second{tick_fen};
  StreamKey key = levels_key();
  key.viewer = FacilityId{floor->id_of("ZJ")};
  streams.subscribe(first, "1", {key}, UpdateMode::incremental);
  const std::uint64_t looked_at = floor->entries();
  floor->sell("SH", 1, 12'000_cny);
  streams.subscribe(second, "1", {key}, UpdateMode::incremental);
  EXPECT_EQ(second.levels(Side::sell), first.levels(Side::sell)) << "it was not looked at again";
  EXPECT_EQ(second.ledger_seq, looked_at);
  publish();
  EXPECT_EQ(second.ledger_seq, floor->entries());
}

}  // namespace

}  // namespace emx::publisher::test
