#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/metrics_page.hpp"
#include "tests/end_to_end/venue.hpp"

// What emxd does not start on, or over; and in which state it leaves that.
namespace emx::end_to_end {

namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A venue where one order was placed, and that was stopped or killed.
class Starting : public testing::Test {
 protected:
  Starting() : daemon{{"SH049"}} {
    daemon.start();
    daemon.open_market();
    trader.log_on(daemon.fix_port());
    trader.sell(voc, Lots{1}, Fen{1'198'000});
    EXPECT_EQ(trader.next_report().exec_type, '0');
    EXPECT_TRUE(trader.client.logout());
  }

  void expect_refusal(const testing::Matcher<const std::string&>& words) {
    const Finished finished = daemon.try_to_start();
    EXPECT_EQ(finished.exit_code, 1) << finished.output;
    EXPECT_THAT(finished.errors, words);
  }

  [[nodiscard]] fs::path data_file() const { return daemon.ledger() / "ledger" / "data.mdb"; }
  [[nodiscard]] fs::path sessions() const { return daemon.ledger() / "fix"; }
  [[nodiscard]] fs::path clean_mark() const { return daemon.ledger() / "ledger" / "clean"; }

  Daemon daemon;
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
};

TEST_F(Starting, FoundsNoMarketWhereOneWasLost) {
  daemon.kill();
  fs::remove(data_file());
  expect_refusal(HasSubstr("there was a ledger"));
  fs::remove_all(daemon.ledger() / "ledger");
  expect_refusal(HasSubstr(data_file().string()));
  EXPECT_FALSE(fs::exists(data_file()));
}

Finished snapshot(const Daemon& daemon, const std::vector<std::string>& more = {}) {
  std::vector<std::string> command{emx_program(), "snapshot", daemon.ledger().string()};
  command.insert(command.end(), more.begin(), more.end());
  return demo::run_program(command, std::chrono::seconds{30});
}

// Taken while emxd runs; the next start goes on from it, and tells what it had not told.
TEST_F(Starting, TakesTheExchangeFromASnapshot) {
  const Finished written = snapshot(daemon, {"--verify"});
  ASSERT_EQ(written.exit_code, 0) << written.errors;
  EXPECT_THAT(written.output, AllOf(HasSubstr("verified: the replay of all"), HasSubstr(".snap")));
  daemon.kill();
  const Finished again = snapshot(daemon);
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_THAT(again.output, HasSubstr("up to date"));
  fs::remove(daemon.folder() / "log");
  daemon.start();
  EXPECT_THAT(daemon.log(), AllOf(HasSubstr("is taken from"), HasSubstr("read 0 ledger entries")));
  trader.log_on(daemon.fix_port());
  EXPECT_EQ(trader.next_report().exec_type, '4');  // its order, at its logout before
  trader.buy(voc, Lots{1}, Fen{1'198'000});
  EXPECT_EQ(trader.next_report().exec_type, '0');
  EXPECT_TRUE(trader.client.logout());
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// Nobody has to think of it: the day's close makes one.
TEST_F(Starting, TakesTheExchangeFromTheSnapshotOfTheDaysClose) {
  daemon.admin({"phase", "closed"});
  ASSERT_TRUE(
      wait_for([&] { return daemon.log().find("a snapshot of the") != std::string::npos; }));
  EXPECT_THAT(daemon.log(), HasSubstr("was written"));
  EXPECT_FALSE(fs::is_empty(daemon.ledger() / "snapshots"));
  EXPECT_THAT(snapshot(daemon).output, HasSubstr("up to date"));
  daemon.kill();
  fs::remove(daemon.folder() / "log");
  daemon.start();
  EXPECT_THAT(daemon.log(), AllOf(HasSubstr("is taken from"), HasSubstr("read 0 ledger entries")));
  ASSERT_EQ(daemon.stop(), 0);
}

// The day's end is the exchange's, and not the snapshot's.
TEST_F(Starting, TriesTheSnapshotOfTheDayAgainUntilThereIsOne) {
  const auto metrics_say = [&](const std::string& words) {
    return wait_for(
        [&] { return metrics_page(daemon.metrics_port()).find(words) != std::string::npos; });
  };
  EXPECT_TRUE(metrics_say("emx_day_snapshot_missing 0"));
  write_file(daemon.ledger() / "snapshots", "in the way");
  daemon.admin({"phase", "closed"});
  for (const char* pause : {"again in 1 s", "again in 2 s"}) {  // and so on
    ASSERT_TRUE(wait_for([&] { return daemon.log().find(pause) != std::string::npos; }));
  }
  EXPECT_THAT(daemon.log(), HasSubstr("`emx snapshot` makes one"));
  EXPECT_TRUE(metrics_say("emx_day_snapshot_missing 1"));
  EXPECT_TRUE(wait_for([&] {  // shown a moment later; and it is tried on meanwhile
    const std::string page = metrics_page(daemon.metrics_port());
    const std::string name = "\nemx_day_snapshot_failures_total ";
    const std::size_t at = page.find(name);
    return at != std::string::npos && std::stoi(page.substr(at + name.size())) >= 2;
  }));
  daemon.admin({"phase", "pre-open"});
  fs::remove(daemon.ledger() / "snapshots");
  ASSERT_TRUE(
      wait_for([&] { return daemon.log().find("a snapshot of the") != std::string::npos; }));
  EXPECT_TRUE(metrics_say("emx_day_snapshot_missing 0"));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(Starting, SaysAtAStopThatTheSnapshotOfTheDayIsMissing) {
  write_file(daemon.ledger() / "snapshots", "in the way");
  daemon.admin({"phase", "closed"});
  ASSERT_TRUE(wait_for([&] { return daemon.log().find("again in 1 s") != std::string::npos; }));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("the next start takes longer"));
}

TEST_F(Starting, WarnsOfASnapshotThatIsDamagedAndReplaysAll) {
  ASSERT_EQ(snapshot(daemon).exit_code, 0);
  ASSERT_EQ(daemon.stop(), 0);
  for (const auto& file : fs::directory_iterator{daemon.ledger() / "snapshots"}) {
    fs::resize_file(file.path(), fs::file_size(file.path()) / 2);
  }
  fs::remove(daemon.folder() / "log");
  daemon.start();
  EXPECT_THAT(daemon.log(), AllOf(HasSubstr("is passed over"), Not(HasSubstr("is taken from"))));
  ASSERT_EQ(daemon.stop(), 0);
}

TEST_F(Starting, TellsThatAMarketWasFounded) {
  EXPECT_THAT(daemon.log(), HasSubstr("a new market was founded"));
  ASSERT_EQ(daemon.stop(), 0);
  fs::remove(daemon.folder() / "log");
  daemon.start();
  EXPECT_THAT(daemon.log(), Not(HasSubstr("founded")));
  EXPECT_EQ(daemon.stop(), 0);
}

// Cut off, or with pages of noise: either once ended the process without a word.
TEST_F(Starting, NamesSessionRecordsThatAreDamaged) {
  ASSERT_EQ(daemon.stop(), 0);
  const std::string whole = read_file(sessions() / "data.mdb");
  std::string noise = whole;
  for (std::size_t i = std::size_t{2} * 4'096; i < noise.size(); ++i) {
    noise[i] = static_cast<char>(i * 2'654'435'761U >> 7);
  }
  for (const std::string& damaged : {whole.substr(0, 8'192), whole.substr(0, 100), noise}) {
    write_file(sessions() / "data.mdb", damaged);
    expect_refusal(AllOf(HasSubstr((sessions() / "data.mdb").string()),
                         HasSubstr("--renumber-sessions"),
                         Not(HasSubstr("Do not write to this ledger"))));
    EXPECT_EQ(read_file(sessions() / "data.mdb"), damaged);
  }
  write_file(sessions() / "data.mdb", whole);
  daemon.start();
  trader.log_on(daemon.fix_port());
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(Starting, NamesASessionWhoseNumbersAreLost) {
  daemon.kill();
  fs::remove_all(sessions());
  expect_refusal(AllOf(HasSubstr("FIX session SH049"), HasSubstr("lost or an old one"),
                       HasSubstr("--renumber-sessions")));
  // Refused again: that the first try made an empty folder is no reason to forget.
  expect_refusal(HasSubstr("FIX session SH049"));
  BareDaemon renumbering{daemon, {.arguments = {"--renumber-sessions"}}};
  EXPECT_TRUE(renumbering.wait_until_ready());
  EXPECT_THAT(daemon.log(), HasSubstr("it starts again with 1"));
  EXPECT_EQ(renumbering.stop(), 0);
  daemon.start();
  EXPECT_EQ(daemon.stop(), 0);
}

// Else a mistyped port would cost the next start the copy of the whole ledger.
TEST_F(Starting, LeavesAClosedLedgerClosedWhenItFails) {
  ASSERT_EQ(daemon.stop(), 0);
  ASSERT_TRUE(fs::exists(clean_mark()));
  boost::asio::io_context other;
  const boost::asio::ip::tcp::acceptor taken{other, {boost::asio::ip::address_v4::loopback(), 0}};
  const std::string port = std::to_string(taken.local_endpoint().port());
  daemon.change_config("[run]", "[metrics]\nport = " + port + "\n[run]");
  expect_refusal(HasSubstr(port));
  EXPECT_TRUE(fs::exists(clean_mark()));
  daemon.change_config("[metrics]", "[fix]");
  expect_refusal(HasSubstr(port));
  EXPECT_TRUE(fs::exists(clean_mark()));
}

TEST_F(Starting, WaitsForItsChildrenWhateverItsParentIgnores) {
  ASSERT_EQ(daemon.stop(), 0);
  BareDaemon child{daemon, {.before = {"/usr/bin/env", "--ignore-signal=CHLD"}}};
  EXPECT_TRUE(child.wait_until_ready()) << daemon.log();
  EXPECT_EQ(child.stop(), 0) << daemon.log();
}

TEST_F(Starting, NamesASessionOfNoFirm) {
  ASSERT_EQ(daemon.stop(), 0);
  daemon.change_config("firm = \"SH049\"", "firm = \"NOSUCH\"");
  expect_refusal(HasSubstr("fix.session[0].firm: 'NOSUCH' is no firm of this venue"));
}

// Else connections, which anybody may open, would take what it needs for its ledger.
TEST_F(Starting, NeedsRoomForAllItsFilesAndConnections) {
  ASSERT_EQ(daemon.stop(), 0);
  const auto with = [](const std::string& limit) {
    return BareDaemon::Start{
        .before = {"/bin/bash", "-c", "ulimit " + limit + " && exec \"$0\" \"$@\""}};
  };
  BareDaemon bound{daemon, with("-n 300")};
  EXPECT_FALSE(bound.wait_until_ready());
  EXPECT_THAT(daemon.log(), HasSubstr("may have only 300 files and sockets open"));
  BareDaemon may_more{daemon, with("-Sn 300")};
  EXPECT_TRUE(may_more.wait_until_ready()) << daemon.log();
  EXPECT_EQ(may_more.stop(), 0);
}

// Who waits for the file must not find that of a process that is gone.
TEST_F(Starting, HasAReadyFileWhileItServes) {
  const fs::path ready = daemon.folder() / "ready.json";
  const auto json = nlohmann::json::parse(read_file(ready));
  EXPECT_EQ(json["admin_socket"].get<std::string>(), daemon.admin_socket().string());
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_FALSE(fs::exists(ready));
  write_file(ready, json.dump());  // as a killed one leaves it
  daemon.change_config("firm = \"SH049\"", "firm = \"NOSUCH\"");
  expect_refusal(HasSubstr("NOSUCH"));
  EXPECT_FALSE(fs::exists(ready));
}

TEST_F(Starting, SaysWhenTheReadyFileCannotBeWritten) {
  ASSERT_EQ(daemon.stop(), 0);
  fs::create_symlink("/dev/full", daemon.folder() / "full.part");
  daemon.change_config("ready_file = \"ready.json\"", "ready_file = \"full\"");
  expect_refusal(HasSubstr("run.ready_file: cannot write"));
}

}  // namespace

}  // namespace emx::end_to_end
