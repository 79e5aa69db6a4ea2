#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "tests/end_to_end/metrics_page.hpp"
#include "tests/end_to_end/venue.hpp"

// Market data of emxd, over sockets, beside the orders that it comes from.

namespace emx::end_to_end {

namespace {

constexpr Fen price{1'198'000};

class MarketData : public OpenMarket {
 protected:
  MarketData() : OpenMarket{{"SH049", "ZJ063"}, with_readers()} {}
  ~MarketData() override { reader.drop(); }

  static std::string with_readers() {
    return "[market_data]\n" + Daemon::session_table("market_data", "PRESS", "") +
           Daemon::session_table("market_data", "DESK", "ZJ063");
  }

  void log_on(Client& client) {
    const LogonOutcome outcome = client.logon(daemon.market_data_port(), Client::patience, true);
    ASSERT_EQ(outcome, LogonOutcome::online) << client.why_closed();
  }
  static Fields request(std::string_view id, std::string_view account = {}) {
    Fields fields;
    fields.add(262, id).add(263, '1').add(264, 0);
    fields.add(267, account.empty() ? 4 : 2).add(269, '0').add(269, '1');
    if (account.empty()) fields.add(269, '2').add(269, 'B');
    fields.add(146, 1).add(55, voc);
    if (!account.empty()) fields.add(1, account);
    return fields;
  }
  static Message next(Client& client) {
    auto message = client.next();
    EXPECT_TRUE(message.has_value()) << client.why_closed();
    return message ? *std::move(message) : Message{};
  }
  // Of all the entries in it that carry this tag.
  static std::vector<std::string> all(const Message& message, std::uint32_t tag) {
    std::vector<std::string> values;
    const std::string start = "\x01" + std::to_string(tag) + "=";
    const std::string& frame = message.frame();
    for (auto at = frame.find(start); at != std::string::npos; at = frame.find(start, at + 1)) {
      const auto begin = at + start.size();
      values.push_back(frame.substr(begin, frame.find('\x01', begin) - begin));
    }
    return values;
  }

  boost::asio::io_context io;
  Client reader{io, Daemon::identity("PRESS")};
};

TEST_F(MarketData, FollowsOrdersAndTradesAndKeepsTheDayOverARestart) {
  log_on(reader);
  reader.send("V", request("1"));
  EXPECT_EQ(next(reader).type(), "W");
  trader("ZJ063").sell(voc, Lots{100}, price);
  EXPECT_EQ(trader("ZJ063").next_report().exec_type, '0');
  const Message rests = next(reader);
  EXPECT_EQ(rests.type(), "X") << rests.readable();
  EXPECT_EQ(rests.text(279), "0");
  EXPECT_EQ(rests.text(270), "11980.00");
  EXPECT_EQ(rests.text(271), "100");
  trader("SH049").buy(voc, Lots{30}, price);
  EXPECT_EQ(trader("SH049").next_report().exec_type, '0');
  const Report fill = trader("SH049").next_report();
  EXPECT_EQ(fill.exec_type, 'F');
  const Message traded = next(reader);
  EXPECT_THAT(all(traded, 269), ::testing::ElementsAre("1", "2", "B")) << traded.readable();
  EXPECT_THAT(all(traded, 271), ::testing::ElementsAre("70", "30", "30"));
  // Killed, and started again: the day is the same.
  reader.drop();
  daemon.kill();
  daemon.start();
  log_on(reader);
  reader.send("V", request("2"));
  const Message again = next(reader);
  EXPECT_THAT(all(again, 269), ::testing::Contains("B")) << again.readable();
  EXPECT_EQ(all(again, 271).back(), "30");
}

TEST_F(MarketData, IsForAFirmWhatItsFacilityCouldTrade) {
  Client desk{io, Daemon::identity("DESK")};
  log_on(desk);
  trader("SH049").buy(voc, Lots{10}, price);
  EXPECT_EQ(trader("SH049").next_report().exec_type, '0');
  desk.send("V", request("own", "ZJ063-1"));
  const Message own = next(desk);
  EXPECT_EQ(own.type(), "W") << own.readable();
  desk.send("V", request("foreign", "SH049-1"));
  const Message foreign = next(desk);
  EXPECT_EQ(foreign.type(), "Y");
  EXPECT_EQ(foreign.text(281), "3");
  desk.drop();
}

TEST_F(MarketData, ListsTheMarketAndSaysWhereItStands) {
  log_on(reader);
  Fields list;
  reader.send("x", list.add(320, "1").add(559, '4'));
  std::size_t instruments = 0;
  Message page;
  do {
    page = next(reader);
    ASSERT_EQ(page.type(), "y") << page.readable();
    instruments += all(page, 969).size();
  } while (page.text(893) != "Y");
  EXPECT_EQ(page.number(393), static_cast<std::int64_t>(instruments));
  EXPECT_GT(instruments, 10U);
  Fields status;
  reader.send("e", status.add(324, "1").add(55, voc).add(263, '1'));
  EXPECT_EQ(next(reader).text(326), "17");
  daemon.admin({"phase", "halt"});
  const Message halted = next(reader);
  EXPECT_EQ(halted.type(), "f");
  EXPECT_EQ(halted.text(326), "2");
}

// In a call emxd itself asks what it would give, as orders come.
TEST_F(MarketData, HasTheIndicativePriceOfACall) {
  daemon.admin({"phase", "closing-call"});
  log_on(reader);
  Fields fields;
  fields.add(262, "q").add(263, '1').add(264, 1).add(267, 2).add(269, 'Q').add(269, 'A');
  reader.send("V", fields.add(146, 1).add(55, voc));
  EXPECT_EQ(next(reader).text(268), "0");
  trader("ZJ063").sell(voc, Lots{100}, price);
  trader("SH049").buy(voc, Lots{30}, price);
  const Message told = next(reader);
  EXPECT_THAT(all(told, 271), ::testing::ElementsAre("30", "-70")) << told.readable();
  for (const char* firm : {"ZJ063", "SH049"}) EXPECT_EQ(trader(firm).next_report().exec_type, '0');
}

// Who only reads enters nothing, and who trades reads nothing: each on its own port.
TEST_F(MarketData, IsApartFromOrderEntry) {
  log_on(reader);
  reader.send("D", fields_of(fix_client::NewOrder{.cl_ord_id = "1",
                                                  .account = "ZJ063-1",
                                                  .symbol = voc,
                                                  .side = Side::buy,
                                                  .quantity = Lots{1},
                                                  .price = price}));
  const Message no_orders = next(reader);
  EXPECT_EQ(no_orders.type(), "j");
  EXPECT_EQ(no_orders.text(380), "3");
  trader("ZJ063").client.send("V", request("1"));
  const Message no_data = trader("ZJ063").next();
  EXPECT_EQ(no_data.type(), "j");
  EXPECT_EQ(no_data.text(380), "3");
  Client stranger{io, Daemon::identity("PRESS")};
  EXPECT_EQ(stranger.logon(daemon.fix_port()), LogonOutcome::refused);
  EXPECT_TRUE(wait_for([&] {
    const std::string page = metrics_page(daemon.metrics_port());
    return page.find("\nemx_market_data_sessions_open 1\n") != std::string::npos &&
           page.find("\nemx_market_data_lag_entries 0\n") != std::string::npos;
  }));
}

}  // namespace

}  // namespace emx::end_to_end
