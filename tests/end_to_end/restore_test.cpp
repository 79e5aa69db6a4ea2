#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/swarm.hpp"
#include "tests/end_to_end/venue.hpp"

// A ledger that is copied while orders flow, lost with its whole folder, and restored.
namespace emx::end_to_end {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Finished run_emx(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), emx_program());
  return demo::run_program(std::move(arguments), std::chrono::seconds{60});
}

// Entries of the last checkpoint.
std::uint64_t last_published(const Daemon& daemon) {
  const std::string notes = read_file(daemon.ledger() / "ledger" / "checkpoints");
  const std::string origin = "emx/EMX\n";
  return std::stoull(notes.substr(notes.rfind(origin) + origin.size(), 20));
}

TEST(Restore, ServesOnWhatWasCopiedUnderLoad) {
  const std::vector<std::string> firms = {"SH013", "SH128"};
  Daemon daemon{firms};
  std::string key =
      run_emx({"keygen", (daemon.folder() / "venue.pem").string(), "--venue", "EMX"}).output;
  ASSERT_FALSE(key.empty());
  key.pop_back();
  daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
  const std::string copy = (daemon.folder() / "copy").string();
  nlohmann::json made;
  {
    Swarm swarm{firms, 20'261'126, 64};
    daemon.start();
    daemon.open_market();
    ASSERT_EQ(swarm.log_on(daemon.fix_port()), "");
    swarm.run_for(milliseconds{1'200});  // a checkpoint is made in it
    Finished backup;
    std::thread other{[&] {
      backup = run_emx({"backup", daemon.ledger().string(), copy, "--json"});
    }};
    swarm.run_for(milliseconds{500});
    other.join();
    ASSERT_EQ(backup.exit_code, 0) << backup.output << backup.errors;
    made = nlohmann::json::parse(backup.output);
    EXPECT_GT(made["checkpoints"]["count"], 0);
    // Until something is published that the copy does not have.
    for (int i = 0; i < 100 && last_published(daemon) <= made["entries"]; ++i) {
      swarm.run_for(milliseconds{100});
    }
    daemon.kill();
    swarm.wait_for_the_end();
  }
  const auto lost = daemon.audit_json("verify");
  EXPECT_LT(made["entries"], lost["entries"]) << "it was copied while orders came";

  // The newest that was published is of more entries than the backup has.
  const std::string last = (daemon.folder() / "last").string();
  std::string notes = read_file(daemon.ledger() / "ledger" / "checkpoints");
  const auto begin = notes.rfind("emx/EMX\n");
  write_file(last,
             notes.substr(begin, notes.find("\n\n", notes.find("\n\n", begin) + 2) + 1 - begin));
  std::filesystem::rename(daemon.ledger(), daemon.folder() / "lost");
  const std::vector<std::string> restore{"restore", copy, daemon.ledger().string(), "--venue-key",
                                         key};
  std::vector<std::string> with_known = restore;
  with_known.insert(with_known.end(), {"--known-checkpoint", last});
  const Finished refused = run_emx(with_known);
  EXPECT_EQ(refused.exit_code, 1) << refused.output << refused.errors;
  EXPECT_THAT(refused.errors, HasSubstr("older than what the venue has published"));
  EXPECT_FALSE(std::filesystem::exists(daemon.ledger()));

  const Finished restored = run_emx(restore);
  ASSERT_EQ(restored.exit_code, 0) << restored.output << restored.errors;
  EXPECT_THAT(restored.errors, HasSubstr("ask each witness"));
  EXPECT_EQ(run_emx(restore).exit_code, 2) << "there is a ledger now";
  // The memory of the FIX sessions went with the folder.
  BareDaemon first{daemon, {.arguments = {"--renumber-sessions"}}};
  ASSERT_TRUE(first.wait_until_ready()) << daemon.log();
  ASSERT_EQ(first.stop(), 0);
  daemon.start();
  daemon.admin({"phase", "pre-open"});
  ASSERT_EQ(daemon.stop(), 0);
  const std::string anchor = made["entries"].dump() + ":" + made["head"].get<std::string>();
  const Finished audit = daemon.audit("verify", {"--venue-key", key, "--anchor", anchor});
  EXPECT_EQ(audit.exit_code, 0) << audit.output << audit.errors;
}

}  // namespace

}  // namespace emx::end_to_end
