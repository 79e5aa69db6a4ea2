#include "tools/publisher/publisher.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/password.hpp"
#include "ledger/store.hpp"
#include "tests/gateway/fix_client.hpp"
#include "tests/ledger/support.hpp"
#include "tests/publisher/market_house.hpp"

// The publisher's thread on a real ledger.

namespace emx::publisher::test {

namespace {

using gateway::test::FixClient;

class PublisherOfALedger : public ::testing::Test {
 protected:
  PublisherOfALedger() {
    EXPECT_TRUE(store.open(folder.path(), ledger::testing::to_write()).ok());
    write_genesis();
    floor.on_entry = [this](const EntryView& entry) { append(entry); };
    floor.verifies = false;
    floor.open_market();
    floor.add("ZJ", Province::zj);
    floor.add("SH", Province::sh);
  }
  ~PublisherOfALedger() override { publisher.reset(); }

  // As the floor applied it in its constructor.
  void write_genesis() {
    GenesisCommand genesis = engine::testing::Floor::small_genesis();
    genesis.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
    genesis.header.size = sizeof genesis;
    genesis.header.actor = no_id;
    engine::Exchange exchange{genesis};
    EventBatch events;
    const Stamp stamp{SeqNo{1}, 1};
    const auto command = std::as_bytes(std::span{&genesis, 1});
    exchange.apply(stamp, command, events);
    ASSERT_EQ(exchange.digest(), floor.exchange().digest()) << "it is not the floor's";
    append({stamp, command, events.bytes(), events.count(), exchange.digest(), 1});
  }
  // What comes before the publisher is written at once, when that starts.
  void append(const EntryView& entry) {
    kept_.push_back({entry,
                     {entry.command.begin(), entry.command.end()},
                     {entry.events.begin(), entry.events.end()}});
    if (publisher == nullptr) return;
    write_kept();
    publisher->wake();
  }
  void write_kept() {
    std::vector<EntryView> entries;
    for (Kept& kept : kept_) {
      kept.entry.command = kept.command;
      kept.entry.events = kept.events;
      entries.push_back(kept.entry);
    }
    ASSERT_TRUE(ledger::testing::append(store, entries).ok());
    kept_.clear();
  }

  void start(std::unique_ptr<engine::Exchange> exchange = nullptr) {
    write_kept();
    static const std::string hash = gateway::make_password_hash("secret", 1'000);
    Publisher::Options options;
    options.gateway.readers = {{.comp_id = "READER", .password_hash = hash}};
    publisher = std::make_unique<Publisher>(
        std::move(options),
        Publisher::Surroundings{
            .store = store,
            .log = nullptr,
            .words = {.warn = [](const std::string& words) { ADD_FAILURE() << words; },
                      .alarm = [this](const std::string& words) { alarm = words; }},
            .ask_indicative =
                [this](const Symbol& symbol) {
                  ++(symbol.view() == engine::testing::voc ? asked : asked_of_others);
                }},
        std::move(exchange));
    publisher->start();
  }
  // One that is logged on.
  FixClient reader() {
    FixClient client{io, publisher->port(), "READER"};
    client.keep_orders(false);
    EXPECT_TRUE(client.log_on("secret", {{141, "Y"}}));
    return client;
  }
  // The snapshot with which it begins to follow entries of this type (FIX 269).
  static gateway::test::FixMessage follow(FixClient& client, const std::string& type) {
    client.send("V", {{262, "1"},
                      {263, "1"},
                      {264, "1"},
                      {267, "1"},
                      {269, type},
                      {146, "1"},
                      {55, std::string{engine::testing::voc}}});
    return next(client);
  }
  static gateway::test::FixMessage next(FixClient& client) {
    const auto message = client.receive_business();
    EXPECT_TRUE(message) << "nothing comes";
    return message.value_or(gateway::test::FixMessage{});
  }
  bool wait_for(const std::function<bool(const Publisher::Figures&)>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition(publisher->figures())) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
  }
  bool is_up_to_date() {
    return wait_for([&](const auto& figures) { return figures.followed == store.size().value; });
  }

  ledger::testing::TempFolder folder;
  ledger::LedgerStore store;
  engine::testing::Floor floor;
  boost::asio::io_context io;
  std::string alarm;  // read it after stop()
  std::atomic<int> asked = 0;
  std::atomic<int> asked_of_others = 0;
  std::unique_ptr<Publisher> publisher;

 private:
  struct Kept {
    EntryView entry;
    std::vector<std::byte> command;
    std::vector<std::byte> events;
  };
  std::vector<Kept> kept_;
};

TEST_F(PublisherOfALedger, FollowsFromTheFirstEntryOrFromACopy) {
  for (const bool has_copy : {false, true}) {
    start(has_copy ? MarketHouse::copy_of(floor.exchange()) : nullptr);
    FixClient client = reader();
    EXPECT_EQ(follow(client, "1").type(), "W");
    floor.sell("ZJ", 5, Fen{1'200'000});
    const auto update = next(client);
    EXPECT_EQ(update.type(), "X");
    EXPECT_EQ(update.at(9706), std::to_string(store.size().value));
    EXPECT_TRUE(is_up_to_date());
    publisher->begin_stop();
    EXPECT_EQ(next(client).type(), "5");
    client.close();
    publisher->stop();
    publisher.reset();
  }
}

// Also where it ends and the next one begins before anybody was told.
TEST_F(PublisherOfALedger, TellsTheTradesOfADayToItsEnd) {
  start(MarketHouse::copy_of(floor.exchange()));
  FixClient client = reader();
  EXPECT_EQ(follow(client, "2").at(268), "0");
  floor.phase(Phase::closing_call);
  floor.sell("ZJ", 5, Fen{1'200'000});
  floor.buy("SH", 5, Fen{1'200'000});
  floor.phase(Phase::closed);
  floor.day(date_of(2026, 6, 19));
  const auto told = next(client);
  EXPECT_EQ(told.at(269), "2");
  EXPECT_EQ(told.at(271), "5");
  client.close();
}

// What cannot be: the ledger has another event than comes of the command. Orders go on coming.
TEST_F(PublisherOfALedger, EndsWithAnAlarmWhenTheLedgerSaysSomethingElse) {
  start(MarketHouse::copy_of(floor.exchange()));
  FixClient client = reader();
  floor.on_entry = [this](const EntryView& entry) {
    std::vector<std::byte> events{entry.events.begin(), entry.events.end()};
    events.back() ^= std::byte{1};
    EntryView wrong = entry;
    wrong.events = events;
    append(wrong);
  };
  floor.sell("ZJ", 5, Fen{1'200'000});
  floor.on_entry = [this](const EntryView& entry) { append(entry); };
  EXPECT_TRUE(wait_for([&](const auto& figures) {
    floor.sell("ZJ", 1, Fen{1'201'000});
    return figures.stopped;
  }));
  for (int i = 0; i < 100; ++i) publisher->wake();
  EXPECT_EQ(next(client).type(), "5");
  client.close();
  publisher->begin_stop();
  publisher->stop();
  EXPECT_NE(alarm.find("does not come out again"), std::string::npos) << alarm;
  EXPECT_EQ(publisher->figures().gateway.fix.sessions_open, 0U);
}

TEST_F(PublisherOfALedger, StopsWhileItReplays) {
  for (int i = 0; i < 2'000; ++i) {
    const OrderId id = floor.sell("ZJ", 1, Fen{1'200'000}).id();
    floor.cancel("ZJ", id);
  }
  start();
  publisher->begin_stop();
  publisher->stop();
  EXPECT_FALSE(publisher->figures().stopped);
}

// In a call, of a book in which both sides have orders, until there is an answer. Another one, in
// which nobody buys, is never asked about meanwhile.
TEST_F(PublisherOfALedger, AsksWhatACallWouldGive) {
  constexpr std::string_view other = "VOC.AIR.YRD.IND.3135";
  floor.book({.symbol = other, .first_year = 2031, .last_year = 2035});
  floor.reference(other, Fen{1'198'000});
  floor.issue("ZJ", 100, other);
  floor.phase(Phase::closing_call);
  floor.sell("ZJ", 5, Fen{1'200'000});
  floor.buy("SH", 5, Fen{1'200'000});
  ASSERT_TRUE(floor.sell("ZJ", 5, Fen{1'200'000}, {.symbol = other}).accepted);
  start(MarketHouse::copy_of(floor.exchange()));
  EXPECT_TRUE(wait_for([&](const auto&) { return asked >= 2; }));
  EXPECT_EQ(asked_of_others, 0);
}

}  // namespace

}  // namespace emx::publisher::test
