#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// Orders over FIX sockets against emxd: what each side is told.
namespace emx::end_to_end {

namespace {

class Orders : public testing::Test {
 protected:
  Orders() : daemon{{"SH049", "ZJ063", "JS074"}} {
    daemon.start();
    daemon.open_market();
    seller.log_on(daemon.fix_port());
    buyer.log_on(daemon.fix_port());
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader seller{io, "SH049", keeps_orders};
  Trader buyer{io, "ZJ063"};
};

TEST_F(Orders, TellsBothSidesOfATrade) {
  const std::string sell = seller.sell(voc, Lots{4'000}, Fen{1'198'000});
  const Report rests = seller.next_report();
  EXPECT_EQ(rests.exec_type, '0');
  EXPECT_EQ(rests.ord_status, '0');
  EXPECT_EQ(rests.cl_ord_id, sell);
  EXPECT_EQ(rests.leaves, Lots{4'000});

  buyer.buy(voc, Lots{5'000}, Fen{1'200'000});
  EXPECT_EQ(buyer.next_report().exec_type, '0');
  const Report bought = buyer.next_report();
  const Report sold = seller.next_report();
  EXPECT_TRUE(bought.is_trade() && sold.is_trade());
  EXPECT_EQ(bought.trade_id, sold.trade_id);
  EXPECT_NE(bought.exec_id, sold.exec_id);
  EXPECT_EQ(bought.last_price, Fen{1'198'000}) << "the price of the order that arrived first";
  EXPECT_EQ(bought.last_quantity, Lots{4'000});
  EXPECT_EQ(bought.ratio, "1/1");
  EXPECT_EQ(bought.credited, Lots{4'000});
  EXPECT_EQ(bought.ord_status, '1');
  EXPECT_EQ(bought.leaves, Lots{1'000});
  EXPECT_EQ(sold.ord_status, '2');
  EXPECT_EQ(sold.leaves, Lots{0});
  EXPECT_EQ(sold.ledger_seq, bought.ledger_seq);

  const auto trades = daemon.audit_json("trades").at("trades");
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(trades[0].at("buyer"), "ZJ063-1");
  EXPECT_EQ(trades[0].at("seller"), "SH049-1");
  EXPECT_EQ(trades[0].at("quantity_lots"), 4'000);
  EXPECT_EQ(trades[0].at("sequence"), bought.ledger_seq);
}

TEST_F(Orders, CancelsAndReplaces) {
  const std::string first = seller.sell(voc, Lots{100}, Fen{1'198'000});
  seller.next_report();
  const std::string second = seller.new_id();
  seller.client.send("G", fields_of(fix_client::ReplaceOrder{.cl_ord_id = second,
                                                             .orig_cl_ord_id = first,
                                                             .account = seller.account(),
                                                             .symbol = voc,
                                                             .side = Side::sell,
                                                             .quantity = Lots{150},
                                                             .price = Fen{1'199'000}}));
  const Report replaced = seller.next_report();
  EXPECT_EQ(replaced.exec_type, '5');
  EXPECT_EQ(replaced.cl_ord_id, second);
  EXPECT_EQ(replaced.orig_cl_ord_id, first);
  EXPECT_EQ(replaced.leaves, Lots{150});

  const std::string third = seller.cancel(second, voc, Side::sell);
  const Report cancelled = seller.next_report();
  EXPECT_EQ(cancelled.exec_type, '4');
  EXPECT_EQ(cancelled.ord_status, '4');
  EXPECT_EQ(cancelled.cl_ord_id, third);
  EXPECT_EQ(cancelled.orig_cl_ord_id, second);
  EXPECT_EQ(cancelled.code, Code::c03_requested);
  EXPECT_EQ(cancelled.leaves, Lots{0});

  seller.cancel(second, voc, Side::sell);
  const Message late = seller.next();
  EXPECT_EQ(late.type(), "9");
  EXPECT_TRUE(late.says(102, "0") && late.says(434, "1"));
  EXPECT_EQ(read_report(late).code, Code::d04_too_late);
}

TEST_F(Orders, CancelsTheRestOfAnImmediateOrder) {
  seller.sell(voc, Lots{10}, Fen{1'198'000});
  seller.next_report();
  buyer.enter(Side::buy, voc, Lots{30}, Fen{1'198'000}, TimeInForce::ioc);
  EXPECT_EQ(buyer.next_report().exec_type, '0');
  EXPECT_EQ(buyer.next_report().last_quantity, Lots{10});
  const Report rest = buyer.next_report();
  EXPECT_EQ(rest.exec_type, '4');
  EXPECT_EQ(rest.code, Code::c01_expired);
  EXPECT_EQ(rest.cumulative, Lots{10});
}

// What an order is besides its price and quantity is said again on its reports, and done.
TEST_F(Orders, TakesEveryTermOfTheRules) {
  const auto send = [](Trader& trader, char side, const std::string& quantity,
                       const std::vector<std::pair<std::uint32_t, std::string>>& more) {
    Fields order;
    order.add(11, trader.new_id()).add(1, trader.account()).add(55, voc).add(54, side);
    order.add(60, "20260618-02:00:00").add(38, quantity);
    for (const auto& [tag, value] : more) order.add(tag, value);
    trader.client.send("D", order);
    return trader.next();
  };
  // An iceberg, good till a date.
  const Message iceberg =
      send(seller, '2', "100",
           {{40, "2"}, {44, "11980"}, {59, "6"}, {432, "20260619"}, {1138, "10"}, {9708, "N"}});
  EXPECT_TRUE(iceberg.says(150, "0") && iceberg.says(59, "6") && iceberg.says(432, "20260619") &&
              iceberg.says(1138, "10") && iceberg.says(151, "100"))
      << iceberg.readable();
  // A market order takes of the hidden part as well, and names no price.
  const Message market = send(buyer, '1', "30", {{40, "1"}});
  EXPECT_TRUE(market.says(150, "0") && market.says(40, "1") && market.says(59, "3"))
      << market.readable();
  EXPECT_FALSE(market.has(44));
  std::int64_t bought = 0;
  while (bought < 30) {
    const Report fill = buyer.next_report();
    ASSERT_TRUE(fill.is_trade());
    EXPECT_EQ(fill.last_price, Fen{1'198'000});
    bought += fill.last_quantity.value;
    const Report sold = seller.next_report();
    EXPECT_TRUE(sold.is_trade());
    EXPECT_EQ(sold.leaves, Lots{100 - bought});
  }
  // Good till cancel outlives the close; good till a date does to that date.
  const Message lasting = send(buyer, '1', "1", {{40, "2"}, {44, "11000"}, {59, "1"}});
  EXPECT_TRUE(lasting.says(150, "0") && lasting.says(59, "1")) << lasting.readable();
  daemon.admin({"phase", "closed"});
  daemon.admin({"day", "2026-06-19"});
  daemon.admin({"phase", "continuous"});
  seller.expect_silence();
  daemon.admin({"phase", "closed"});
  const Report expired = seller.next_report();
  EXPECT_EQ(expired.exec_type, 'C');
  EXPECT_EQ(expired.code, Code::c01_expired);
  EXPECT_EQ(expired.cumulative, Lots{30});
  buyer.expect_silence();
}

// Reports for a client that is away wait for it.
TEST_F(Orders, TellsOfAFillWhileAwayAtTheNextLogon) {
  seller.sell(voc, Lots{10}, Fen{1'198'000});
  seller.next_report();
  EXPECT_TRUE(seller.client.logout());
  buyer.buy(voc, Lots{10}, Fen{1'198'000});
  buyer.next_report();
  EXPECT_TRUE(buyer.next_report().is_trade());
  seller.log_on(daemon.fix_port());
  const Report sold = seller.next_report();
  EXPECT_TRUE(sold.is_trade());
  EXPECT_EQ(sold.last_quantity, Lots{10});
  EXPECT_EQ(seller.client.session().gaps_found(), 0U);
}

// What came is asked for again: the same messages, marked, and nothing else.
TEST_F(Orders, SendsAgainOnRequest) {
  seller.sell(voc, Lots{10}, Fen{1'198'000});
  const Message first = seller.next();
  seller.sell(voc, Lots{20}, Fen{1'198'000});
  const Message second = seller.next();
  // As if both had been lost: the client forgets that they came.
  seller.client.session().memory().next_in = first.seq_num();
  ASSERT_TRUE(seller.client.round_trip()) << seller.client.why_closed();
  const Message first_again = seller.next();
  const Message second_again = seller.next();
  EXPECT_TRUE(first_again.possible_duplicate() && second_again.possible_duplicate());
  EXPECT_TRUE(first_again.has(122));
  EXPECT_EQ(first_again.text(17), first.text(17));
  EXPECT_EQ(first_again.seq_num(), first.seq_num());
  EXPECT_EQ(second_again.text(17), second.text(17));
  seller.expect_silence();
}

// Numbers go on over a reconnect and over a restart of the venue.
TEST_F(Orders, KeepsNumbersOverARestart) {
  seller.sell(voc, Lots{10}, Fen{1'198'000});
  const Report rests = seller.next_report();
  daemon.request_stop();
  EXPECT_TRUE(seller.client.run_until([&] { return !seller.client.is_open(); }));
  EXPECT_TRUE(buyer.client.run_until([&] { return !buyer.client.is_open(); }));
  EXPECT_EQ(daemon.wait_for_end(), 0) << daemon.log();
  const auto numbers = seller.client.session().memory();
  daemon.start();
  seller.log_on(daemon.fix_port());
  EXPECT_EQ(seller.client.session().memory().next_out, numbers.next_out + 1);
  EXPECT_EQ(seller.client.session().gaps_found(), 0U) << "after a clean stop nothing is missing";
  const std::string id = seller.cancel(rests.cl_ord_id, voc, Side::sell);
  const Report cancelled = seller.next_report();
  EXPECT_EQ(cancelled.exec_type, '4');
  EXPECT_EQ(cancelled.order_id, rests.order_id);
  EXPECT_EQ(cancelled.cl_ord_id, id);
}

}  // namespace

}  // namespace emx::end_to_end
