#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/venue.hpp"

// A collar of the sample market stops a book, and a while later the venue itself lets it go on.
namespace emx::end_to_end {

namespace {

TEST(Interruption, EndsByItself) {
  Daemon daemon{{"SH049", "ZJ063"}};
  daemon.change_config("[run]", "[schedule]\nvolatility_seconds = 1\n[run]");
  daemon.start();
  daemon.open_market();
  boost::asio::io_context io;
  Trader seller{io, "SH049"};
  Trader buyer{io, "ZJ063"};
  seller.log_on(daemon.fix_port());
  buyer.log_on(daemon.fix_port());

  // 4.3 % from the reference: neither trades before the interruption is over.
  seller.sell(voc, Lots{10}, Fen{1'250'000});
  ASSERT_EQ(seller.next_report().exec_type, '0');
  buyer.buy(voc, Lots{10}, Fen{1'250'000});
  ASSERT_EQ(buyer.next_report().exec_type, '0');
  const Message bought = buyer.next();
  EXPECT_TRUE(read_report(bought).is_trade());
  EXPECT_EQ(read_report(bought).last_quantity, Lots{10});
  EXPECT_FALSE(bought.has(1057)) << "a fill of a call has no aggressor";
  EXPECT_TRUE(seller.next_report().is_trade());
  // Continuous again: an order trades at once.
  seller.sell(voc, Lots{1}, Fen{1'250'000});
  seller.next_report();
  buyer.buy(voc, Lots{1}, Fen{1'250'000});
  buyer.next_report();
  EXPECT_TRUE(buyer.next().has(1057));

  EXPECT_TRUE(seller.client.logout());
  EXPECT_TRUE(buyer.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), testing::HasSubstr("the volatility interruption of " +
                                               std::string{voc} + " is over"));
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
