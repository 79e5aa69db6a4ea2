#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

// What open() says in each case that an operator can get into.

namespace emx::ledger {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::append_samples;
using ::testing::HasSubstr;
using testing::make_ledger;
using testing::RawLedger;
using testing::Sample;
using testing::TempFolder;
using testing::to_read;
using testing::to_write;

class OpenTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path root() const { return folder_.path(); }
  [[nodiscard]] fs::path data_dir() const { return root() / "data"; }
  [[nodiscard]] fs::path ledger() const { return data_dir() / "ledger"; }
  [[nodiscard]] fs::path data_file() const { return ledger() / "data.mdb"; }

  [[nodiscard]] Result open(const StoreOptions& options) const {
    LedgerStore store;
    return store.open(data_dir(), options);
  }

  // open() in a process that file permissions bind, which they do not for root.
  [[nodiscard]] Result open_as_nobody(const StoreOptions& options) const {
    return run_in_child(data_dir(), [&]() -> Result {
      constexpr uid_t nobody = 65'534;
      if (::geteuid() == 0 &&
          (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0)) {
        return failure_of(EINVAL, "become nobody for", data_dir());
      }
      return open(options);
    });
  }

  // The folders readable for everyone, and writable for nobody but root.
  void make_readable_only() const {
    constexpr auto read = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
    constexpr auto search = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
    fs::permissions(root(), fs::perms::owner_all | read | search);
    fs::permissions(data_dir(), read | search);
    fs::permissions(ledger(), read | search);
    for (const auto& file : fs::directory_iterator{ledger()}) fs::permissions(file.path(), read);
  }

  void TearDown() override {
    if (fs::exists(ledger())) fs::permissions(ledger(), fs::perms::owner_all);
    if (fs::exists(data_dir())) fs::permissions(data_dir(), fs::perms::owner_all);
  }

 private:
  TempFolder folder_;
};

TEST_F(OpenTest, CreatesTheFoldersThatAreMissing) {
  LedgerStore store;
  EXPECT_EQ(store.open(root() / "a" / "b" / "c", to_write()).message, "");
  EXPECT_TRUE(store.was_created());
  EXPECT_TRUE(fs::exists(root() / "a" / "b" / "c" / "ledger" / "data.mdb"));
}

TEST_F(OpenTest, CreatesNothingForAReader) {
  const Result result = open(to_read());
  EXPECT_EQ(result.status, Status::missing);
  EXPECT_THAT(result.message, HasSubstr(data_dir().string()));
  EXPECT_FALSE(fs::exists(data_dir()));
}

TEST_F(OpenTest, SaysWhenAFolderIsEmpty) {
  fs::create_directories(ledger());
  EXPECT_EQ(open(to_read()).status, Status::missing);
}

TEST_F(OpenTest, RefusesAPathThatIsAFile) {
  std::ofstream{data_dir()} << "not a folder";
  for (const auto& options : {to_write(), to_read()}) {
    const Result result = open(options);
    EXPECT_EQ(result.status, Status::not_a_directory);
    EXPECT_THAT(result.message,
                AllOf(HasSubstr(data_dir().string()), HasSubstr("Name a directory")));
  }
}

TEST_F(OpenTest, RefusesALedgerFolderThatIsAFile) {
  fs::create_directories(data_dir());
  std::ofstream{ledger()} << "not a folder";
  EXPECT_EQ(open(to_write()).status, Status::not_a_directory);
  EXPECT_EQ(open(to_read()).status, Status::not_a_directory);
}

TEST_F(OpenTest, RefusesASecondTimeInTheSameProcess) {
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  EXPECT_EQ(open(to_write()).status, Status::locked);
  EXPECT_EQ(open(to_read()).status, Status::locked);
  ASSERT_TRUE(store.close().ok());
  EXPECT_EQ(open(to_read()).message, "");
}

TEST_F(OpenTest, RefusesAFolderThatAnotherProcessWritesTo) {
  make_ledger(data_dir(), 3);
  // The lock belongs to the open file, so this stands for another process.
  const FileDescriptor other{::open((ledger() / "writer.lock").c_str(), O_RDONLY | O_CLOEXEC)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  const Result result = open(to_write());
  EXPECT_EQ(result.status, Status::locked);
  EXPECT_THAT(result.message, AllOf(HasSubstr("another process has " + ledger().string()),
                                    HasSubstr("process " + std::to_string(::getpid())),
                                    HasSubstr("Stop the other one first")));
  // A reader may come in.
  EXPECT_EQ(open(to_read()).message, "");
}

TEST_F(OpenTest, RefusesToWriteWithoutPermission) {
  make_ledger(data_dir(), 3);
  make_readable_only();
  const Result result = open_as_nobody(to_write());
  EXPECT_EQ(result.status, Status::no_permission);
  EXPECT_THAT(result.message, AllOf(HasSubstr(ledger().string()), HasSubstr("Permission denied"),
                                    HasSubstr("Run as the user that owns")));
}

TEST_F(OpenTest, RefusesToCreateWithoutPermission) {
  fs::create_directories(ledger());
  make_readable_only();
  EXPECT_EQ(open_as_nobody(to_write()).status, Status::no_permission);
}

TEST_F(OpenTest, ReadsWithoutPermissionToWriteAndKeepsWritersOut) {
  make_ledger(data_dir(), 3);
  make_readable_only();
  EXPECT_EQ(open_as_nobody(to_read(Probe::whole)).message, "");
  // Such a reader cannot enter itself into LMDB's table of readers, so a writer must not come.
  const FileDescriptor writer{::open((ledger() / "writer.lock").c_str(), O_RDONLY | O_CLOEXEC)};
  ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
  EXPECT_EQ(open_as_nobody(to_read()).status, Status::locked);
}

TEST_F(OpenTest, SaysWhenTheFileSystemIsReadOnly) {
  make_ledger(data_dir(), 3);
  const auto open_read_only = [&](const StoreOptions& options) {
    return run_in_child(data_dir(), [&]() -> Result {
      const std::string name = data_dir().string();
      const char* path = name.c_str();
      if (::unshare(CLONE_NEWNS) != 0 ||
          ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount(path, path, nullptr, MS_BIND, nullptr) != 0 ||
          ::mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
        return {Status::ok, "not possible here"};
      }
      return open(options);
    });
  };
  const Result result = open_read_only(to_write());
  if (result.message == "not possible here") GTEST_SKIP() << "no permission to mount";
  EXPECT_EQ(result.status, Status::read_only);
  EXPECT_THAT(result.message,
              AllOf(HasSubstr("Read-only file system"), HasSubstr("mounted for writing")));
  EXPECT_EQ(open_read_only(to_read(Probe::whole)).message, "");
}

TEST_F(OpenTest, RefusesAnotherSchemaVersion) {
  make_ledger(data_dir(), 3);
  {
    RawLedger raw{data_dir()};
    auto meta = read_record<MetaRecord>(raw.meta());
    meta.schema = 7;
    raw.put_meta(Sample::bytes_of(meta));
  }
  for (const auto& options : {to_write(), to_read()}) {
    const Result result = open(options);
    EXPECT_EQ(result.status, Status::wrong_schema);
    EXPECT_THAT(result.message, AllOf(HasSubstr("schema version 7, and this program knows 1"),
                                      HasSubstr("Use the version of emx that wrote it")));
  }
}

TEST_F(OpenTest, RefusesAnLmdbFileOfSomeoneElse) {
  fs::create_directories(ledger());
  RawLedger{data_dir()}.create_table("things");
  for (const auto& options : {to_write(), to_read()}) {
    const Result result = open(options);
    EXPECT_EQ(result.status, Status::corrupt);
    EXPECT_THAT(result.message, HasSubstr("not a ledger of emx"));
  }
}

TEST_F(OpenTest, RefusesFilesThatAreNotLmdbs) {
  make_ledger(data_dir(), 3);
  const auto both_refuse = [&](const std::string& words) {
    for (const auto& options : {to_write(), to_read()}) {
      const Result result = open(options);
      EXPECT_EQ(result.status, Status::corrupt);
      EXPECT_THAT(result.message, AllOf(HasSubstr(words), HasSubstr(data_file().string()),
                                        HasSubstr("Do not write to this ledger")));
    }
  };
  fs::resize_file(data_file(), 0);
  both_refuse("is cut off: it has 0 bytes");
  fs::resize_file(data_file(), 5'000);
  both_refuse("is cut off: it has 5000 bytes");
  fs::resize_file(data_file(), 50'000);
  both_refuse("is not an LMDB file");
  fs::remove(data_file());
  fs::create_directory(data_file());
  both_refuse("is not an ordinary file");
}

TEST_F(OpenTest, RefusesALedgerThatEndsTooEarly) {
  make_ledger(data_dir(), 300);
  const auto whole = fs::file_size(data_file());
  fs::resize_file(data_file(), whole / 2 / 4'096 * 4'096);
  for (const auto& options : {to_write(), to_read(Probe::whole)}) {
    EXPECT_EQ(open(options).status, Status::corrupt);
  }
}

// Whatever was left, and whatever it says; nothing new is put there.
TEST_F(OpenTest, FoundsNoLedgerWhereThereWasOne) {
  for (const char* trace : {"lock.mdb", "clean", "failed"}) {
    SCOPED_TRACE(trace);
    fs::remove_all(data_dir());
    fs::create_directories(ledger());
    std::ofstream{ledger() / trace};
    const Result result = open(to_write());
    EXPECT_EQ(result.status, Status::missing);
    EXPECT_THAT(result.message, AllOf(HasSubstr((ledger() / trace).string()),
                                      HasSubstr("says that there was a ledger"),
                                      HasSubstr("must be restored from a copy")));
    EXPECT_FALSE(fs::exists(data_file()));
  }
}

TEST_F(OpenTest, FoundsNoLedgerAfterACrashThatLostIt) {
  make_ledger(data_dir(), 3);
  fs::remove(ledger() / "clean");  // as a killed writer leaves it
  fs::remove(data_file());
  EXPECT_EQ(open(to_write()).status, Status::missing);
  EXPECT_FALSE(fs::exists(data_file()));
}

TEST_F(OpenTest, FoundsNoLedgerWhereItMayNot) {
  StoreOptions options = to_write();
  options.create = false;
  EXPECT_EQ(open(options).status, Status::missing);
  EXPECT_FALSE(fs::exists(data_file()));
  make_ledger(data_dir(), 3);
  EXPECT_EQ(open(options).message, "");
}

TEST_F(OpenTest, PutsANewFileInNobodysPlace) {
  fs::create_directories(ledger());
  std::ofstream{ledger() / "old"} << "old";
  std::ofstream{ledger() / "new"} << "new";
  EXPECT_FALSE(rename_new_file(ledger() / "new", ledger() / "old").ok());
  EXPECT_EQ(read_file(ledger() / "old"), "old");
  EXPECT_TRUE(rename_new_file(ledger() / "new", ledger() / "free").ok());
  EXPECT_EQ(read_file(ledger() / "free"), "new");
}

// Without it nobody could tell that entries are gone from the end.
TEST_F(OpenTest, RefusesADamagedMarkOfTheLastClose) {
  make_ledger(data_dir(), 3);
  const std::string mark = read_file(ledger() / "clean");
  for (const std::string& damaged : {std::string{}, mark.substr(0, 40), "4" + mark.substr(1, 9)}) {
    std::ofstream{ledger() / "clean"} << damaged;
    for (const auto& options : {to_write(), to_read()}) {
      const Result result = open(options);
      EXPECT_EQ(result.status, Status::corrupt);
      EXPECT_THAT(result.message,
                  AllOf(HasSubstr((ledger() / "clean").string()), HasSubstr("is damaged")));
    }
  }
  std::ofstream{ledger() / "clean"} << mark;
  EXPECT_EQ(open(to_read()).message, "");
}

// It may belong to another user than the one who audits.
TEST_F(OpenTest, MakesNoReaderLockWhenItReads) {
  make_ledger(data_dir(), 3);
  fs::remove(ledger() / "lock.mdb");
  EXPECT_EQ(open(to_read(Probe::whole)).message, "");
  EXPECT_FALSE(fs::exists(ledger() / "lock.mdb"));
}

// LMDB takes the meta page with the higher number, so a lower one takes the last commit back.
TEST_F(OpenTest, RefusesMetaPagesThatDoNotFollowEachOther) {
  make_ledger(data_dir(), 30);
  constexpr std::streamoff transaction_at = 16 + 128;
  std::fstream file{data_file(), std::ios::binary | std::ios::in | std::ios::out};
  std::uint64_t even = 0;
  file.seekg(transaction_at);
  file.read(reinterpret_cast<char*>(&even), sizeof even);
  even -= 2;
  file.seekp(transaction_at);
  file.write(reinterpret_cast<const char*>(&even), sizeof even);
  file.close();
  for (const auto& options : {to_write(), to_read()}) {
    const Result result = open(options);
    EXPECT_EQ(result.status, Status::corrupt);
    EXPECT_THAT(result.message, HasSubstr("which do not follow each other"));
  }
}

// A real one, of three MiB: LMDB's words for it are "Input/output error".
TEST_F(OpenTest, SaysThatTheDiskIsFullAndNotesIt) {
  const Result told = run_in_child(data_dir(), [&]() -> Result {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("emx", root().c_str(), "tmpfs", 0, "size=3m") != 0) {
      return {Status::ok, "not possible here"};
    }
    LedgerStore store;
    Result result = store.open(data_dir(), to_write());
    while (result.ok()) {
      const std::uint64_t next = store.size().value + 1;
      result = append_samples(store, next, next + 200, 200);
    }
    return {result.status, result.message + "|" + read_file(ledger() / "failed")};
  });
  if (told.message == "not possible here") GTEST_SKIP() << "no permission to mount";
  EXPECT_EQ(told.status, Status::no_space) << told.message;
  const auto bar = told.message.find('|');
  EXPECT_THAT(told.message.substr(0, bar), HasSubstr("Free disk space and start again"));
  EXPECT_EQ(told.message.substr(bar + 1), told.message.substr(0, bar));
}

TEST_F(OpenTest, TellsOfAFailureWhoseWordsWereLost) {
  make_ledger(data_dir(), 3);
  std::ofstream{ledger() / "failed"};
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  EXPECT_THAT(store.earlier_failure(), HasSubstr("a failed commit"));
}

TEST_F(OpenTest, LeavesWhatItRefusesAsItWas) {
  make_ledger(data_dir(), 50);
  fs::remove(ledger() / "clean");
  fs::resize_file(data_file(), fs::file_size(data_file()) / 2);
  const std::string before = read_file(data_file());
  EXPECT_EQ(open(to_write()).status, Status::corrupt);
  EXPECT_EQ(read_file(data_file()), before);
  EXPECT_FALSE(fs::exists(ledger() / "data.mdb.new"));
}

TEST_F(OpenTest, ClearsAwayACopyThatWasNotFinished) {
  make_ledger(data_dir(), 50);
  fs::remove(ledger() / "clean");
  std::ofstream{ledger() / "data.mdb.new"} << "half a copy";
  EXPECT_EQ(testing::what_is_lost(data_dir(), 50), "");
  EXPECT_FALSE(fs::exists(ledger() / "data.mdb.new"));
}

TEST_F(OpenTest, ReportsACrashOfTheReadingProcess) {
  const Result result = run_in_child("some/file", []() -> Result {
    ::raise(SIGBUS);
    return {};
  });
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, AllOf(HasSubstr("some/file"), HasSubstr("signal 7 (Bus error)"),
                                    HasSubstr("or its disk fails to read it (dmesg)")));
  EXPECT_EQ(run_in_child("some/file", []() -> Result { ::_exit(5); }).status, Status::corrupt);
  EXPECT_EQ(run_in_child("some/file", []() -> Result { throw std::bad_alloc{}; }).status,
            Status::no_memory);
  EXPECT_EQ(run_in_child("f", []() -> Result { return {Status::no_space, "w"}; }).message, "w");
  EXPECT_TRUE(run_in_child("some/file", []() -> Result { return {}; }).ok());
}

// As the kernel does when memory runs out: that says nothing of the ledger.
TEST_F(OpenTest, BlamesNoFileForAReadingProcessThatWasKilled) {
  const Result result = run_in_child("some/file", []() -> Result {
    ::raise(SIGKILL);
    return {};
  });
  EXPECT_EQ(result.status, Status::no_memory);
  EXPECT_THAT(result.message, AllOf(HasSubstr("signal 9 (Killed)"), HasSubstr("want of memory"),
                                    ::testing::Not(HasSubstr("damaged"))));
}

TEST_F(OpenTest, EveryStatusHasANameAndAdvice) {
  for (int number = 0; number <= static_cast<int>(Status::io_failed); ++number) {
    EXPECT_NE(name_of(static_cast<Status>(number)), "?");
  }
  EXPECT_EQ(name_of(static_cast<Status>(200)), "?");
  EXPECT_EQ(failure_of(EIO, "flush", "x/data.mdb").message,
            "cannot flush x/data.mdb: Input/output error. See whether the disk is full or failing "
            "(df, dmesg), then start again: the start reads the ledger back from the disk and "
            "verifies it before it serves.");
}

}  // namespace
}  // namespace emx::ledger
