#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "ledger/anchor.hpp"
#include "ledger/store.hpp"
#include "tests/crash/simulation.hpp"
#include "tests/ledger/support.hpp"

// Why a start after a crash does not trust the page cache. A write that could not be brought to the
// disk stays in the cache, marked clean: it is read as if it were there, until it is gone. So there
// are two views of one file, and these tests have both: the file itself is what the cache shows,
// and FILE.disk what the disk has (recorded_disk.cpp gives it to whoever reads past the cache).

namespace emx::crash {
namespace {

using ::testing::HasSubstr;

const Programs restart_programs{LEDGER_TRAFFIC, LEDGER_RECORDED_DISK};

class Restart : public ::testing::Test {
 protected:
  // Numbers of the operations with which some commits end: the write of LMDB's meta page.
  static std::vector<std::size_t> commits(const Recording& recording) {
    std::vector<std::size_t> ends;
    std::set<int> through;
    for (std::size_t i = 0; i < recording.operations.size(); ++i) {
      const Operation& operation = recording.operations[i];
      if (operation.did == Did::open) {
        through.erase(operation.descriptor);
        if ((operation.flags & O_DSYNC) != 0) through.insert(operation.descriptor);
      }
      if (operation.did == Did::write && through.contains(operation.descriptor)) ends.push_back(i);
    }
    std::vector<std::size_t> some{ends[ends.size() / 7]};
    if (LEDGER_CRASH_SHARE == 1) {
      some.push_back(ends[ends.size() / 2]);
      some.push_back(ends[ends.size() - 9]);
    }
    return some;
  }

  // The machine goes on, the process does not: it was killed in that write, which the cache has
  // and the disk could not take.
  void kill_in(const Recording& recording, std::size_t operation) {
    Disk disk{recording.root, {}};
    promised_ = {};
    for (std::size_t i = 0; i <= operation; ++i) {
      disk.begin(recording.operations[i]);
      if (i < operation) disk.end(recording.operations[i]);
      take_promise(recording.operations[i], promised_);
    }
    lay_out(disk.cached(), recording.root, machine_);
    const Image flushed = disk.flushed();
    const Image view{{{recording.root + "/data.mdb.disk",
                       flushed.files.at(recording.root + "/data/ledger/data.mdb")}},
                     {}};
    lay_out(view, recording.root, folder_.path() / "view");
    std::filesystem::rename(folder_.path() / "view" / "data.mdb.disk", disk_view());
    from_disk_ = flushed.files.at(recording.root + "/data/ledger/data.mdb");
  }

  // What a restart that reads the cache would do; the mark makes ours believe it may.
  void trust_the_cache() {
    ledger::LedgerStore store;
    ASSERT_EQ(store.open(machine_ / "data", ledger::testing::to_read()).message, "");
    ASSERT_GT(store.size().value, promised_.released);
    std::ofstream mark{machine_ / "data" / "ledger" / "clean"};
    mark << ledger::text_of(ledger::Anchor{store.size().value, store.head()});
  }

  // Starts, releases what it finds, appends so many entries; then the machine dies as well, and
  // only what was promised is left. What is wrong with that.
  std::string restart_and_crash(std::uint64_t entries) {
    Image image = read_image(machine_, ".disk");
    image.files[machine_ / "data" / "ledger" / "data.mdb"] = from_disk_;
    const Recording recording = record_resumption(restart_programs, machine_, entries);
    Disk disk{recording.root, {}, image};
    for (const Operation& operation : recording.operations) {
      disk.begin(operation);
      disk.end(operation);
      take_promise(operation, promised_);
    }
    lay_out(disk.flushed(), recording.root, folder_.path() / "crashed");
    return what_is_wrong(folder_.path() / "crashed" / "data", promised_, traffic_);
  }

  [[nodiscard]] std::filesystem::path disk_view() const {
    return machine_ / "data" / "ledger" / "data.mdb.disk";
  }

  Traffic traffic_;
  ledger::testing::TempFolder folder_{ledger::testing::memory_folder()};
  Recording recording_ = record_traffic(restart_programs, folder_.path() / "recorded");
  std::filesystem::path machine_ = folder_.path() / "machine";
  Promised promised_;
  Bytes from_disk_;
};

TEST_F(Restart, ReadsTheDiskAndLosesNothing) {
  for (const std::size_t commit : commits(recording_)) {
    for (const std::uint64_t entries : {0U, 1U, 3U}) {
      kill_in(recording_, commit);
      const std::uint64_t before = promised_.released;
      EXPECT_EQ(restart_and_crash(entries), "") << "operation " << commit;
      EXPECT_EQ(promised_.released, before + entries);
    }
  }
}

// Negative control: a start that takes the ledger as the cache shows it releases an entry, and
// when the machine dies it is gone.
TEST_F(Restart, OnThePageCacheLosesWhatItReleased) {
  for (const std::size_t commit : commits(recording_)) {
    kill_in(recording_, commit);
    trust_the_cache();
    EXPECT_THAT(restart_and_crash(0), HasSubstr(std::string{lost_words})) << "operation " << commit;
  }
}

// The same with a commit on top: the disk then has the meta pages of two states with one between
// them that it never got, and no start can say which entries are all there.
TEST_F(Restart, OnThePageCacheBuildsOnWhatTheDiskHasNot) {
  for (const std::size_t commit : commits(recording_)) {
    kill_in(recording_, commit);
    trust_the_cache();
    EXPECT_THAT(restart_and_crash(1), HasSubstr("do not follow each other"))
        << "operation " << commit;
  }
}

}  // namespace
}  // namespace emx::crash
