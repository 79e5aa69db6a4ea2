#include "tools/index/index_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/indexed.hpp"
#include "tools/index/follow_ledger.hpp"
#include "tools/index/format.hpp"
#include "tools/index/index_reader.hpp"

// What is gone on with, what is begun anew, and that the end is the same.

namespace emx::index {
namespace {

using ledger::Status;
using ::testing::HasSubstr;
using namespace testing;

class Index : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    audit::testing::play(two_days, folder->path());
    index_up_to(folder->path());
    all = links_of(folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  void SetUp() override { copy_files(folder->path(), mine.path()); }
  [[nodiscard]] std::filesystem::path dir() const { return mine.path(); }
  void remove_index() const { std::filesystem::remove_all(mine.path() / "index"); }

  static inline TempFolder* folder = nullptr;
  static inline std::vector<ledger::IndexLink> all;
  TempFolder mine;
};

TEST_F(Index, IsTheSameHoweverItWasInterrupted) {
  ASSERT_FALSE(all.empty());
  const auto positions = positions_of(dir());
  const std::uint64_t last = open_ledger(dir())->size().value;
  for (const End end : {End::killed, End::closed}) {
    remove_index();
    for (const std::uint64_t entry : {1U, 2U, 700U, 1'164U, 1'167U, 1'170U, 1'175U, 1'183U}) {
      EXPECT_EQ(index_up_to(dir(), {entry, end, 3}), "");
    }
    EXPECT_EQ(index_up_to(dir(), {last - 1, End::closed, 1}), "");  // a block holds a ticket
    EXPECT_EQ(index_up_to(dir()), "");
    EXPECT_EQ(links_of(dir()), all);
    EXPECT_EQ(positions_of(dir()), positions);
  }
}

// What it must know of the entries before is kept when it is closed.
TEST_F(Index, ReadsOnlyWhatCameAfterItWasClosed) {
  remove_index();
  const auto taken_at_opening = [this] {
    const auto store = open_ledger(dir());
    IndexWriter writer;
    EXPECT_TRUE(writer.open(dir(), *store, IndexWriter::Start::go_on).ok());
    return writer.taken();
  };
  EXPECT_EQ(taken_at_opening(), 0U);
  index_up_to(dir(), {1'170, End::killed});
  EXPECT_EQ(taken_at_opening(), 0U);
  index_up_to(dir(), {1'171, End::closed});
  EXPECT_EQ(taken_at_opening(), 1'171U);
  index_up_to(dir(), {1'180, End::killed});
  EXPECT_EQ(taken_at_opening(), 1'171U);
}

TEST_F(Index, IsNotGoneOnWithWhenItIsOfAnotherLedger) {
  const TempFolder other;
  audit::testing::play("day 2026-06-18\n", other.path());
  std::filesystem::remove_all(other.path() / "index");
  copy_files(folder->path() / "index", other.path() / "index");
  {
    IndexReader reader;
    ledger::LedgerStore store;
    const ledger::Result refused = reader.open(other.path(), store);
    EXPECT_EQ(refused.status, Status::corrupt) << refused.message;
  }
  // Both markets begin alike: it goes further than the ledger.
  EXPECT_THAT(index_up_to(other.path()), HasSubstr("which the ledger has not"));
  EXPECT_EQ(index_up_to(other.path()), "");
  EXPECT_LT(links_of(other.path()).size(), all.size());
}

TEST_F(Index, IsNotGoneOnWithWhenTheLedgerHasAnotherHistoryOrGenesis) {
  std::vector<audit::testing::Entry> entries = audit::testing::read_ledger(dir());
  for (const bool genesis : {false, true}) {
    const TempFolder other;
    if (genesis) entries.front().digest ^= 1;
    entries.back().digest ^= 1;
    audit::testing::write_ledger(entries, other.path());
    copy_files(folder->path() / "index", other.path() / "index");
    EXPECT_THAT(index_up_to(other.path()),
                HasSubstr(genesis ? "of another ledger" : "is not the indexed one"));
    EXPECT_EQ(links_of(other.path()), all);
  }
}

TEST_F(Index, IsNotGoneOnWithWhenItIsOfAnotherFormat) {
  {
    ledger::IndexFile file;
    ASSERT_TRUE(file.open(dir(), ledger::IndexFile::Mode::write).ok());
    ledger::IndexState state;
    ASSERT_TRUE(file.read_state(index_format(), state).ok());
    state.format = index_format() + 1;
    ASSERT_TRUE(file.commit({}, {}, state).ok());
    ASSERT_TRUE(file.close().ok());
  }
  EXPECT_THAT(index_up_to(dir()), HasSubstr("is of the format"));
  EXPECT_EQ(links_of(dir()), all);
}

TEST_F(Index, FollowsALedgerToItsEndAndIsTold) {
  remove_index();
  const auto store = open_ledger(dir());
  IndexWriter writer;
  ASSERT_TRUE(writer.open(dir(), *store, IndexWriter::Start::go_on).ok());
  std::uint64_t told = 0;
  Following following;
  following.pause = [](std::chrono::milliseconds) { return true; };
  following.tell = [&](const IndexWriter& of) { told = of.indexed(); };
  ASSERT_TRUE(follow_ledger(*store, writer, following).ok());
  EXPECT_EQ(told, store->size().value);
  ASSERT_TRUE(writer.close().ok());
  EXPECT_EQ(links_of(dir()), all);
}

// It waits for more, and what was taken when it is to end is written.
TEST_F(Index, FollowsUntilItIsToEnd) {
  remove_index();
  const auto store = open_ledger(dir());
  IndexWriter writer;
  ASSERT_TRUE(writer.open(dir(), *store, IndexWriter::Start::go_on).ok());
  bool waited_for_more = false;
  Following following;
  following.waits = true;
  following.pause = [&](std::chrono::milliseconds time) {
    waited_for_more = time >= std::chrono::milliseconds{100};
    return !waited_for_more;
  };
  following.tell = [](const IndexWriter&) {};
  ASSERT_TRUE(follow_ledger(*store, writer, following).ok());
  EXPECT_TRUE(waited_for_more);
  EXPECT_EQ(writer.indexed(), store->size().value);
}

TEST_F(Index, LeavesTheDisksReserveAlone) {
  remove_index();
  const auto store = open_ledger(dir());
  IndexWriter writer;
  ASSERT_TRUE(writer.open(dir(), *store, IndexWriter::Start::go_on).ok());
  Following following;
  following.left_free = std::uint64_t{1} << 62;
  following.pause = [](std::chrono::milliseconds) { return true; };
  following.tell = [](const IndexWriter&) {};
  const ledger::Result result = follow_ledger(*store, writer, following);
  EXPECT_EQ(result.status, Status::no_space);
  EXPECT_THAT(result.message, HasSubstr("make room there"));
  EXPECT_EQ(writer.indexed(), 0U);
}

}  // namespace
}  // namespace emx::index
