#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// What emxd signs of its ledger while it runs, and what others can do with it.
namespace emx::end_to_end {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Finished emx(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), emx_program());
  return demo::run_program(std::move(arguments), std::chrono::seconds{60});
}

// A daemon whose venue has a key.
class Checkpoints : public ::testing::Test {
 protected:
  Checkpoints() : daemon{{"SH049"}} {
    key = make_key("venue.pem");
    daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
  }

  // Its text for those who verify.
  [[nodiscard]] std::string make_key(const std::string& name) const {
    std::string text = emx({"keygen", (daemon.folder() / name).string(), "--venue", "EMX"}).output;
    if (!text.empty()) text.pop_back();
    return text;
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return daemon.ledger() / "ledger" / name;
  }
  // Until the last checkpoint has all that was durable when it was asked for.
  [[nodiscard]] bool wait_for_checkpoint() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    const std::string size = std::to_string(daemon.audit_json("verify")["entries"].get<int>());
    while (std::chrono::steady_clock::now() < deadline) {
      if (read_file(file("checkpoints")).find("emx/EMX\n" + size + "\n") != std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return false;
  }

  Daemon daemon;
  std::string key;
};

TEST_F(Checkpoints, AreSignedWhileItRunsAndVerifyThen) {
  daemon.start();
  daemon.open_market();
  ASSERT_TRUE(wait_for_checkpoint());
  const Finished live = daemon.audit("verify", {"--venue-key", key});
  EXPECT_EQ(live.exit_code, 0) << live.output << live.errors;
  EXPECT_THAT(live.output, HasSubstr("(signatures checked)"));
  EXPECT_THAT(daemon.log(), HasSubstr(key));
  // A receipt from the live ledger, verified with the venue's key alone.
  const Finished made = daemon.audit("prove", {"--entry", "1"});
  write_file(daemon.folder() / "receipt", made.output);
  const auto receipt = (daemon.folder() / "receipt").string();
  const Finished verified = emx({"audit", "verify-receipt", receipt, "--venue-key", key});
  EXPECT_EQ(verified.exit_code, 0) << made.errors << verified.output << verified.errors;
  EXPECT_THAT(verified.output, HasSubstr("kind: genesis"));
  const std::string other = make_key("other.pem");
  EXPECT_EQ(emx({"audit", "verify-receipt", receipt, "--venue-key", other}).exit_code, 1);
  EXPECT_EQ(daemon.audit("verify", {"--venue-key", other}).exit_code, 1);
  // The last one is made when it stops.
  daemon.admin({"phase", "pre-open"});
  ASSERT_EQ(daemon.stop(), 0);
  const auto json = daemon.audit_json("verify", {"--venue-key", key});
  EXPECT_EQ(json["checkpoints"]["last_size"], json["entries"]);
}

TEST_F(Checkpoints, OutliveAKilledProcessAndAChangeOfKeys) {
  daemon.start();
  daemon.open_market();
  ASSERT_TRUE(wait_for_checkpoint());
  daemon.kill();
  const std::string next = make_key("next.pem");
  daemon.change_config("[\"venue.pem\"]", "[\"venue.pem\", \"next.pem\"]");
  daemon.start();
  daemon.admin({"phase", "pre-open"});
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify", {"--venue-key", key}).exit_code, 0) << "the old one signs, too";
  daemon.change_config("[\"venue.pem\", \"next.pem\"]", "[\"next.pem\"]");
  daemon.start();
  daemon.admin({"phase", "continuous"});
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify", {"--venue-key", key}).exit_code, 1);
  EXPECT_EQ(daemon.audit("verify", {"--venue-key", next}).exit_code, 1);
  EXPECT_EQ(daemon.audit("verify", {"--venue-key", key, "--venue-key", next}).exit_code, 0);
}

// Somebody else follows the live ledger, and a receipt can have both signatures.
TEST_F(Checkpoints, AreSignedByAWitnessAsWell) {
  daemon.start();
  daemon.open_market();
  ASSERT_TRUE(wait_for_checkpoint());
  const std::string key_file = (daemon.folder() / "w.pem").string();
  std::string witness_key = emx({"keygen", key_file, "--witness", "regulator"}).output;
  witness_key.pop_back();
  const std::vector<std::string> look{"witness",
                                      "--state",
                                      (daemon.folder() / "witness").string(),
                                      "--key",
                                      key_file,
                                      "--name",
                                      "regulator",
                                      "--venue-key",
                                      key,
                                      "--ledger",
                                      daemon.ledger().string()};
  ASSERT_EQ(emx(look).exit_code, 0);
  daemon.admin({"phase", "pre-open"});
  ASSERT_TRUE(wait_for_checkpoint());
  const Finished cosigned = emx(look);
  ASSERT_EQ(cosigned.exit_code, 0) << cosigned.errors;
  const auto note = (daemon.folder() / "cosigned").string();
  write_file(note, cosigned.output);
  const auto receipt = (daemon.folder() / "receipt").string();
  write_file(receipt, daemon.audit("prove", {"--entry", "2", "--cosigned", note}).output);
  const Finished verified =
      emx({"audit", "verify-receipt", receipt, "--venue-key", key, "--witness-key", witness_key});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
  EXPECT_THAT(verified.output, HasSubstr("seen by the witness regulator at "));
  // Without the witness's line that is asked for, it does not count.
  write_file(receipt, daemon.audit("prove", {"--entry", "2"}).output);
  EXPECT_EQ(
      emx({"audit", "verify-receipt", receipt, "--venue-key", key, "--witness-key", witness_key})
          .exit_code,
      1);
  ASSERT_EQ(daemon.stop(), 0);
}

// An older ledger was put in its place: it trades on, and signs nothing that contradicts itself.
TEST_F(Checkpoints, StopWhereTheyWouldContradictWhatWasSigned) {
  daemon.start();
  daemon.open_market();
  ASSERT_EQ(daemon.stop(), 0);
  const std::string before = read_file(file("checkpoints"));
  write_file(file("signed"), "999999 " + std::string(64, 'a') + "\n");
  daemon.start();
  daemon.admin({"phase", "pre-open"});
  daemon.admin({"phase", "continuous"});
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("NO MORE CHECKPOINTS ARE SIGNED; trading goes on"));
  EXPECT_THAT(daemon.log(), HasSubstr("entries that were signed are gone"));
  EXPECT_EQ(read_file(file("checkpoints")), before);
  EXPECT_EQ(daemon.audit("verify").exit_code, 1);
}

TEST_F(Checkpoints, AreNotMadeWithoutAKeyNorWithOneThatOthersMayRead) {
  std::filesystem::permissions(daemon.folder() / "venue.pem", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const Finished refused = daemon.try_to_start();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("checkpoint.keys: the key"));
  EXPECT_THAT(refused.errors, HasSubstr("is open to others than its owner"));
  daemon.change_config("[\"venue.pem\"]", "[]");
  daemon.start();
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("no checkpoints are signed"));
  EXPECT_FALSE(std::filesystem::exists(file("checkpoints")));
}

}  // namespace

}  // namespace emx::end_to_end
