#include "tests/crash/simulation.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "ledger/store.hpp"
#include "tests/ledger/support.hpp"

// The machine dies while an exchange writes; its disk keeps what it promised, and of the rest
// whatever it likes. EMX_CRASH_SEED=N EMX_CRASH_STATES=N runs others than those of every run;
// ledger_crash_simulator does it at length.

namespace emx::crash {
namespace {

const Programs programs{LEDGER_TRAFFIC, LEDGER_RECORDED_DISK};

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class CrashSimulation : public ::testing::Test {
 protected:
  void SetUp() override { recording = record_traffic(programs, folder_.path() / "recorded"); }

  [[nodiscard]] Outcome simulate_states(std::uint64_t states, const Disk::Flushes& flushes = {}) {
    return simulate(recording, traffic,
                    {.seed = number("EMX_CRASH_SEED", 20260618),
                     .states = number("EMX_CRASH_STATES", states / LEDGER_CRASH_SHARE),
                     .flushes = flushes},
                    folder_.path() / "crashed");
  }

  Traffic traffic;
  Recording recording;
  ledger::testing::TempFolder folder_{ledger::testing::memory_folder()};
};

// What the simulator sees is worth as much as what was recorded.
TEST_F(CrashSimulation, IsFedWithAllThatALedgerDoes) {
  std::map<Did, int> did;
  std::set<std::string> renamed;
  int through = 0;
  std::uint64_t acknowledged = 0;
  for (const Operation& operation : recording.operations) {
    ++did[operation.did];
    if (operation.did == Did::open && (operation.flags & O_DSYNC) != 0) ++through;
    if (operation.did == Did::rename) {
      renamed.insert(operation.new_path.substr(operation.new_path.rfind('/') + 1));
    }
    if (operation.did == Did::acknowledge) {
      EXPECT_GT(operation.offset, acknowledged);
      acknowledged = operation.offset;
    }
  }
  EXPECT_GE(did[Did::acknowledge], 300);
  EXPECT_GE(did[Did::flush_data], did[Did::acknowledge]);
  EXPECT_GE(did[Did::write], 2 * did[Did::acknowledge]);
  EXPECT_EQ(renamed, (std::set<std::string>{"data.mdb", "clean", "signed"}));
  EXPECT_GE(did[Did::publish], 30);
  // Founded (the ledger and its guard), closed, copied, closed; each session publishes again what
  // was signed last, but the first, and each signing changes the guard.
  EXPECT_EQ(did[Did::rename], 5 + did[Did::publish] - 2);
  EXPECT_EQ(did[Did::unlink], 4);  // clean, failed.new twice, lock.mdb
  EXPECT_GE(through, 3);
  EXPECT_EQ(acknowledged, traffic.size() - 8);
  EXPECT_GT(traffic.entry_bytes_max(), 4'096U) << "no entry has pages of its own";
}

TEST_F(CrashSimulation, LosesNothingThatWasReleased) {
  const Outcome outcome = simulate_states(1'000);
  EXPECT_EQ(outcome.first_failures, std::vector<std::string>{});
  EXPECT_EQ(outcome.failed, 0U);
  EXPECT_GE(outcome.of_names, outcome.states / 20);
}

// The start after a crash crashes as well, and the one after that has all that was released.
TEST_F(CrashSimulation, LosesNothingWhenTheStartAfterACrashCrashesToo) {
  const std::uint64_t seed = number("EMX_CRASH_SEED", 20260618);
  for (std::uint64_t first = 0; first < 20; first += LEDGER_CRASH_SHARE) {
    const Recording restart =
        record_restart(programs, recording, {.seed = seed, .first_state = first, .states = 1},
                       folder_.path() / "restarted", 3);
    const Outcome outcome = simulate(restart, traffic, {.seed = seed + first, .states = 10},
                                     folder_.path() / "crashed");
    ASSERT_EQ(outcome.first_failures, std::vector<std::string>{}) << "after state " << first;
  }
}

// Negative control: without LMDB's flushes the same crashes must be found out.
TEST_F(CrashSimulation, FindsALedgerThatDoesNotFlush) {
  const Outcome outcome = simulate_states(200, Disk::none_of_lmdb());
  EXPECT_GT(outcome.failed, outcome.states / 2);
}

// Each kind of flush is needed, and a ledger without it found out.
TEST_F(CrashSimulation, FindsALedgerThatLeavesOutAKindOfFlush) {
  if (LEDGER_CRASH_SHARE != 1) GTEST_SKIP() << "too few states for what is rare";
  struct Row {
    const char* what;
    std::uint64_t states;
    Disk::Flushes flushes;
  };
  for (const auto& [what, states, flushes] :
       {Row{"of LMDB's pages", 100, {.of_data = false}},
        Row{"of LMDB's meta page", 100, {.through = false}},
        Row{"of marks and of the copy from the disk", 200, {.of_files = false}},
        Row{"of folders", 100, {.of_folders = false}}}) {
    const Outcome outcome = simulate_states(states, flushes);
    EXPECT_GT(outcome.failed, 0U) << what;
    // A signature whose guard or note was not flushed is out there, and the venue does not know.
    if (!flushes.of_files) {
      EXPECT_GT(outcome.unsigned_again, 0U);
    }
    // The whole ledger but for the last commit: this is how an entry gets lost without a word.
    if (!flushes.through) {
      EXPECT_GT(outcome.lost, outcome.failed / 2);
    }
  }
}

}  // namespace
}  // namespace emx::crash
