#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "ledger/store.hpp"
#include "tests/crash/process.hpp"
#include "tests/ledger/support.hpp"

// A writer killed at every call with which it, LMDB or the probe in its child touches the ledger's
// files: before the call, after it, and in the middle of a write. EMX_CRASH_TIMES=N makes the runs
// of 200 commands N times as long.

namespace emx::crash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

struct Writing {
  int batches;
  int per_batch;
  const char* mode = "varying";
};

int times() {
  const char* value = std::getenv("EMX_CRASH_TIMES");
  return value == nullptr ? 1 : std::atoi(value);
}

// Of 1 to 13 entries, each size as often as the others.
constexpr int batches_of_all_sizes = 13;
constexpr int entries_of_all_sizes = 91;

// 29 batches: 200 entries.
Writing two_hundred() {
  return {.batches = 29 + 2 * batches_of_all_sizes * (times() - 1), .per_batch = 13};
}
std::uint64_t entries_of_two_hundred() {
  return 200 + 2 * entries_of_all_sizes * static_cast<std::uint64_t>(times() - 1);
}

class KillSweep : public ::testing::Test {
 protected:
  Ended kill_at(long at, const std::string& when, const Writing& writing) const {
    return run({LEDGER_WRITER, data_dir().string(), std::to_string(writing.batches),
                std::to_string(writing.per_batch), writing.mode},
               {std::string{"LD_PRELOAD="} + LEDGER_KILLS, "EMX_KILL_UNDER=" + data_dir().string(),
                "EMX_KILL_AT=" + std::to_string(at), "EMX_KILL_WHEN=" + when});
  }

  // Kills at each call in turn, until a run ends by itself. `make` lays out what the writer finds:
  // a ledger of `released` entries.
  template <class Make>
  void sweep(const std::string& when, const Writing& writing, std::uint64_t released,
             std::uint64_t entries, Make make) {
    for (long at = 1;; at += LEDGER_CRASH_SHARE) {
      fs::remove_all(data_dir());
      make();
      const Ended killed = kill_at(at, when, writing);
      SCOPED_TRACE(when + ' ' + std::to_string(at) + ": " + killed.errors);
      if (killed.exit_code != -1) {
        EXPECT_EQ(killed.exit_code, 0);
        EXPECT_EQ(killed.errors, "");
        EXPECT_EQ(killed.acknowledged(), entries);
        return;
      }
      ++kills_;
      const std::string call = killed.errors.substr(sizeof "killed at");
      calls_.insert(call.substr(0, call.find(' ')));
      ASSERT_NO_FATAL_FAILURE(recover(std::max(released, killed.acknowledged())));
    }
  }

  // As a start after it does; then the ledger goes on.
  void recover(std::uint64_t acknowledged) {
    std::uint64_t size = 0;
    {
      ledger::LedgerStore store;
      ASSERT_EQ(store.open(data_dir(), ledger::testing::to_write()).message, "");
      size = store.size().value;
      ASSERT_GE(size, acknowledged);
      ASSERT_EQ(ledger::testing::append_samples(store, size + 1, size + 3).message, "");
      ASSERT_EQ(store.close().message, "");
    }
    ASSERT_EQ(ledger::testing::what_is_lost(data_dir(), size + 3), "");
  }

  [[nodiscard]] fs::path data_dir() const { return folder_.path() / "data"; }

  ledger::testing::TempFolder folder_{ledger::testing::memory_folder()};
  int kills_ = 0;
  std::set<std::string> calls_;
};

TEST_F(KillSweep, BeforeEveryCallOfTwoHundredCommands) {
  sweep("before", two_hundred(), 0, entries_of_two_hundred(), [] {});
  EXPECT_GE(kills_, 200 / LEDGER_CRASH_SHARE);
  if (LEDGER_CRASH_SHARE == 1) {
    EXPECT_THAT(calls_,
                IsSupersetOf({"open", "close", "write", "pwrite", "writev", "pread", "lseek",
                              "ftruncate", "fdatasync", "fsync", "rename", "unlink", "mkdir",
                              "stat", "lstat", "flock", "fcntl", "mmap"}));
  }
}

TEST_F(KillSweep, AfterEveryCallOfTwoHundredCommands) {
  sweep("after", two_hundred(), 0, entries_of_two_hundred(), [] {});
  EXPECT_GE(kills_, 200 / LEDGER_CRASH_SHARE);
}

TEST_F(KillSweep, InEveryWriteOfTwoHundredCommands) {
  sweep("half", two_hundred(), 0, entries_of_two_hundred(), [] {});
  EXPECT_GE(kills_, 2 * two_hundred().batches / LEDGER_CRASH_SHARE);
}

// The start after a crash, itself killed at every call, again and again.
TEST_F(KillSweep, AtEveryCallOfARecovery) {
  const fs::path crashed = folder_.path() / "crashed";
  ledger::testing::make_ledger(crashed, 30);
  fs::remove(crashed / "ledger" / "clean");
  for (const char* when : {"before", "after", "half"}) {
    sweep(when, {.batches = 1, .per_batch = 1}, 30, 31,
          [&] { ledger::testing::copy_ledger(crashed, data_dir()); });
  }
  EXPECT_GE(kills_, 100 / LEDGER_CRASH_SHARE);
}

TEST_F(KillSweep, AtEveryCallOfAStartAfterACleanClose) {
  const fs::path closed = folder_.path() / "closed";
  ledger::testing::make_ledger(closed, 30);
  for (const char* when : {"before", "after", "half"}) {
    sweep(when, {.batches = 1, .per_batch = 1}, 30, 31,
          [&] { ledger::testing::copy_ledger(closed, data_dir()); });
  }
  EXPECT_GE(kills_, 100 / LEDGER_CRASH_SHARE);
}

// Negative control: a writer that acknowledges before it appends must be found out.
TEST_F(KillSweep, FindsAWriterThatAcknowledgesTooEarly) {
  int kills = 0;
  int found = 0;
  for (long at = 80; at < 120; at += 4) {
    fs::remove_all(data_dir());
    const Ended killed = kill_at(at, "before", {.batches = 29, .per_batch = 13, .mode = "early"});
    ASSERT_EQ(killed.exit_code, -1);
    ++kills;
    const std::string lost = ledger::testing::what_is_lost(data_dir(), killed.acknowledged());
    if (lost.find("was acknowledged, and there are") != std::string::npos) ++found;
  }
  EXPECT_GE(found, kills / 2);
}

}  // namespace
}  // namespace emx::crash
