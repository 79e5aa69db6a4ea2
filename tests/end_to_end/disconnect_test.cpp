#include <gtest/gtest.h>

#include <string>

#include "tests/end_to_end/venue.hpp"

// What becomes of open orders when a client is gone: over sockets, with emxd and its ledger.
namespace emx::end_to_end {

namespace {

constexpr Fen price{1'198'000};

class Disconnect : public testing::Test {
 protected:
  Disconnect() : daemon{{"SH049", "ZJ063"}} {
    daemon.start();
    daemon.open_market();
    buyer.log_on(daemon.fix_port());
  }
  ~Disconnect() override {
    buyer.client.drop();
    EXPECT_EQ(daemon.stop(), 0);
    EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  }

  // A DAY and a GTC order of this trader rest.
  void rest_two(Trader& trader) {
    trader.log_on(daemon.fix_port());
    day = trader.sell(voc, Lots{10}, price);
    EXPECT_EQ(trader.next_report().exec_type, '0');
    gtc = trader.enter(Side::sell, voc, Lots{20}, price, TimeInForce::gtc);
    EXPECT_EQ(trader.next_report().exec_type, '0');
  }
  // Until the venue has seen that nobody but the buyer is left; whoever is back before is turned
  // away.
  void wait_until_gone() {
    const auto sessions = [&] {
      return nlohmann::json::parse(daemon.try_admin({"status"}).output)["sessions_open"].get<int>();
    };
    for (int i = 0; i < 1'000 && sessions() != 1; ++i) {
    }
    ASSERT_EQ(sessions(), 1);
  }
  // At its next logon it is told that the DAY order is gone, and why, and nothing else.
  void expect_told(Trader& trader) {
    trader.log_on(daemon.fix_port());
    const Message told = trader.next();
    const Report report = read_report(told);
    EXPECT_EQ(report.exec_type, '4') << told.readable();
    EXPECT_EQ(report.ord_status, '4');
    EXPECT_EQ(report.cl_ord_id, day);
    EXPECT_EQ(report.leaves, Lots{0});
    EXPECT_EQ(name_of(report.code), name_of(Code::c02_disconnect));
    EXPECT_NE(told.text(58).find("cancelled on disconnect"), std::string_view::npos);
    trader.expect_silence();
    // The GTC order rests, and trades.
    buyer.buy(voc, Lots{20}, price);
    EXPECT_EQ(buyer.next_report().exec_type, '0');
    EXPECT_EQ(buyer.next_report().last_quantity, Lots{20});
    const Report sold = trader.next_report();
    EXPECT_TRUE(sold.is_trade());
    EXPECT_EQ(sold.cl_ord_id, gtc);
    trader.expect_silence();
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader buyer{io, "ZJ063"};
  Trader seller{io, "SH049"};
  std::string day;
  std::string gtc;
};

TEST_F(Disconnect, AfterALogoutDayOrdersAreGone) {
  rest_two(seller);
  EXPECT_TRUE(seller.client.logout());
  expect_told(seller);
}

TEST_F(Disconnect, AfterADropDayOrdersAreGone) {
  rest_two(seller);
  seller.client.drop();
  wait_until_gone();
  expect_told(seller);
}

// SIGKILL: at the next start whoever was logged on is taken for gone.
TEST_F(Disconnect, AfterACrashDayOrdersAreGone) {
  rest_two(seller);
  daemon.kill();
  seller.client.drop();
  buyer.client.drop();
  daemon.start();
  buyer.log_on(daemon.fix_port());
  expect_told(seller);
}

TEST_F(Disconnect, AfterAStopDayOrdersAreGone) {
  rest_two(seller);
  daemon.request_stop();
  EXPECT_TRUE(seller.client.run_until([&] { return !seller.client.is_open(); }));
  EXPECT_TRUE(buyer.client.run_until([&] { return !buyer.client.is_open(); }));
  EXPECT_EQ(daemon.wait_for_end(), 0) << daemon.log();
  // In the ledger before it was closed.
  const std::string entries = daemon.audit("entries", {"--count", "100000"}).output;
  EXPECT_NE(entries.find("the session has ended"), std::string::npos) << entries;
  daemon.start();
  buyer.log_on(daemon.fix_port());
  expect_told(seller);
}

// Control: who chose so keeps them, through all of it.
TEST_F(Disconnect, WhoChoseToKeepsDayOrders) {
  Trader keeper{io, "SH049", keeps_orders};
  rest_two(keeper);
  EXPECT_TRUE(keeper.client.logout());
  keeper.log_on(daemon.fix_port());
  keeper.client.drop();
  wait_until_gone();
  keeper.log_on(daemon.fix_port());
  daemon.kill();
  keeper.client.drop();
  buyer.client.drop();
  daemon.start();
  buyer.log_on(daemon.fix_port());
  keeper.log_on(daemon.fix_port());
  buyer.buy(voc, Lots{10}, price);
  EXPECT_EQ(buyer.next_report().exec_type, '0');
  EXPECT_EQ(buyer.next_report().last_quantity, Lots{10});
  const Report sold = keeper.next_report();
  EXPECT_TRUE(sold.is_trade());
  EXPECT_EQ(sold.cl_ord_id, day);
  keeper.expect_silence();
}

// What is entered after the next logon has nothing to do with the end of the session before.
TEST_F(Disconnect, ANewSessionsOrdersStay) {
  for (int i = 0; i < 8; ++i) {
    seller.log_on(daemon.fix_port());
    while (seller.client.next(std::chrono::milliseconds{0})) {
    }
    seller.sell(voc, Lots{1}, price);
    EXPECT_TRUE(seller.client.round_trip());
    EXPECT_TRUE(seller.client.logout());
  }
  seller.log_on(daemon.fix_port());
  const std::string last = seller.sell(voc, Lots{7}, price);
  EXPECT_TRUE(seller.client.round_trip());
  buyer.buy(voc, Lots{7}, price);
  EXPECT_EQ(buyer.next_report().exec_type, '0');
  EXPECT_EQ(buyer.next_report().last_quantity, Lots{7}) << "the one order that is left";
}

TEST_F(Disconnect, WhyNamesTheRule) {
  rest_two(seller);
  EXPECT_TRUE(seller.client.logout());
  EXPECT_TRUE(buyer.client.round_trip());
  seller.log_on(daemon.fix_port());
  const Report gone = seller.next_report();
  buyer.client.drop();
  seller.client.drop();
  ASSERT_EQ(daemon.stop(), 0);
  const Finished why =
      demo::run_program({emx_program(), "why", daemon.ledger().string(), "--order", gone.order_id},
                        std::chrono::seconds{60});
  EXPECT_EQ(why.exit_code, 0) << why.errors;
  EXPECT_NE(why.output.find("C02_DISCONNECT"), std::string::npos) << why.output;
  EXPECT_NE(why.output.find("DAY orders are cancelled when it ends"), std::string::npos)
      << why.output;
  daemon.start();
}

}  // namespace

}  // namespace emx::end_to_end
