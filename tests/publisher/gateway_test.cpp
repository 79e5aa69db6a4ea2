#include "gateway/market_data/gateway.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/market_data/session.hpp"
#include "gateway/password.hpp"
#include "tests/gateway/fix_client.hpp"
#include "tests/publisher/market_house.hpp"

// Sessions of market and reference data, over real sockets.

namespace emx::publisher::test {

namespace {

using gateway::test::Fields;
using gateway::test::FixClient;
using gateway::test::FixMessage;

class MarketDataGateway : public MarketHouse {
 protected:
  MarketDataGateway() {
    static const std::string hash = gateway::make_password_hash("secret", 1'000);
    gateway::market_data::Config config;
    config.readers = {{.comp_id = "READER", .firm = "ZJ", .password_hash = hash},
                      {.comp_id = "PRESS", .password_hash = hash}};
    gateway =
        std::make_unique<gateway::market_data::Gateway>(std::move(config), io, replica, nullptr);
    floor->on_entry = [this](const EntryView& entry) {
      std::vector<InstrumentId> touched;
      replica.apply(entry, touched);
      gateway->see(entry);
      for (const InstrumentId instrument : touched) gateway->touch(instrument);
    };
    gateway->start();
  }
  ~MarketDataGateway() override {
    gateway.reset();
    io.restart();
    io.poll();
  }

  FixClient reader(const std::string& comp_id = "READER", bool speaks_fix44 = false) {
    FixClient client{io, gateway->port(), comp_id};
    client.keep_orders(false);
    if (speaks_fix44) client.speak_fix44();
    EXPECT_TRUE(client.log_on("secret", {{141, "Y"}}));
    return client;
  }

  static Fields request(const std::string& id, const std::string& subscription = "1",
                        const std::string& symbol = std::string{engine::testing::voc}) {
    return {{262, id},  {263, subscription}, {264, "0"}, {265, "1"},  {267, "2"},
            {269, "0"}, {269, "1"},          {146, "1"}, {55, symbol}};
  }
  static Fields with(Fields fields, int tag, const std::string& value) {
    for (auto& [at, old] : fields) {
      if (at == tag) old = value;
    }
    return fields;
  }
  static Fields and_(Fields fields, const Fields& more) {
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  }

  static FixMessage answer_to(FixClient& client, const std::string& type, const Fields& fields) {
    client.send(type, fields);
    auto answer = client.receive_business();
    EXPECT_TRUE(answer) << "no answer to " << type;
    return answer ? *answer : FixMessage{};
  }

  boost::asio::io_context io;
  std::unique_ptr<gateway::market_data::Gateway> gateway;
};

TEST_F(MarketDataGateway, TellsTheBookInBothVersions) {
  floor->sell("SH", 10, 12'000_cny);
  for (const bool fix44 : {false, true}) {
    FixClient client = reader("READER", fix44);
    const FixMessage snapshot = answer_to(client, "V", request("1"));
    EXPECT_EQ(snapshot.type(), "W");
    EXPECT_EQ(snapshot.at(262), "1");
    EXPECT_EQ(snapshot.at(270), "12000.00");
    EXPECT_EQ(snapshot.at(9706), std::to_string(floor->entries()));
    floor->sell("JS", 5, 12'000_cny);
    gateway->publish();
    const auto update = client.receive_business();
    ASSERT_TRUE(update);
    EXPECT_EQ(update->type(), "X");
    EXPECT_EQ(update->at(279), "1");
    EXPECT_EQ(update->at(83), "1");
    client.send("V", with(request("1", "2"), 263, "2"));
    EXPECT_TRUE(client.is_silent(std::chrono::milliseconds{50}));
    floor->sell("JS", 5, 12'010_cny);
    gateway->publish();
    EXPECT_TRUE(client.is_silent(std::chrono::milliseconds{50})) << "it is over";
    client.send("5", {});
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(MarketDataGateway, ShowsAFirmWhatItCouldTradeAndNoOther) {
  floor->sell("BAD", 10, 12'000_cny);  // of a zone whose air is too bad to sell from
  floor->sell("SH", 20, 12'010_cny);
  FixClient client = reader();
  const auto sizes = [](const FixMessage& message) {
    std::vector<std::string> found;
    for (const auto& [tag, value] : message.fields) {
      if (tag == 271) found.push_back(value);
    }
    return found;
  };
  const FixMessage all = answer_to(client, "V", request("1", "0"));
  const FixMessage own = answer_to(client, "V", and_(request("2", "0"), {{1, "ZJ"}}));
  const FixMessage local =
      answer_to(client, "V", and_(request("3", "0"), {{1, "ZJ"}, {9708, "Y"}}));
  std::vector<DepthLevel> expected(10);
  expected.resize(floor->exchange().executable_depth(
      book, Side::sell, {.facility = FacilityId{floor->id_of("ZJ")}}, expected));
  EXPECT_EQ(sizes(all).size(), 2U);
  EXPECT_EQ(sizes(own).size(), expected.size());
  EXPECT_LT(sizes(local).size(), 2U);
  const FixMessage foreign = answer_to(client, "V", and_(request("4", "0"), {{1, "SH"}}));
  EXPECT_EQ(foreign.type(), "Y");
  EXPECT_EQ(foreign.at(281), "3");
  FixClient press = reader("PRESS");
  EXPECT_EQ(answer_to(press, "V", and_(request("5", "0"), {{1, "ZJ"}})).at(281), "3");
}

TEST_F(MarketDataGateway, RefusesWhatItCannotTell) {
  FixClient client = reader();
  const auto reason = [&](const Fields& fields) {
    const FixMessage answer = answer_to(client, "V", fields);
    EXPECT_EQ(answer.type(), "Y");
    EXPECT_FALSE(answer.at(58).empty());
    return answer.at(281);
  };
  EXPECT_EQ(reason(request("1", "1", "NO.SUCH.BOOK")), "0");
  EXPECT_EQ(reason(with(request("1"), 264, "1001")), "5");
  EXPECT_EQ(reason(and_(request("1"), {{266, "N"}})), "7");
  EXPECT_EQ(reason(with(request("1"), 269, "C")), "8");
  EXPECT_EQ(reason(request("1", "2")), "4");
  EXPECT_EQ(answer_to(client, "V", request("1")).type(), "W");
  EXPECT_EQ(reason(request("1")), "1");
}

TEST_F(MarketDataGateway, BoundsWhatOneReaderMayCost) {
  FixClient client = reader();
  using gateway::market_data::Session;
  for (std::size_t i = 0; i <= Session::executable_views_max; ++i) {
    const std::string id = std::to_string(i);
    const FixMessage answer = answer_to(
        client, "V", and_(request(id), {{1, "ZJ"}, {9709, std::to_string(i + 1) + "/1"}}));
    const bool is_within = i < Session::executable_views_max;
    EXPECT_EQ(answer.type(), is_within ? "W" : "Y");
    EXPECT_EQ(answer.at(281), is_within ? "" : "2");
  }
  // Of the same ratio, and so the same view.
  client.send("V", with(request("0", "2"), 263, "2"));
  EXPECT_EQ(answer_to(client, "V", and_(request("0"), {{1, "ZJ"}, {9709, "4/2"}})).type(), "W");
  EXPECT_EQ(gateway->figures().streams, Session::executable_views_max - 1);
  for (std::uint32_t i = 0; i < 3 * Session::requests_per_second_max; ++i) {
    client.send("g", {{335, "1"}, {263, "0"}});
  }
  std::string turned_away;
  while (turned_away.empty()) {
    const auto answer = client.receive_business();
    ASSERT_TRUE(answer) << "nothing was too much";
    if (answer->type() == "j") turned_away = answer->at(380);
  }
  EXPECT_EQ(turned_away, "8");
}

TEST_F(MarketDataGateway, ASecondLogonThatStartsAgainEndsTheSubscriptions) {
  FixClient client = reader();
  EXPECT_EQ(answer_to(client, "V", request("1")).type(), "W");
  client.next_out = 1;
  client.send_logon("secret", {{141, "Y"}});
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(34), "1");
  EXPECT_EQ(gateway->figures().streams, 0U);
  EXPECT_EQ(answer_to(client, "V", request("1")).type(), "W") << "the id is free again";
}

TEST_F(MarketDataGateway, RejectsWhatIsMalformed) {
  FixClient client = reader();
  const auto reject = [&](const std::string& type, const Fields& fields) {
    const FixMessage answer = answer_to(client, type, fields);
    EXPECT_EQ(answer.type(), "3");
    return answer.at(371);
  };
  EXPECT_EQ(reject("V", with(request("1"), 262, std::string(41, 'x'))), "262");
  EXPECT_EQ(reject("V", with(request("1"), 264, "-1")), "264");
  EXPECT_EQ(reject("V", with(request("1"), 146, "2")), "146");
  EXPECT_EQ(reject("V", with(request("1"), 146, "0")), "146");
  EXPECT_EQ(reject("V", and_(request("1"), {{9708, "Y"}})), "1");
  EXPECT_EQ(reject("V", and_(request("1"), {{1, "ZJ"}, {9709, "3"}})), "9709");
  EXPECT_EQ(
      reject("V", and_(with(request("1"), 146, "2"), {{55, std::string{engine::testing::voc}}})),
      "55");
  EXPECT_EQ(reject("x", {{320, "1"}, {559, "0"}}), "55");
  const FixMessage order = answer_to(client, "D", {{11, "1"}});
  EXPECT_EQ(order.type(), "3") << "it is not a proper order";
}

TEST_F(MarketDataGateway, StartsItsNumbersAgainAtEachLogon) {
  FixClient client{io, gateway->port(), "READER"};
  client.keep_orders(false);
  client.send_logon("secret");
  const auto refused = client.receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->type(), "5");
  EXPECT_THAT(refused->at(58), ::testing::HasSubstr("141"));
  for (int i = 0; i < 2; ++i) {
    FixClient again = reader();
    EXPECT_EQ(answer_to(again, "g", {{335, "1"}, {263, "0"}}).at(34), "2");
    again.send("2", {{7, "1"}, {16, "0"}});
    const auto gap = again.receive_business();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->type(), "4") << "nothing is sent again";
    again.close();
  }
}

TEST_F(MarketDataGateway, ListsWhatThereIsToTradeAPageAtATime) {
  for (int i = 1; i < 60; ++i) {
    floor->book({.symbol = "SO2.AIR." + std::to_string(i), .pollutant = Pollutant::so2});
  }
  const std::uint32_t there_are = replica.instruments();
  ASSERT_GT(there_are, 50U);
  FixClient client = reader();
  client.send("x", {{320, "all"}, {559, "4"}, {263, "1"}});
  std::size_t listed = 0;
  for (bool is_last = false; !is_last;) {
    const auto page = client.receive_business();
    ASSERT_TRUE(page);
    ASSERT_EQ(page->type(), "y");
    EXPECT_EQ(page->at(393), std::to_string(there_are));
    listed += std::stoul(page->at(146));
    is_last = page->at(893) == "Y";
  }
  EXPECT_EQ(listed, there_are);
  const FixMessage one =
      answer_to(client, "x", {{320, "one"}, {559, "0"}, {55, std::string{engine::testing::voc}}});
  EXPECT_EQ(one.at(1940), "VOC");
  EXPECT_EQ(one.at(969), "10.00");
  EXPECT_EQ(one.at(996), "kg");
  EXPECT_EQ(answer_to(client, "x", {{320, "no"}, {559, "0"}, {55, "NO.SUCH"}}).at(560), "2");
  floor->book({.symbol = "SO2.AIR.NEW", .pollutant = Pollutant::so2});
  gateway->publish();
  const auto news = client.receive_business();
  ASSERT_TRUE(news);
  EXPECT_EQ(news->at(320), "all");
  EXPECT_EQ(news->at(55), "SO2.AIR.NEW");
}

TEST_F(MarketDataGateway, SaysWhereABookAndTheMarketStand) {
  FixClient client = reader();
  const std::string symbol{engine::testing::voc};
  const FixMessage status = answer_to(client, "e", {{324, "s"}, {55, symbol}, {263, "1"}});
  EXPECT_EQ(status.type(), "f");
  EXPECT_EQ(status.at(326), "17");
  EXPECT_EQ(status.at(1150), "11980.00");
  EXPECT_EQ(answer_to(client, "e", {{324, "u"}, {55, "NO.SUCH"}, {263, "0"}}).at(326), "20");
  const FixMessage session = answer_to(client, "g", {{335, "m"}, {263, "1"}});
  EXPECT_EQ(session.type(), "h");
  EXPECT_EQ(session.at(75), "20260618");
  floor->phase(Phase::halt);
  gateway->publish();
  const auto book_news = client.receive_business();
  const auto market_news = client.receive_business();
  ASSERT_TRUE(book_news && market_news);
  EXPECT_EQ(book_news->at(326), "2");
  EXPECT_EQ(market_news->at(58), "halt");
  client.send("e", {{324, "s"}, {55, symbol}, {263, "2"}});
  client.send("g", {{335, "m"}, {263, "2"}});
  EXPECT_TRUE(client.is_silent(std::chrono::milliseconds{50}));
  floor->phase(Phase::closed);
  gateway->publish();
  EXPECT_TRUE(client.is_silent(std::chrono::milliseconds{50}));
}

// Who does not read costs no more than his out-queue, and is told how things are when he does.
TEST_F(MarketDataGateway, AStalledReaderIsSparedWhatItWouldNotRead) {
  FixClient stalled = reader();
  FixClient quick = reader("PRESS");
  EXPECT_EQ(answer_to(quick, "V", request("1")).type(), "W");
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(answer_to(stalled, "V", request(std::to_string(i))).type(), "W");
  }
  std::vector<OrderId> orders(20);
  for (std::size_t turn = 0; turn < 100 || gateway->figures().conflations == 0; ++turn) {
    ASSERT_LT(turn, 50'000U) << "it is never left out";
    OrderId& order = orders[turn % orders.size()];
    if (order.value == 0) {
      order =
          floor->sell("SH", 1, Fen{1'200'000 + 1'000 * static_cast<std::int64_t>(turn % 20)}).id();
    } else {
      floor->cancel("SH", std::exchange(order, OrderId{}));
    }
    gateway->publish();
    const auto update = quick.receive_business();
    ASSERT_TRUE(update) << "turn " << turn;
    ASSERT_EQ(update->at(83), std::to_string(turn + 1)) << "the other one misses nothing";
  }
  std::uint64_t snapshots = 0;
  const std::string newest = std::to_string(floor->entries());
  for (std::string last; last != newest;) {
    const auto message = stalled.receive_business();
    ASSERT_TRUE(message) << "it never hears of entry " << newest;
    if (message->type() == "W") ++snapshots;
    last = message->at(9706);
  }
  EXPECT_GE(snapshots, 1U);
}

TEST_F(MarketDataGateway, SaysGoodbye) {
  FixClient client = reader();
  EXPECT_EQ(answer_to(client, "V", request("1")).type(), "W");
  bool done = false;
  gateway->close([&] { done = true; });
  floor->sell("SH", 1, 12'000_cny);
  gateway->publish();
  const auto goodbye = client.receive();
  ASSERT_TRUE(goodbye);
  EXPECT_EQ(goodbye->type(), "5");
  EXPECT_TRUE(client.is_silent(std::chrono::milliseconds{50})) << "nothing comes behind it";
  client.send("5", {});
  EXPECT_TRUE(client.is_closed());
  const auto deadline = std::chrono::steady_clock::now() + FixClient::patience;
  while (!done && std::chrono::steady_clock::now() < deadline) {
    io.restart();
    io.run_for(std::chrono::milliseconds{5});
  }
  EXPECT_TRUE(done);
}

}  // namespace

}  // namespace emx::publisher::test
