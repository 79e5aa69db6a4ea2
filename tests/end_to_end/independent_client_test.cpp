#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/occurrences.hpp"
#include "tests/gateway/certificates.hpp"

// Runs jspurefix, a FIX engine by other people in another language, against emxd: in both versions,
// and by TLS; also when emxd is killed. What it asks for and expects is in jspurefix/*.test.mjs.
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
    for (const char* name : {"EMX", "SH049", "ZJ063", "JS074"}) {
      const gateway::test::Certificate certificate = authority.issue(name);
      write_file(tls_ / (std::string{name} + ".pem"), certificate.text);
      write_file(tls_ / (std::string{name} + ".key"), certificate.private_key);
    }
    daemon_.change_config("[admin]",
                          "[fix.tls]\ncertificate = \"tls/EMX.pem\"\nprivate_key = "
                          "\"tls/EMX.key\"\nclient_authorities = \"tls/authority.pem\"\n[admin]");
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

  void run(const std::string& begin_string) {
    open();
    expect_content(engine("independent_client.test.mjs", begin_string)->wait(patience));
  }

  // Kills the venue when the engine says so, starts it again, and says where it is now.
  void run_and_kill(const std::string& begin_string) {
    open();
    const auto node = engine("independent_recovery.test.mjs", begin_string);
    const auto until = std::chrono::steady_clock::now() + patience;
    std::optional<int> exit_code;
    bool killed = false;
    while (!exit_code && std::chrono::steady_clock::now() < until) {
      exit_code = node->wait(std::chrono::milliseconds{2});
      if (killed || !std::filesystem::exists(daemon_.folder() / "kill-1")) continue;
      killed = true;
      daemon_.kill();
      daemon_.start();
      write_file(daemon_.folder() / "port", std::to_string(daemon_.fix_port()));
      std::filesystem::rename(daemon_.folder() / "port", daemon_.folder() / "port-1");
    }
    EXPECT_TRUE(killed);
    expect_content(exit_code);
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
  Daemon daemon_{{"SH049", "ZJ063", "JS074"}};
  std::filesystem::path tls_;
};

TEST_F(IndependentClient, UnderstandsTheVenue) { run("FIXT.1.1"); }

TEST_F(IndependentClient, UnderstandsItInFix44ByTls) {
  secure();
  run("FIX.4.4");
}

TEST_F(IndependentClient, LosesAndDoublesNothingWhenTheVenueIsKilled) { run_and_kill("FIXT.1.1"); }

TEST_F(IndependentClient, LosesAndDoublesNothingInFix44ByTls) {
  secure();
  run_and_kill("FIX.4.4");
}

}  // namespace

}  // namespace emx::end_to_end
