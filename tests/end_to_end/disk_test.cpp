#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/venue.hpp"

// A disk that fails once (tests/ledger/faults.cpp), or is too small.
//
// LEDGER_FAULTS: the library that makes it fail.
namespace emx::end_to_end {

namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;

std::vector<std::string> fault(const std::string& call, int at, const std::string& file) {
  return {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=" + call,
          "EMX_FAULT_AT=" + std::to_string(at), "EMX_FAULT_ERROR=EIO", "EMX_FAULT_FILE=" + file};
}

class Disk : public ::testing::Test {
 protected:
  Disk() : daemon{{"SH049"}} {
    daemon.start();
    daemon.open_market();
    EXPECT_EQ(daemon.stop(), 0);
  }

  // Places orders one by one until the venue is gone; those that were acknowledged.
  std::vector<std::string> trade(std::uint16_t port) {
    std::vector<std::string> acknowledged;
    if (trader.client.logon(port) != LogonOutcome::online) return acknowledged;
    for (int i = 0; i < 200 && trader.client.is_online(); ++i) {
      const std::string id = trader.sell(voc, Lots{1}, Fen{1'198'000});
      std::optional<Message> answer = trader.client.next();
      while (answer && !answer->says(11, id)) answer = trader.client.next();
      if (answer && answer->says(150, "0")) acknowledged.push_back(id);
    }
    trader.client.drop();
    return acknowledged;
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
};

TEST_F(Disk, FailsOnceUnderTheLedgerAndNothingAcknowledgedIsLost) {
  std::size_t in_all = 0;
  for (const char* call : {"fdatasync", "pwrite"}) {
    for (int at = 1; at <= 5; at += 2) {
      SCOPED_TRACE(std::string{call} + " " + std::to_string(at));
      BareDaemon failing{daemon, {.environment = fault(call, at, "/ledger/ledger/data.mdb")}};
      ASSERT_TRUE(failing.wait_until_ready()) << daemon.log();
      const std::vector<std::string> acknowledged = trade(failing.fix_port());
      in_all += acknowledged.size();
      EXPECT_EQ(failing.wait_for_end(), 3);
      EXPECT_THAT(daemon.log(), HasSubstr("fault injected"));
      EXPECT_THAT(daemon.log(), HasSubstr("See whether the disk is full or failing"));

      daemon.start();
      EXPECT_THAT(daemon.log(), HasSubstr("the last run stopped because of"));
      EXPECT_EQ(daemon.audit("verify").exit_code, 0);
      const std::string entries = demo::run_program({emx_program(), "audit", "entries",
                                                     daemon.ledger().string(), "--count", "100000"},
                                                    std::chrono::seconds{60})
                                      .output;
      for (const std::string& id : acknowledged) EXPECT_THAT(entries, HasSubstr(id));
      EXPECT_EQ(daemon.stop(), 0);
    }
  }
  EXPECT_GT(in_all, 0U) << "nothing was acknowledged, so nothing could be lost";
}

// At each moment there is: while it starts, or serves, or stops.
TEST_F(Disk, FailsOnceUnderTheSessionRecordsAndTheNextStartGoesOn) {
  int while_serving = 0;
  for (int at = 1;; ++at) {
    SCOPED_TRACE(at);
    BareDaemon failing{daemon, {.environment = fault("fdatasync", at, "/fix/data.mdb")}};
    const bool served = failing.wait_until_ready();
    if (served) trade(failing.fix_port());
    const int exit_code = served ? failing.stop() : failing.wait_for_end();
    if (daemon.log().find("fault injected") == std::string::npos) break;
    EXPECT_EQ(exit_code, served ? 3 : 1) << daemon.log();
    if (served) ++while_serving;
    EXPECT_THAT(daemon.log(),
                AnyOf(HasSubstr("FIX session records"), HasSubstr("FIX sessions' records")));
    daemon.start();
    trader.log_on(daemon.fix_port());
    EXPECT_TRUE(trader.client.logout());
    EXPECT_EQ(daemon.stop(), 0);
  }
  EXPECT_GT(while_serving, 0);
}

// The index is no part of the exchange: its process fails alone, and what it left is not used.
TEST_F(Disk, FailsUnderTheIndexAndNobodyElseNotices) {
  daemon.change_config("index = false", "index = true");
  BareDaemon failing{daemon, {.environment = fault("pwrite", 4, "/index/data.mdb")}};
  ASSERT_TRUE(failing.wait_until_ready()) << daemon.log();
  ASSERT_TRUE(wait_for([&] {
    return daemon.log().find("the index is not written") != std::string::npos;
  })) << daemon.log();
  trader.log_on(failing.fix_port());
  trader.sell(voc, Lots{1}, Fen{1'198'000});
  EXPECT_TRUE(trader.next().says(150, "0"));
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(failing.stop(), 0);
  EXPECT_FALSE(fs::exists(daemon.ledger() / "index" / "mark"));
  daemon.start();
  ASSERT_TRUE(wait_for([&] {
    return daemon.log().find("the index is made anew") != std::string::npos;
  })) << daemon.log();
  EXPECT_EQ(daemon.stop(), 0);
}

// A start after a crash copies the ledger; the file is a sparse one here.
TEST_F(Disk, TakesNoOrdersWhereTheLedgerCouldNotBeCopied) {
  const fs::path file = daemon.ledger() / "ledger" / "data.mdb";
  // Far more than anyone else on this machine may make free meanwhile.
  fs::resize_file(file, fs::space(file).free + (std::uintmax_t{1} << 37));
  daemon.start();
  EXPECT_TRUE(wait_for(
      [&] { return daemon.log().find("or its copy after a crash") != std::string::npos; }));
  trader.log_on(daemon.fix_port());
  trader.sell(voc, Lots{1}, Fen{1'198'000});
  EXPECT_EQ(trader.next().type(), "j");
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace

}  // namespace emx::end_to_end
