#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/occurrences.hpp"
#include "tests/gateway/certificates.hpp"

// Runs jspurefix, a FIX engine by other people in another language, against emxd: in both versions,
// and by TLS; orders and market data; also when emxd is killed. What it asks for and expects is in
// jspurefix/*.test.mjs.
namespace emx::end_to_end {

namespace {

class IndependentClient : public ::testing::Test {
 protected:
  // FIX by TLS only from the next start on. The clients' folder has what they need for it.
  void secure() {
    tls_ = daemon_.folder() / "tls";
    std::filesystem::create_directory(tls_);
    const gateway::test::Authority authority{"Registrar"};
    write_file(tls_ / "authority.pem", authority.certificate());
    for (const char* name : {"EMX", "SH049", "ZJ063", "JS074", "PRESS", "DESK"}) {
      const gateway::test::Certificate certificate = authority.issue(name);
      write_file(tls_ / (std::string{name} + ".pem"), certificate.text);
      write_file(tls_ / (std::string{name} + ".key"), certificate.private_key);
    }
    daemon_.change_config("[admin]",
                          "[fix.tls]\ncertificate = \"tls/EMX.pem\"\nprivate_key = "
                          "\"tls/EMX.key\"\nclient_authorities = \"tls/authority.pem\"\n[admin]");
  }

  // The sample market, with so many more books that a list of them takes two pages.
  void enlarge() {
    const auto market = std::filesystem::current_path() / "tools/market/delta";
    const auto larger = daemon_.folder() / "market";
    std::filesystem::copy(market, larger);
    std::ofstream instruments{larger / "instruments.csv", std::ios::app};
    for (int year = 2031; year <= 2060; ++year) {
      const std::string first = std::to_string(year);
      const std::string last = std::to_string(year + 4);
      instruments << "VOC.AIR.YRD.IND." << first.substr(2) << last.substr(2) << ",VOC,,AIR,YRD,IND,"
                  << first << ',' << last << ",kg,1000,1,1198000,10,30,CLOB,DEMO-2026-01,EMX,3\n";
    }
    daemon_.change_config(market.string(), larger.string());
  }

  void open() {
    daemon_.start();
    daemon_.open_market();
    daemon_.admin({"block-session", "open"});
  }

  // The engine, with what is in this file to ask for and to expect.
  std::unique_ptr<demo::ChildProcess> engine(const std::string& file,
                                             const std::string& begin_string) const {
    return std::make_unique<demo::ChildProcess>(demo::ChildProcess::Start{
        .command = {NODE_PROGRAM, "--test", "--test-reporter=tap", JSPUREFIX "/" + file},
        .output = daemon_.folder() / "node",
        .environment = {"EMX_PORT=" + std::to_string(daemon_.fix_port()),
                        "EMX_MARKET_DATA_PORT=" + std::to_string(daemon_.market_data_port()),
                        "EMX_PASSWORD=" + std::string{Daemon::password},
                        "EMX_FOLDER=" + daemon_.folder().string(),
                        "EMX_BEGIN_STRING=" + begin_string, "EMX_TLS=" + tls_.string()}});
  }

  void expect_content(std::optional<int> exit_code) {
    const std::string output = read_file(daemon_.folder() / "node");
    EXPECT_EQ(exit_code, 0) << output << '\n' << daemon_.log();
    // No fact was skipped, and there were facts.
    EXPECT_NE(output.find("\n# fail 0\n"), std::string::npos) << output;
    EXPECT_NE(output.find("\n# skipped 0\n"), std::string::npos) << output;
    EXPECT_EQ(output.find("\n# pass 0\n"), std::string::npos) << output;
    EXPECT_EQ(daemon_.audit("verify").exit_code, 0);
  }

  // By the name of a file that asks for it: what is done then, and what comes of it.
  using Wishes = std::map<std::string, std::function<std::string()>>;

  // Each wish is granted once.
  void run(const std::string& file, const std::string& begin_string, Wishes wishes = {}) {
    open();
    const auto node = engine(file, begin_string);
    const auto until = std::chrono::steady_clock::now() + patience;
    std::optional<int> exit_code;
    while (!exit_code && std::chrono::steady_clock::now() < until) {
      exit_code = node->wait(std::chrono::milliseconds{2});
      const auto wish = std::find_if(wishes.begin(), wishes.end(), [this](const auto& each) {
        return std::filesystem::exists(daemon_.folder() / each.first);
      });
      if (wish == wishes.end()) continue;
      write_file(daemon_.folder() / "answer", wish->second());
      std::filesystem::rename(daemon_.folder() / "answer",
                              daemon_.folder() / (wish->first + ".done"));
      wishes.erase(wish);
    }
    expect_content(exit_code);
    for (const auto& [name, grant] : wishes) ADD_FAILURE() << name << " was never asked for";
  }

  void run_orders(const std::string& begin_string) {
    run("independent_client.test.mjs", begin_string);
  }

  void run_market_data(const std::string& begin_string) {
    enlarge();
    const auto phase = [this](const char* name) {
      daemon_.admin({"phase", name});
      return std::string{name};
    };
    run("independent_market_data.test.mjs", begin_string,
        {{"halt", [phase] { return phase("halt"); }},
         {"continuous", [phase] { return phase("continuous"); }}});
  }

  void run_and_kill(const std::string& begin_string) {
    run("independent_recovery.test.mjs", begin_string,
        {{"kill", [this] {
            daemon_.kill();
            daemon_.start();
            return std::to_string(daemon_.fix_port());
          }}});
    const LedgerLog ledger = LedgerLog::read(daemon_.ledger());
    for (const char* firm : {"SH049", "ZJ063"}) {
      const ClientLog log = log_of(firm);
      EXPECT_GT(log.told_.size(), 40U);
      EXPECT_THAT(log.complaints_, testing::IsEmpty());
      EXPECT_THAT(disagreements(firm, log, ledger), testing::IsEmpty());
    }
  }

  // As the engine has noted it.
  ClientLog log_of(const std::string& firm) const {
    ClientLog log;
    std::ifstream sent{daemon_.folder() / (firm + ".sent")};
    for (std::string id; std::getline(sent, id);) log.sent(id);
    std::ifstream heard{daemon_.folder() / (firm + ".heard")};
    for (std::string frame; std::getline(heard, frame);) {
      std::replace(frame.begin(), frame.end(), '|', '\x01');
      log.take(fix_client::Message{frame});
    }
    return log;
  }

  static constexpr std::chrono::seconds patience{100};
  Daemon daemon_{{"SH049", "ZJ063", "JS074"},
                 "[market_data]\n" + Daemon::session_table("market_data", "PRESS", "") +
                     Daemon::session_table("market_data", "DESK", "SH049")};
  std::filesystem::path tls_;
};

TEST_F(IndependentClient, UnderstandsTheVenue) { run_orders("FIXT.1.1"); }

TEST_F(IndependentClient, UnderstandsItInFix44ByTls) {
  secure();
  run_orders("FIX.4.4");
}

TEST_F(IndependentClient, ReadsMarketData) { run_market_data("FIXT.1.1"); }

TEST_F(IndependentClient, ReadsMarketDataInFix44ByTls) {
  secure();
  run_market_data("FIX.4.4");
}

TEST_F(IndependentClient, LosesAndDoublesNothingWhenTheVenueIsKilled) { run_and_kill("FIXT.1.1"); }

TEST_F(IndependentClient, LosesAndDoublesNothingInFix44ByTls) {
  secure();
  run_and_kill("FIX.4.4");
}

}  // namespace

}  // namespace emx::end_to_end
