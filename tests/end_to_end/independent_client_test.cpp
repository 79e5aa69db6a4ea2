#include <gtest/gtest.h>

#include <chrono>

#include "tests/end_to_end/daemon.hpp"

// Runs jspurefix, a FIX engine by other people in another language, against emxd. What it asks for
// and expects is in jspurefix/independent_client.test.mjs.
namespace emx::end_to_end {

namespace {

TEST(IndependentClient, UnderstandsTheVenue) {
  Daemon daemon{{"SH049", "ZJ063", "JS074"}};
  daemon.start();
  daemon.open_market();
  daemon.admin({"block-session", "open"});
  const demo::ChildProcess::Start start{
      .command = {NODE_PROGRAM, "--test", "--test-reporter=tap", JSPUREFIX_TESTS},
      .output = daemon.folder() / "node",
      .environment = {"EMX_PORT=" + std::to_string(daemon.fix_port()),
                      "EMX_PASSWORD=" + std::string{Daemon::password},
                      "EMX_FOLDER=" + daemon.folder().string()}};
  demo::ChildProcess node{start};
  const auto exit_code = node.wait(std::chrono::seconds{100});
  const std::string output = read_file(start.output);
  EXPECT_EQ(exit_code, 0) << output << '\n' << daemon.log();
  // No fact was skipped, and there were facts.
  EXPECT_NE(output.find("\n# fail 0\n"), std::string::npos) << output;
  EXPECT_NE(output.find("\n# skipped 0\n"), std::string::npos) << output;
  EXPECT_EQ(output.find("\n# pass 0\n"), std::string::npos) << output;
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
