#include "tests/end_to_end/small_venue.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/venue.hpp"

// emxd on a ledger whose genesis has room for little, so that its bound is reached with a few
// orders. capacity_test reaches that of the sample market.
namespace emx::end_to_end {

namespace {

constexpr Fen price{1'198'000};

GenesisCommand with_room_for(std::uint32_t orders) {
  GenesisCommand genesis = market::default_genesis();
  genesis.orders_max = orders;
  return genesis;
}

TEST(SmallVenue, RefusesOneOrderMoreThanItHasRoomFor) {
  Daemon daemon{{"SH049", "SH065"}};
  found_venue(with_room_for(2), daemon.ledger());
  // The ledger is new to the sessions' records.
  BareDaemon small{daemon, {.arguments = {"--renumber-sessions"}}};
  ASSERT_TRUE(small.wait_until_ready()) << daemon.log();
  daemon.open_market();
  boost::asio::io_context io;
  Trader first{io, "SH049"};
  Trader second{io, "SH065"};
  first.log_on(small.fix_port());
  second.log_on(small.fix_port());
  const std::string resting = first.sell(voc, Lots{1}, price);
  EXPECT_EQ(first.next_report().exec_type, '0');
  second.sell(voc, Lots{1}, price);
  EXPECT_EQ(second.next_report().exec_type, '0');

  second.sell(voc, Lots{1}, price);
  const Report refused = second.next_report();
  EXPECT_EQ(refused.exec_type, '8');
  EXPECT_EQ(name_of(refused.code), name_of(Code::o11_capacity));
  EXPECT_NE(refused.text.find("limit 2, value 2"), std::string::npos) << refused.text;
  // One goes, one comes.
  first.cancel(resting, voc, Side::sell);
  EXPECT_EQ(first.next_report().exec_type, '4');
  second.sell(voc, Lots{1}, price);
  EXPECT_EQ(second.next_report().exec_type, '0');
  EXPECT_TRUE(first.client.logout() && second.client.logout());
  EXPECT_EQ(small.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
