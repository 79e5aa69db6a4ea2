#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/occurrences.hpp"
#include "tests/gateway/certificates.hpp"

// `emx load` against emxd.
namespace emx::end_to_end {

namespace {

nlohmann::json load(const Daemon& daemon, const std::vector<std::string>& more) {
  std::vector<std::string> command{
      emx_program(), "load",           "--port", std::to_string(daemon.fix_port()),
      "--password",  Daemon::password, "--json"};
  command.insert(command.end(), more.begin(), more.end());
  const Finished finished = demo::run_program(std::move(command), std::chrono::minutes{10});
  EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  return nlohmann::json::parse(finished.output, nullptr, false);
}

// The environment's EMX_LOAD_REQUESTS over four sessions: each is answered, once, and what was told
// is in the ledger.
TEST(Load, IsAnsweredToTheLastOrder) {
  const std::uint32_t orders = setting_or("EMX_LOAD_REQUESTS", 5'000);
  Daemon daemon{{"SH013", "SH128", "SH132", "SH136"}};
  daemon.start();
  daemon.open_market();
  const auto told = load(daemon, {"--orders", std::to_string(orders), "--mix",
                                  "new=50,cancel=30,replace=10,crossing=10"});
  const auto& counts = told.at("counts");
  EXPECT_EQ(counts.at("answered"), orders);
  EXPECT_EQ(counts.at("lost"), 0);
  EXPECT_EQ(counts.at("told_twice"), 0);
  EXPECT_GT(counts.at("fills"), orders / 20);
  EXPECT_GT(counts.at("replaced"), 0);
  EXPECT_EQ(told.at("latency_us"), told.at("service_time_us")) << "in a closed loop they are one";

  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  const LedgerLog ledger = LedgerLog::read(daemon.ledger());
  std::size_t accepted = 0;
  std::size_t replaced = 0;
  std::size_t fills = 0;
  std::size_t requests = 0;
  for (const auto& [firm, lines] : ledger.lines) {
    for (const std::string& line : lines) {
      if (line.find(" accepted ") != std::string::npos) ++accepted;
      if (line.find(" replaced ") != std::string::npos) ++replaced;
      if (line.find(" trade ") != std::string::npos) ++fills;
    }
  }
  for (const auto& [firm, ids] : ledger.requests) requests += ids.size();
  EXPECT_EQ(counts.at("accepted"), accepted);
  EXPECT_EQ(counts.at("replaced"), replaced);
  EXPECT_EQ(counts.at("fills"), fills);
  EXPECT_EQ(counts.at("sent"), requests);
}

// As many as the rate and the time make, however fast this machine is: none is skipped.
TEST(Load, SendsByItsScheduleInAnOpenLoop) {
  Daemon daemon{{"SH013", "SH128", "SH132", "SH136"}};
  daemon.start();
  daemon.open_market();
  const auto file = daemon.folder() / "report.json";
  const Finished finished =
      demo::run_program({emx_program(), "load", "--port", std::to_string(daemon.fix_port()),
                         "--password", Daemon::password, "--rate", "300", "--duration", "1",
                         "--warmup", "1", "--seed", "5", "--progress", "--json", file.string()},
                        std::chrono::minutes{1});
  ASSERT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find("open loop, 300 requests a second"), std::string::npos)
      << finished.output;
  EXPECT_NE(finished.errors.find(" of 300/s "), std::string::npos) << finished.errors;
  const auto told = nlohmann::json::parse(read_file(file));
  EXPECT_EQ(told.at("options").at("rate"), 300);
  EXPECT_EQ(told.at("options").at("seed"), 5);
  EXPECT_EQ(told.at("options").at("window"), nullptr);
  EXPECT_EQ(told.at("counts").at("sent"), 600);
  EXPECT_EQ(told.at("counts").at("answered"), 600);
  EXPECT_EQ(told.at("counts").at("lost"), 0);
  EXPECT_EQ(told.at("measured").at("answers"), 300) << "those of the warm-up do not count";
  EXPECT_EQ(told.at("latency_us").at("all").at("count"), 300);
  std::uint64_t sent = 0;
  for (const auto& second : told.at("per_second")) sent += second.at("sent").get<std::uint64_t>();
  EXPECT_EQ(sent, 600U);
}

TEST(Load, EndsAfterWhicheverComesFirst) {
  Daemon daemon{{"SH013"}};
  daemon.start();
  daemon.open_market();
  const auto by_orders =
      load(daemon, {"--sessions", "SH013", "--rate", "2000", "--arrivals", "poisson", "--orders",
                    "200", "--duration", "60", "--window", "5"});
  EXPECT_EQ(by_orders.at("counts").at("sent"), 200);
  const auto by_time = load(daemon, {"--sessions", "SH013", "--window", "1", "--duration", "1",
                                     "--orders", "1000000000"});
  EXPECT_GT(by_time.at("counts").at("sent"), 0);
  EXPECT_EQ(by_time.at("counts").at("lost"), 0);
}

// A venue that speaks TLS only, and the files of a client.
class LoadByTls : public ::testing::Test {
 protected:
  LoadByTls() {
    const gateway::test::Authority authority{"Registrar"};
    write_file(daemon_.folder() / "ca.pem", authority.certificate());
    for (const std::string name : {"EMX", "SH013"}) {
      const gateway::test::Certificate certificate = authority.issue(name);
      write_file(daemon_.folder() / (name + ".pem"), certificate.text);
      write_file(daemon_.folder() / (name + ".key"), certificate.private_key);
    }
    daemon_.change_config("[admin]",
                          "[fix.tls]\ncertificate = \"EMX.pem\"\nprivate_key = \"EMX.key\"\n"
                          "client_authorities = \"ca.pem\"\n[admin]");
    daemon_.start();
  }

  [[nodiscard]] Finished load_trusting(const std::string& authorities) const {
    return demo::run_program({emx_program(),
                              "load",
                              "--port",
                              std::to_string(daemon_.fix_port()),
                              "--password",
                              Daemon::password,
                              "--sessions",
                              "SH013",
                              "--fix",
                              "4.4",
                              "--tls",
                              "--ca",
                              daemon_.folder() / authorities,
                              "--certificate",
                              daemon_.folder() / "SH013.pem",
                              "--key",
                              daemon_.folder() / "SH013.key",
                              "--orders",
                              "300",
                              "--json"},
                             std::chrono::minutes{1});
  }

  Daemon daemon_{{"SH013"}};
};

TEST_F(LoadByTls, IsAnsweredInFix44) {
  daemon_.open_market();
  const Finished finished = load_trusting("ca.pem");
  ASSERT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  const auto told = nlohmann::json::parse(finished.output);
  EXPECT_EQ(told.at("options").at("fix"), "4.4");
  EXPECT_EQ(told.at("options").at("tls"), true);
  EXPECT_EQ(told.at("counts").at("answered"), 300);
}

TEST_F(LoadByTls, DoesNotTalkToAVenueThatNobodyVouchesFor) {
  write_file(daemon_.folder() / "other.pem", gateway::test::Authority{"Other"}.certificate());
  const Finished finished = load_trusting("other.pem");
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.errors.find("TLS was not agreed: certificate verify failed"),
            std::string::npos)
      << finished.errors;
}

TEST(Load, SaysWhenItCannotLogOn) {
  Daemon daemon{{"SH013"}};
  daemon.start();
  const Finished finished =
      demo::run_program({emx_program(), "load", "--port", std::to_string(daemon.fix_port()),
                         "--password", "guess", "--sessions", "SH013"},
                        std::chrono::minutes{1});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.errors.find("unknown CompID, user name or password"), std::string::npos)
      << finished.errors;
}

}  // namespace

}  // namespace emx::end_to_end
