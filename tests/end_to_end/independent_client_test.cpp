#include <gtest/gtest.h>

#include <chrono>

#include "tests/end_to_end/daemon.hpp"
#include "tests/gateway/certificates.hpp"

// Runs jspurefix, a FIX engine by other people in another language, against emxd: in both versions,
// and by TLS. What it asks for and expects is in jspurefix/independent_client.test.mjs.
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

  void run(const std::string& begin_string) {
    daemon_.start();
    daemon_.open_market();
    daemon_.admin({"block-session", "open"});
    const demo::ChildProcess::Start start{
        .command = {NODE_PROGRAM, "--test", "--test-reporter=tap", JSPUREFIX_TESTS},
        .output = daemon_.folder() / "node",
        .environment = {"EMX_PORT=" + std::to_string(daemon_.fix_port()),
                        "EMX_PASSWORD=" + std::string{Daemon::password},
                        "EMX_FOLDER=" + daemon_.folder().string(),
                        "EMX_BEGIN_STRING=" + begin_string, "EMX_TLS=" + tls_.string()}};
    demo::ChildProcess node{start};
    const auto exit_code = node.wait(std::chrono::seconds{100});
    const std::string output = read_file(start.output);
    EXPECT_EQ(exit_code, 0) << output << '\n' << daemon_.log();
    // No fact was skipped, and there were facts.
    EXPECT_NE(output.find("\n# fail 0\n"), std::string::npos) << output;
    EXPECT_NE(output.find("\n# skipped 0\n"), std::string::npos) << output;
    EXPECT_EQ(output.find("\n# pass 0\n"), std::string::npos) << output;
    EXPECT_EQ(daemon_.audit("verify").exit_code, 0);
  }

  Daemon daemon_{{"SH049", "ZJ063", "JS074"}};
  std::filesystem::path tls_;
};

TEST_F(IndependentClient, UnderstandsTheVenue) { run("FIXT.1.1"); }

TEST_F(IndependentClient, UnderstandsItInFix44ByTls) {
  secure();
  run("FIX.4.4");
}

}  // namespace

}  // namespace emx::end_to_end
