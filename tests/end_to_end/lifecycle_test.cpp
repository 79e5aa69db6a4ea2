#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/meta.hpp"
#include "tests/end_to_end/venue.hpp"

// How emxd starts, refuses to start, and stops.
namespace emx::end_to_end {

namespace {

// It did not start, said why in words that name `what`, and left nothing behind.
void expect_refusal(const Finished& finished, std::string_view what) {
  EXPECT_EQ(finished.exit_code, 1) << finished.errors;
  EXPECT_NE(finished.errors.find(what), std::string::npos) << finished.errors;
}

TEST(Start, NamesEachFaultOfTheConfiguration) {
  struct Row {
    std::string from;
    std::string to;
    std::string named;
  };
  const Row rows[] = {
      {"[ledger]\ndirectory", "[ledger]\nfolder", "ledger.directory: is missing"},
      {"[ledger]\ndirectory", "[ledger]\nfolder", "ledger.folder: is not a key here"},
      {"[ledger]", "[ledgers]", "ledgers"},
      {"disk_reserve_bytes = 0", "disk_reserve_bytes = -1", "ledger.disk_reserve_bytes"},
      {"level = \"debug\"", "level = \"loud\"", "log.level"},
      {"level = \"debug\"", "level = 3", "log.level: must be a text in quotes"},
      {"[admin]", "[admin", "emxd.toml:"},
      {"comp_id = \"SH065\"", "comp_id = \"SH049\"", "'SH049' stands twice"},
      {"[run]", "[fix]\nport = 70000\n[run]", "fix.port"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.from + " -> " + row.to);
    const Daemon daemon{{"SH049", "SH065"}};
    daemon.change_config(row.from, row.to);
    expect_refusal(daemon.try_to_start(), row.named);
    EXPECT_FALSE(std::filesystem::exists(daemon.ledger()));
  }
}

TEST(Start, ChecksAConfigurationWithoutStarting) {
  const Daemon daemon{{"SH049"}};
  const Finished good = demo::run_program(
      {emxd_program(), "--config", daemon.config().string(), "--check"}, std::chrono::seconds{30});
  EXPECT_EQ(good.exit_code, 0) << good.errors;
  EXPECT_FALSE(std::filesystem::exists(daemon.ledger()));
}

TEST(Start, NamesWhatIsNotThere) {
  const Daemon daemon{{"SH049"}};
  expect_refusal(
      demo::run_program({emxd_program(), "--config", "no such file"}, std::chrono::seconds{30}),
      "no such file");
  daemon.change_config("tools/market/delta", "tools/market/nowhere");
  expect_refusal(daemon.try_to_start(), "tools/market/nowhere");
}

TEST(Start, NamesAPasswordThatIsNoHash) {
  const Daemon daemon{{"SH049"}};
  daemon.change_config("password_hash = \"pbkdf2-sha256$", "password_hash = \"");
  expect_refusal(daemon.try_to_start(), "fix.session[0].password_hash");
}

TEST(Start, NamesAPortInUse) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor taken{io, {boost::asio::ip::address_v4::loopback(), 0}};
  const std::string port = std::to_string(taken.local_endpoint().port());
  for (const char* section : {"fix", "metrics"}) {
    SCOPED_TRACE(section);
    const Daemon daemon{{}};
    daemon.change_config("[run]", "[" + std::string{section} + "]\nport = " + port + "\n[run]");
    expect_refusal(daemon.try_to_start(), port);
  }
}

TEST(Start, LeavesALedgerToItsWriter) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  const std::string holder = std::to_string(daemon.process().pid());
  expect_refusal(daemon.try_to_start(), "names process " + holder);
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(daemon.ledger() / "index")) << "ledger.index is false";
}

TEST(Start, NamesALedgerThatCannotBeWritten) {
  const Daemon daemon{{"SH049"}};
  // Not even root may make a folder there.
  daemon.change_config("directory = \"ledger\"", "directory = \"/proc/emx-ledger\"");
  expect_refusal(daemon.try_to_start(), "/proc/emx-ledger");
  daemon.change_config("directory = \"/proc/emx-ledger\"", "directory = \"emxd.toml\"");
  expect_refusal(daemon.try_to_start(), "emxd.toml");
}

// The schema's number in the ledger's meta record is another program's.
TEST(Start, LeavesALedgerOfAnotherSchemaAlone) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  ASSERT_EQ(daemon.stop(), 0);
  std::filesystem::path data;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(daemon.ledger() / "ledger")) {
    if (file.is_regular_file() && file.path().filename().string().ends_with(".mdb")) {
      data = file.path();
    }
  }
  ASSERT_FALSE(data.empty());
  {
    std::string bytes = read_file(data);
    const std::string magic{ledger::ledger_magic.begin(), ledger::ledger_magic.end()};
    std::size_t found = 0;
    for (std::size_t at = bytes.find(magic); at != std::string::npos;
         at = bytes.find(magic, at + 1)) {
      bytes[at + offsetof(ledger::MetaRecord, schema)] = 99;
      ++found;
    }
    ASSERT_GT(found, 0U);
    write_file(data, bytes);
  }
  expect_refusal(daemon.try_to_start(), "99");
  EXPECT_EQ(daemon.audit("verify").exit_code, 2) << "not invalid, but nothing to say of it";
}

// One byte of an old entry.
TEST(Start, NamesTheEntryThatIsDamaged) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market();
  {
    boost::asio::io_context io;
    Trader trader{io, "SH049", keeps_orders};  // nothing is written after it
    trader.log_on(daemon.fix_port());
    trader.client.send("D", fields_of(fix_client::NewOrder{.cl_ord_id = "TO-BE-DAMAGED",
                                                           .account = trader.account(),
                                                           .symbol = voc,
                                                           .side = Side::sell,
                                                           .quantity = Lots{1},
                                                           .price = Fen{1'198'000}}));
    EXPECT_EQ(trader.next_report().exec_type, '0');
    EXPECT_TRUE(trader.client.logout());
  }
  ASSERT_EQ(daemon.stop(), 0);
  std::size_t damaged = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(daemon.ledger() / "ledger")) {
    if (!file.is_regular_file()) continue;
    std::string bytes = read_file(file.path());
    const std::size_t at = bytes.find("TO-BE-DAMAGED");
    if (at == std::string::npos) continue;
    bytes[at] = 'X';
    write_file(file.path(), bytes);
    ++damaged;
  }
  ASSERT_EQ(damaged, 1U);
  expect_refusal(daemon.try_to_start(), "entry 1");  // 1,166: whatever the market's size
  EXPECT_EQ(daemon.audit("verify").exit_code, 1);
}

// --- Serving and stopping ---

std::string http_get(std::uint16_t port, const std::string& path) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket{io};
  socket.connect({boost::asio::ip::address_v4::loopback(), port});
  boost::asio::write(socket, boost::asio::buffer("GET " + path +
                                                 " HTTP/1.1\r\nHost: emx\r\n"
                                                 "Connection: close\r\n\r\n"));
  std::string answer;
  boost::system::error_code end_of_file;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end_of_file);
  return answer;
}

TEST(Serving, TellsThatItIsReady) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  EXPECT_TRUE(http_get(daemon.metrics_port(), "/readyz").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(http_get(daemon.metrics_port(), "/livez").starts_with("HTTP/1.1 200"));
  const std::string metrics = http_get(daemon.metrics_port(), "/metrics");
  EXPECT_NE(metrics.find("\nemx_"), std::string::npos) << metrics;
  EXPECT_EQ(daemon.stop(), 0);
}

TEST(Serving, RefusesOrdersWhenTheDiskIsNearlyFull) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market();
  boost::asio::io_context io;
  Trader trader{io, "SH049", keeps_orders};
  trader.log_on(daemon.fix_port());
  const std::string id = trader.sell(voc, Lots{1}, Fen{1'198'000});
  trader.next_report();
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);

  daemon.change_config("disk_reserve_bytes = 0", "disk_reserve_bytes = 1125899906842624");
  daemon.start();
  EXPECT_TRUE(http_get(daemon.metrics_port(), "/readyz").starts_with("HTTP/1.1 503"));
  trader.log_on(daemon.fix_port());
  trader.sell(voc, Lots{1}, Fen{1'198'000});
  const Message refused = trader.next();
  EXPECT_EQ(refused.type(), "j") << refused.readable();
  EXPECT_EQ(refused.text(58), "the venue's disk is nearly full: only cancels are taken");
  trader.cancel(id, voc, Side::sell);
  EXPECT_EQ(trader.next_report().exec_type, '4') << "cancels go on";
}

// Orders that come while it stops are answered, by a report or by S02, until the Logout; what was
// accepted is in the ledger, and what was refused is not.
TEST(Stopping, AnswersWhatItHasTakenAndSaysGoodbye) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market();
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
  trader.log_on(daemon.fix_port());
  std::size_t sent = 0;
  std::size_t accepted = 0;
  std::size_t draining = 0;
  std::size_t other = 0;
  trader.client.on_message = [&](const Message& message) {
    note_heard(message);
    if (message.says(150, "0")) {
      ++accepted;
    } else if (message.type() == "j" &&
               message.number(9701) == static_cast<std::int64_t>(Code::s02_draining)) {
      ++draining;
    } else {
      ++other;
    }
  };
  const auto send = [&](std::size_t orders) {
    for (std::size_t i = 0; i < orders; ++i, ++sent) {
      trader.sell(voc, Lots{1}, Fen{1'198'000});
    }
    return trader.client.run_until([&] { return trader.client.unsent_bytes() == 0; });
  };
  ASSERT_TRUE(send(1));
  ASSERT_TRUE(trader.client.run_until([&] { return accepted == 1; }));
  // What lies in its socket when it is told to stop has reached the venue, and is answered.
  daemon.process().signal(SIGSTOP);
  ASSERT_TRUE(send(1'000));
  daemon.request_stop();
  daemon.process().signal(SIGCONT);
  EXPECT_TRUE(trader.client.run_until([&] { return !trader.client.is_open(); }));
  EXPECT_EQ(daemon.wait_for_end(), 0) << daemon.log();
  EXPECT_EQ(trader.client.why_closed(), "the venue is closing down");
  EXPECT_GT(draining, 0U);
  EXPECT_EQ(other, 0U);
  EXPECT_EQ(accepted + draining, sent);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
