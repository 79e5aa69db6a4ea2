#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/metrics_page.hpp"
#include "tests/end_to_end/venue.hpp"

// What becomes of emxd's child processes, and of what they were writing, when emxd is killed.
//
// LEDGER_FAULTS: the library that has a child stop in the middle of its work, and stay there.
namespace emx::end_to_end {

namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

struct ProcessState {
  char state = 0;  // as in /proc/PID/stat; 0: it is gone
  pid_t parent = 0;
};

ProcessState state_of(pid_t process) {
  const std::string stat = read_file("/proc/" + std::to_string(process) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  ProcessState found;
  if (name_end == std::string::npos) return found;
  std::istringstream rest{stat.substr(name_end + 1)};
  rest >> found.state >> found.parent;
  return found;
}

// A child of it that is stopped; 0: there is none.
pid_t stopped_child_of(pid_t parent) {
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t process = std::stoi(name);
    const ProcessState found = state_of(process);
    if (found.parent == parent && found.state == 'T') return process;
  }
  return 0;
}

class Children : public ::testing::Test {
 protected:
  Children() : daemon{{"SH049"}} {
    daemon.start();
    daemon.open_market();
  }

  // Who makes this call on a file of that name for the n-th time stops in the middle of it.
  [[nodiscard]] static std::vector<std::string> stop_at(const std::string& call, int at,
                                                        const std::string& file) {
    return {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=" + call,
            "EMX_FAULT_AT=" + std::to_string(at), "EMX_FAULT_ERROR=stop", "EMX_FAULT_FILE=" + file};
  }

  // Killed while a child is stopped, and so cannot end by itself: it is gone all the same.
  void kill_with_its_child(BareDaemon& killed) {
    pid_t child = 0;
    ASSERT_TRUE(wait_for([&] { return (child = stopped_child_of(killed.pid())) != 0; }))
        << daemon.log();
    killed.kill();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    const auto lives = [&] {
      const char state = state_of(child).state;
      return state != 0 && state != 'Z' && state != 'X';
    };
    while (lives() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    EXPECT_FALSE(lives()) << "the child outlives emxd";
    if (lives()) ::kill(child, SIGKILL);
  }

  void restart() {
    fs::remove(daemon.folder() / "log");
    daemon.start();
  }

  [[nodiscard]] bool says(const std::string& words) const {
    return wait_for([&] { return daemon.log().find(words) != std::string::npos; });
  }
  [[nodiscard]] std::vector<std::string> snapshots() const {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator{daemon.ledger() / "snapshots"}) {
      if (file.path().filename() != "writer.lock") names.push_back(file.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

  Daemon daemon;
};

// The next start takes the one before, and the next that is written sweeps the half one away.
TEST_F(Children, DieWithItAndLeaveHalfASnapshotThatNobodyTakes) {
  const Finished before = demo::run_program({emx_program(), "snapshot", daemon.ledger().string()},
                                            std::chrono::seconds{30});
  ASSERT_EQ(before.exit_code, 0) << before.errors;
  ASSERT_EQ(daemon.stop(), 0);
  const auto whole = snapshots();
  ASSERT_EQ(whole.size(), 1U);

  BareDaemon killed{daemon, {.environment = stop_at("write", 3, ".snap.new")}};
  ASSERT_TRUE(killed.wait_until_ready()) << daemon.log();
  daemon.admin({"phase", "closed"});
  kill_with_its_child(killed);
  ASSERT_EQ(snapshots().size(), 2U);
  EXPECT_THAT(snapshots().back(), HasSubstr(".snap.new"));

  restart();
  EXPECT_THAT(daemon.log(), HasSubstr(whole.front()));
  EXPECT_THAT(daemon.log(), Not(HasSubstr("passed over")));
  daemon.admin({"phase", "pre-open"});
  daemon.admin({"phase", "closed"});
  ASSERT_TRUE(says("a snapshot of the")) << daemon.log();
  const auto after = snapshots();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after.front(), whole.front());
  EXPECT_THAT(after.back(), Not(HasSubstr(".new")));
  EXPECT_EQ(daemon.stop(), 0);
  restart();
  EXPECT_THAT(daemon.log(), HasSubstr(after.back()));
  EXPECT_EQ(daemon.stop(), 0);
}

// In the middle of the write of a page, while the ledger goes on.
TEST_F(Children, DieWithItAndLeaveAnIndexThatIsWrittenOn) {
  ASSERT_EQ(daemon.stop(), 0);
  daemon.change_config("index = false", "index = true");
  BareDaemon killed{daemon, {.environment = stop_at("pwrite", 4, "/index/data.mdb")}};
  ASSERT_TRUE(killed.wait_until_ready()) << daemon.log();
  kill_with_its_child(killed);
  restart();
  daemon.admin({"phase", "closed"});
  ASSERT_TRUE(wait_for([&] {
    const Finished status =
        demo::run_program({emx_program(), "index", "status", daemon.ledger().string(), "--json"},
                          std::chrono::seconds{30});
    const auto answer = nlohmann::json::parse(status.output, nullptr, false);
    return answer.is_object() && answer.value("lag_entries", 1U) == 0;
  })) << daemon.log();
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(read_file(daemon.ledger() / "index" / "mark"), "closed\n");
}

// While it verifies the ledger behind a start; after a crash that comes before the next one serves.
TEST_F(Children, DieWithItAndTheLedgerIsVerifiedByTheNextStart) {
  daemon.change_config("[ledger]", "[ledger]\nverified_before_start_max = 0");
  daemon.admin({"phase", "closed"});
  ASSERT_TRUE(says("a snapshot of the")) << daemon.log();
  ASSERT_EQ(daemon.stop(), 0);
  BareDaemon killed{daemon, {.environment = stop_at("write", 1, "/oom_score_adj")}};
  ASSERT_TRUE(killed.wait_until_ready()) << daemon.log();
  kill_with_its_child(killed);
  EXPECT_THAT(daemon.log(), Not(HasSubstr("was verified behind the start")));
  restart();
  EXPECT_THAT(metrics_page(daemon.metrics_port()), Not(HasSubstr("verified_entries 0\n")));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
