#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/store.hpp"
#include "tests/crash/process.hpp"
#include "tests/ledger/support.hpp"

// Every call with which a writer, LMDB or the probe in its child touches the ledger's files fails
// once, each in a run of its own: when a ledger is founded, opened, read back from the disk after a
// crash, appended to and closed. tests/ledger/crash_test.cpp looks closer at those of a commit.

namespace emx::crash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Failing {
  const char* call;
  std::vector<const char*> errors;
};

// What a disk, a full one, and a machine that has no more of something say; each call fails as it
// can. late: an error of what was done all the same.
const std::vector<Failing> calls_that_fail{
    {"open", {"EIO", "ENOSPC", "EMFILE"}},
    {"close", {"EIO"}},
    {"read", {"EIO"}},
    {"pread", {"EIO"}},
    {"write", {"EIO", "ENOSPC", "short", "late"}},
    {"pwrite", {"EIO", "ENOSPC", "short", "late"}},
    {"writev", {"EIO", "ENOSPC", "short", "late"}},
    {"ftruncate", {"EIO", "ENOSPC", "late"}},
    {"fdatasync", {"EIO", "ENOSPC", "late"}},
    {"fsync", {"EIO", "ENOSPC", "late"}},
    {"lseek", {"EIO"}},
    {"rename", {"EIO", "ENOSPC", "late"}},
    {"unlink", {"EIO", "late"}},
    {"mkdir", {"EIO", "ENOSPC", "late"}},
    {"stat", {"EIO"}},
    {"lstat", {"EIO"}},
    {"fstat", {"EIO"}},
    {"fstatfs", {"EIO"}},
    {"statvfs", {"EIO"}},
    {"flock", {"ENOLCK"}},
    {"fcntl", {"ENOLCK"}},
    {"mmap", {"ENOMEM"}},
};

// The disk is gone, or full, from one moment on.
const std::vector<Failing> disks_that_fail{{"change", {"EIO", "ENOSPC", "late"}}};

// Calls that may fail, and the writer does all it was asked to.
struct Harmless {
  const char* call;
  const char* error;  // "": any
  const char* file;   // the end of its path
  const char* why;
};
const std::vector<Harmless> harmless{
    {"close", "", "", "what was written was flushed before, and a lock ends with its process"},
    {"pwrite", "", "/writer.lock", "names the process, for the message of another one"},
    {"ftruncate", "", "/writer.lock", "the same"},
    {"fstatfs", "", "", "LMDB asks for file systems of old kernels that need another flush"},
    {"pread", "", "/data.mdb", "asks whether the disk can be read past the cache; it is read then"},
    {"write", "short", ".new", "the rest is written next"},
    {"write", "short", "/edge", "the same"},
    {"open", "", "/lock.mdb", "a reader who cannot use LMDB's lock keeps writers out instead"},
};

// What the words of a failure must offer, by its status.
const std::map<ledger::Status, const char*> advice{
    {ledger::Status::no_space, "Free disk space and start again"},
    {ledger::Status::no_memory, "Raise the limits of memory, address space and open files"},
    {ledger::Status::io_failed, "See whether the disk is full or failing (df, dmesg)"},
};

std::set<ledger::Status> statuses_of(const std::string& error) {
  if (error == "ENOSPC") return {ledger::Status::no_space};
  if (error == "ENOMEM" || error == "EMFILE") return {ledger::Status::no_memory};
  // That is how a disk gets full; LMDB says one or the other of it.
  if (error == "short") return {ledger::Status::no_space, ledger::Status::io_failed};
  return {ledger::Status::io_failed};
}

class FaultSweep : public ::testing::Test {
 protected:
  static constexpr std::uint64_t entries = 20;  // of the ledger before

  // Each call of each kind in turn, until a run has fewer of them. `make` lays out what the writer
  // finds.
  template <class Make>
  void sweep(Make make, const std::string& mode = "") {
    for (const auto& [call, errors] : calls_that_fail) {
      for (const char* error : errors) sweep(make, mode, {call, error, false});
    }
    for (const auto& [call, errors] : disks_that_fail) {
      for (const char* error : errors) sweep(make, mode, {call, error, true});
    }
  }

  struct Fault {
    std::string call;
    std::string error;
    bool lasts;
  };

  template <class Make>
  void sweep(Make make, const std::string& mode, const Fault& fault) {
    const auto& [call, error, lasts] = fault;
    for (int at = 1;; at += LEDGER_CRASH_SHARE) {
      fs::remove_all(data_dir());
      make();
      const std::uint64_t before = fs::exists(data_dir()) ? entries : 0;
      const Ended ended = run({LEDGER_WRITER, data_dir().string(), "2", "5", mode},
                              {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=" + call,
                               "EMX_FAULT_AT=" + std::to_string(at), "EMX_FAULT_ERROR=" + error,
                               std::string{"EMX_FAULT_LASTS="} + (lasts ? "1" : ""),
                               "EMX_FAULT_UNDER=" + data_dir().string()});
      SCOPED_TRACE(error + ' ' + std::to_string(at) + ": " + ended.errors);
      if (ended.errors.empty()) {
        EXPECT_EQ(ended.exit_code, 0);
        return;
      }
      const std::uint64_t acknowledged = std::max(before, ended.acknowledged());
      if (ended.exit_code == 0) {
        EXPECT_EQ(acknowledged, before + (mode == "read" ? 0 : 10));
        EXPECT_TRUE(is_harmless(error, ended.errors));
      } else {
        ++failures_;
        expect_advice(ended, error);
      }
      ASSERT_NO_FATAL_FAILURE(recover(acknowledged, before + 10));
    }
  }

  static bool is_harmless(const std::string& error, const std::string& words) {
    return std::ranges::any_of(harmless, [&](const Harmless& row) {
      return words.starts_with(std::string{"fault injected: "} + row.call + ' ') &&
             words.ends_with(std::string{row.file} + '\n') &&
             (*row.error == '\0' || error == row.error);
    });
  }

  // The writer ends with a failure that says what to do; it was not killed, and no call of its
  // store did other than fail after it (writer_process.cpp).
  static void expect_advice(const Ended& ended, const std::string& error) {
    const auto status = static_cast<ledger::Status>(ended.exit_code - 10);
    ASSERT_TRUE(statuses_of(error).contains(status)) << ended.exit_code;
    EXPECT_THAT(ended.errors, HasSubstr(advice.at(status)));
  }

  // As the next start does, on a disk that works again; and the ledger goes on.
  void recover(std::uint64_t acknowledged, std::uint64_t appended) {
    std::uint64_t size = 0;
    {
      ledger::LedgerStore store;
      ASSERT_EQ(store.open(data_dir(), ledger::testing::to_write()).message, "");
      size = store.size().value;
      ASSERT_GE(size, acknowledged);
      ASSERT_LE(size, appended);
      ASSERT_EQ(ledger::testing::append_samples(store, size + 1, size + 3).message, "");
      ASSERT_EQ(store.close().message, "");
    }
    ASSERT_EQ(ledger::testing::what_is_lost(data_dir(), size + 3), "");
  }

  [[nodiscard]] fs::path data_dir() const { return folder_.path() / "data"; }

  ledger::testing::TempFolder folder_{ledger::testing::memory_folder()};
  int failures_ = 0;
};

TEST_F(FaultSweep, OfFoundingALedger) {
  sweep([] {});
  EXPECT_GE(failures_, 100 / LEDGER_CRASH_SHARE);
}

TEST_F(FaultSweep, OfAStartAfterACleanClose) {
  const fs::path closed = folder_.path() / "closed";
  ledger::testing::make_ledger(closed, entries);
  sweep([&] { ledger::testing::copy_ledger(closed, data_dir()); });
  EXPECT_GE(failures_, 100 / LEDGER_CRASH_SHARE);
}

TEST_F(FaultSweep, OfAStartAfterACrash) {
  const fs::path crashed = folder_.path() / "crashed";
  ledger::testing::make_ledger(crashed, entries);
  fs::remove(crashed / "ledger" / "clean");
  sweep([&] { ledger::testing::copy_ledger(crashed, data_dir()); });
  EXPECT_GE(failures_, 100 / LEDGER_CRASH_SHARE);
}

// What the disk fails to read is no verdict on the ledger.
TEST_F(FaultSweep, OfAnAudit) {
  const fs::path closed = folder_.path() / "closed";
  ledger::testing::make_ledger(closed, entries);
  sweep([&] { ledger::testing::copy_ledger(closed, data_dir()); }, "read");
  EXPECT_GE(failures_, 20 / LEDGER_CRASH_SHARE);
}

}  // namespace
}  // namespace emx::crash
