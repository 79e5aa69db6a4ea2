#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/venue.hpp"

// SIGTERM, with clients that do not make it easy.
namespace emx::end_to_end {

namespace {

// Cancels are taken while what was sent before the stop is answered, but not for ever.
TEST(Stopping, EndsWhileAClientGoesOnCancelling) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market();
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
  trader.log_on(daemon.fix_port());
  std::size_t answers = 0;
  trader.client.on_message = [&](const Message&) { ++answers; };
  const auto flood = [&](const std::function<bool()>& done) {
    return trader.client.run_until(
        [&] {
          for (int i = 0; i < 200 && trader.client.is_online() &&
                          trader.client.unsent_bytes() < std::size_t{64} * 1024;
               ++i) {
            trader.cancel("no such order", voc, Side::sell);
          }
          return done();
        },
        std::chrono::seconds{20});
  };
  ASSERT_TRUE(flood([&] { return answers > 100; }));
  daemon.request_stop();
  EXPECT_TRUE(flood([&] { return !trader.client.is_open(); })) << "it never says goodbye";
  EXPECT_EQ(daemon.wait_for_end(), 0) << daemon.log();
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// Also while it closes the ledger, when nobody waits for signals any more.
TEST(Stopping, EndsWellHoweverOftenItIsTold) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market();
  for (int round = 0; round < 5; ++round) {
    std::optional<int> exit_code;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!exit_code && std::chrono::steady_clock::now() < deadline) {
      daemon.request_stop();
      exit_code = daemon.process().wait(std::chrono::milliseconds{0});
    }
    EXPECT_EQ(exit_code, 0);
    daemon.start();
    EXPECT_NE(daemon.log().find("the ledger was closed"), std::string::npos) << daemon.log();
  }
  EXPECT_EQ(daemon.stop(), 0);
}

// Its threads still run then: they must be ended, and the message must come out.
TEST(Stopping, SaysWhatWasThrownAndEnds) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  ASSERT_EQ(daemon.stop(), 0);
  BareDaemon failing{
      daemon,
      {.environment = {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=recv",
                       "EMX_FAULT_AT=1", "EMX_FAULT_ERROR=throw", "EMX_FAULT_FILE=]"}}};
  ASSERT_TRUE(failing.wait_until_ready()) << daemon.log();
  static_cast<void>(daemon.try_admin({"status"}));
  EXPECT_EQ(failing.wait_for_end(), 3) << daemon.log();
  EXPECT_NE(daemon.log().find("thrown out of recv"), std::string::npos) << daemon.log();
  daemon.start();
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace

}  // namespace emx::end_to_end
