#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "ledger/files.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

// Processes that are killed while they write, and writers whose disk fails (faults.cpp). What a
// kill cannot show is a missing flush: the page cache outlives the process. The failing flush of
// the second half shows that one; lost and reordered writes need a simulated disk.

namespace emx::ledger {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::make_ledger;
using testing::TempFolder;
using testing::to_write;
using testing::what_is_lost;

// A running ledger_writer (writer_process.cpp).
class Writer {
 public:
  Writer(std::vector<std::string> arguments, const std::vector<std::string>& environment) {
    std::array<int, 2> out{};
    std::array<int, 2> error{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(error.data(), O_CLOEXEC) != 0) ::abort();
    out_ = FileDescriptor{out[0]};
    error_ = FileDescriptor{error[0]};
    const FileDescriptor out_end{out[1]};
    const FileDescriptor error_end{error[1]};
    arguments.insert(arguments.begin(), LEDGER_WRITER);
    process_ = ::fork();
    if (process_ != 0) return;
    ::dup2(out_end.get(), STDOUT_FILENO);
    ::dup2(error_end.get(), STDERR_FILENO);
    for (const auto& setting : environment) ::putenv(::strdup(setting.c_str()));
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(pointers[0], pointers.data());
    ::_exit(99);
  }

  // Reads acknowledgements until the writer ends, or for so long; the last one so far.
  std::uint64_t read_acknowledged(int timeout_ms = -1) {
    pollfd ready{out_.get(), POLLIN, 0};
    while (::poll(&ready, 1, timeout_ms) > 0 && take(out_, acknowledgements_)) {
      if (timeout_ms >= 0) break;
    }
    const auto end = acknowledgements_.rfind('\n');
    if (end == std::string::npos) return 0;
    const auto before = acknowledgements_.rfind('\n', end - 1);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    return std::stoull(acknowledgements_.substr(begin, end - begin));
  }

  void kill() const { ::kill(process_, SIGKILL); }

  // Waits for its end; the exit code, or -1 when it was killed.
  int end() {
    while (take(error_, errors_)) {
    }
    int status = 0;
    ::waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] const std::string& errors() const { return errors_; }

 private:
  static bool take(const FileDescriptor& pipe, std::string& text) {
    std::array<char, 4'096> buffer{};
    const auto bytes = ::read(pipe.get(), buffer.data(), buffer.size());
    if (bytes > 0) text.append(buffer.data(), static_cast<std::size_t>(bytes));
    return bytes > 0;
  }

  pid_t process_ = 0;
  FileDescriptor out_;
  FileDescriptor error_;
  std::string acknowledgements_;
  std::string errors_;
};

class CrashTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path data_dir() const { return folder_.path() / "data"; }

  [[nodiscard]] Writer start(int batches, int per_batch, const std::string& mode = "",
                             const std::vector<std::string>& environment = {}) const {
    return Writer{{data_dir().string(), std::to_string(batches), std::to_string(per_batch), mode},
                  environment};
  }

  // Kills a writer after a time; empty, or what it had acknowledged and lost.
  std::string lost_by_kill(const std::string& mode, int after_us) {
    Writer writer = start(100'000, 3, mode);
    writer.read_acknowledged(5'000);  // until it is under way
    ::usleep(static_cast<useconds_t>(after_us));
    writer.kill();
    const std::uint64_t acknowledged = writer.read_acknowledged();
    EXPECT_EQ(writer.end(), -1) << writer.errors();
    EXPECT_GT(acknowledged, 0U);
    return what_is_lost(data_dir(), acknowledged);
  }

 private:
  TempFolder folder_;
};

TEST_F(CrashTest, KeepsEveryAcknowledgedEntryThroughKills) {
  std::mt19937 random{20260618};
  for (int round = 0; round < 15; ++round) {
    ASSERT_EQ(lost_by_kill("", static_cast<int>(random() % 15'000)), "") << "round " << round;
  }
}

// Negative control: a writer that acknowledges too early must be found out by the same test.
TEST_F(CrashTest, FindsAWriterThatAcknowledgesTooEarly) {
  std::mt19937 random{20260618};
  std::string lost;
  for (int round = 0; round < 15 && lost.empty(); ++round) {
    lost = lost_by_kill("early", static_cast<int>(random() % 15'000));
  }
  EXPECT_THAT(lost, HasSubstr("was acknowledged, and there are"));
}

TEST_F(CrashTest, FreesTheLockOfAKilledWriterAtOnce) {
  Writer writer = start(1, 3, "rest");
  EXPECT_EQ(writer.read_acknowledged(5'000), 3U);
  {
    LedgerStore store;
    const Result result = store.open(data_dir(), to_write());
    EXPECT_EQ(result.status, Status::locked);
    EXPECT_THAT(result.message, HasSubstr("another process has"));
  }
  writer.kill();
  EXPECT_EQ(writer.end(), -1);
  EXPECT_EQ(what_is_lost(data_dir(), 3), "");
}

// A reader in this process, a writer in another: the reader sees a valid ledger that grows.
TEST_F(CrashTest, LetsAReaderFollowAWriter) {
  Writer writer = start(100'000, 3);
  writer.read_acknowledged(5'000);
  std::uint64_t last = 0;
  for (int round = 0; round < 20; ++round) {
    LedgerStore store;
    ASSERT_EQ(store.open(data_dir(), testing::to_read(Probe::whole)).message, "");
    const Verdict verdict = verify(store);
    ASSERT_EQ(verdict.result.message, "");
    EXPECT_GE(verdict.entries, last);
    last = verdict.entries;
  }
  writer.kill();
  EXPECT_EQ(writer.end(), -1);
  EXPECT_GT(last, 0U);
}

struct Fault {
  const char* call;
  const char* error;
  Status status;
  const char* words;

  friend std::ostream& operator<<(std::ostream& out, const Fault& fault) {
    return out << fault.call << ' ' << fault.error;
  }
};

class FaultTest : public CrashTest, public ::testing::WithParamInterface<Fault> {
 protected:
  static constexpr int batches = 3;
  static constexpr int per_batch = 20;

  [[nodiscard]] static std::vector<std::string> environment(int at, const std::string& file) {
    return {std::string{"LD_PRELOAD="} + LEDGER_FAULTS,
            std::string{"EMX_FAULT_CALL="} + GetParam().call,
            std::string{"EMX_FAULT_ERROR="} + GetParam().error,
            "EMX_FAULT_AT=" + std::to_string(at), "EMX_FAULT_FILE=" + file};
  }
};

// Each call of the kind in turn, until a run has fewer of them.
TEST_P(FaultTest, AcknowledgesNothingAfterItAndRecovers) {
  int at = 1;
  for (;; ++at) {
    fs::remove_all(data_dir());
    make_ledger(data_dir(), 10);
    Writer writer = start(batches, per_batch, "", environment(at, "/data.mdb"));
    const std::uint64_t acknowledged = std::max<std::uint64_t>(writer.read_acknowledged(), 10);
    const int code = writer.end();
    if (writer.errors().empty()) {
      ASSERT_EQ(code, 0);
      break;
    }
    ASSERT_THAT(writer.errors(), HasSubstr("fault injected"));
    ASSERT_EQ(code, 10 + static_cast<int>(GetParam().status)) << writer.errors();
    EXPECT_THAT(writer.errors(),
                AllOf(HasSubstr("data.mdb"), HasSubstr(GetParam().words),
                      HasSubstr("the last durable entry is " + std::to_string(acknowledged))));
    LedgerStore store;
    ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
    EXPECT_TRUE(store.was_copied_from_disk());
    EXPECT_THAT(writer.errors(), HasSubstr(store.earlier_failure()));
    EXPECT_NE(store.earlier_failure(), "");
    EXPECT_LE(store.size().value, acknowledged + per_batch);
    EXPECT_EQ(
        testing::append_samples(store, store.size().value + 1, store.size().value + 5).message, "");
    ASSERT_EQ(store.close().message, "");
    ASSERT_EQ(what_is_lost(data_dir(), acknowledged), "");
  }
  EXPECT_GT(at, batches) << "each batch makes such a call, or the test looks at nothing";
}

// Negative control: a writer that acknowledges all the same must be found out.
TEST_P(FaultTest, FindsAWriterThatAcknowledgesAnyway) {
  make_ledger(data_dir(), 10);
  Writer writer = start(batches, per_batch, "anyway", environment(3, "/data.mdb"));
  const std::uint64_t acknowledged = writer.read_acknowledged();
  EXPECT_NE(writer.end(), 0);
  // A commit whose last flush failed may be there after all; nothing may be built on it.
  if (what_is_lost(data_dir(), acknowledged).empty()) {
    EXPECT_STREQ(GetParam().call, "pwrite");
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfTheDisk, FaultTest,
    ::testing::Values(
        Fault{"fdatasync", "EIO", Status::io_failed,
              "Input/output error. See whether the disk is full"},
        Fault{"fdatasync", "ENOSPC", Status::no_space, "Free disk space and start again"},
        Fault{"writev", "EIO", Status::io_failed,
              "Input/output error. See whether the disk is full"},
        Fault{"writev", "ENOSPC", Status::no_space, "Free disk space and start again"},
        Fault{"writev", "short", Status::io_failed, "Input/output error"},
        Fault{"pwrite", "EIO", Status::io_failed,
              "Input/output error. See whether the disk is full"},
        Fault{"pwrite", "ENOSPC", Status::no_space, "Free disk space and start again"},
        Fault{"pwrite", "short", Status::io_failed, "Input/output error"}),
    [](const auto& fault) { return std::string{fault.param.call} + "_" + fault.param.error; });

// The start after a crash fails in the middle: it says so, and the next one does it again.
TEST_F(CrashTest, RecoversFromARecoveryThatFails) {
  struct RecoveryFault {
    const char* call;
    const char* error;
    Status status;
  };
  for (const auto& [call, error, status] : {RecoveryFault{"write", "EIO", Status::io_failed},
                                            RecoveryFault{"write", "ENOSPC", Status::no_space},
                                            RecoveryFault{"fsync", "EIO", Status::io_failed}}) {
    fs::remove_all(data_dir());
    make_ledger(data_dir(), 50);
    fs::remove(data_dir() / "ledger" / "clean");
    Writer writer =
        start(1, 3, "",
              {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, std::string{"EMX_FAULT_CALL="} + call,
               "EMX_FAULT_AT=1", std::string{"EMX_FAULT_ERROR="} + error,
               "EMX_FAULT_FILE=/data.mdb.new"});
    EXPECT_EQ(writer.read_acknowledged(), 0U);
    EXPECT_EQ(writer.end(), 10 + static_cast<int>(status)) << writer.errors();
    EXPECT_THAT(writer.errors(), AllOf(HasSubstr("fault injected"), HasSubstr("data.mdb.new")));
    EXPECT_FALSE(fs::exists(data_dir() / "ledger" / "data.mdb.new"));
    EXPECT_EQ(what_is_lost(data_dir(), 50), "");
  }
}

// A disk that cannot say whether there is a ledger has one.
TEST_F(CrashTest, FoundsNothingWhereItCannotLook) {
  make_ledger(data_dir(), 10);
  Writer writer = start(1, 3, "",
                        {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=lstat",
                         "EMX_FAULT_AT=1", "EMX_FAULT_ERROR=EIO", "EMX_FAULT_FILE=/data.mdb"});
  EXPECT_EQ(writer.read_acknowledged(), 0U);
  EXPECT_EQ(writer.end(), 10 + static_cast<int>(Status::io_failed)) << writer.errors();
  EXPECT_THAT(writer.errors(), AllOf(HasSubstr("fault injected"), HasSubstr("data.mdb")));
  EXPECT_EQ(what_is_lost(data_dir(), 10), "");
}

// A new name, or one that is gone, is durable when its folder was flushed: each of these flushes is
// needed, and a failing one is told. Nothing else here would miss one, since what was flushed
// late survives a kill.
TEST_F(CrashTest, FlushesTheFolderForEachNameThatChanges) {
  struct Row {
    const char* what;
    std::uint64_t entries;  // of the ledger before; 0: there is none
    bool closed;
    int flushes;
  };
  for (const Row& row : {
           Row{"founded: data.mdb, signed; closed: failed.new away, clean", 0, false, 4},
           Row{"opened: clean away; closed as above", 10, true, 3},
           Row{"copied: lock.mdb away, data.mdb; closed as above", 10, false, 4},
       }) {
    SCOPED_TRACE(row.what);
    int at = 1;
    for (;; ++at) {
      fs::remove_all(data_dir());
      if (row.entries != 0) make_ledger(data_dir(), row.entries);
      if (!row.closed) fs::remove(data_dir() / "ledger" / "clean");
      Writer writer = start(1, 3, "",
                            {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, "EMX_FAULT_CALL=fsync",
                             "EMX_FAULT_AT=" + std::to_string(at), "EMX_FAULT_ERROR=EIO",
                             "EMX_FAULT_FILE=/data/ledger"});
      writer.read_acknowledged();
      const int code = writer.end();
      if (writer.errors().empty()) {
        EXPECT_EQ(code, 0);
        break;
      }
      EXPECT_EQ(code, 10 + static_cast<int>(Status::io_failed)) << writer.errors();
      EXPECT_THAT(writer.errors(), AllOf(HasSubstr("fault injected"), HasSubstr("cannot flush")));
    }
    EXPECT_EQ(at - 1, row.flushes);
  }
}

// No failures: a copy of which half is written at first, and a file system without O_DIRECT.
TEST_F(CrashTest, CompletesARecoveryThatMeetsAnObstacle) {
  struct Obstacle {
    const char* call;
    const char* file;
  };
  for (const auto& [call, file] :
       {Obstacle{"write", "/data.mdb.new"}, Obstacle{"direct", "/data.mdb"}}) {
    fs::remove_all(data_dir());
    make_ledger(data_dir(), 50);
    fs::remove(data_dir() / "ledger" / "clean");
    Writer writer =
        start(1, 3, "",
              {std::string{"LD_PRELOAD="} + LEDGER_FAULTS, std::string{"EMX_FAULT_CALL="} + call,
               "EMX_FAULT_AT=1", "EMX_FAULT_ERROR=short", std::string{"EMX_FAULT_FILE="} + file});
    EXPECT_EQ(writer.read_acknowledged(), 53U);
    EXPECT_EQ(writer.end(), 0) << writer.errors();
    EXPECT_THAT(writer.errors(), HasSubstr("fault injected"));
    EXPECT_EQ(what_is_lost(data_dir(), 53), "");
  }
}

}  // namespace
}  // namespace emx::ledger
