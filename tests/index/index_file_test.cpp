#include "ledger/index_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <random>
#include <set>

#include "tests/index/indexed.hpp"

// The file itself, past what it is used for.

namespace emx::index {
namespace {

using ledger::IndexFile;
using ledger::IndexLink;
using ledger::IndexState;
using ledger::Status;
using ::testing::HasSubstr;
using namespace testing;

constexpr std::uint32_t some_format = 7;
constexpr std::uint64_t test_map_bytes = std::uint64_t{1} << 28;

IndexState state_at(std::uint64_t sequence) {
  IndexState state;
  state.format = some_format;
  state.sequence = sequence;
  return state;
}

std::vector<IndexLink> links_in(const IndexFile& file, const IndexLink& first,
                                const IndexLink& last) {
  std::vector<IndexLink> links;
  const ledger::Result result = file.visit(first, last, [&](const IndexLink& link) {
    links.push_back(link);
    return true;
  });
  EXPECT_TRUE(result.ok()) << result.message;
  return links;
}

TEST(IndexFile, FindsWhatIsInARangeAndNothingElse) {
  const TempFolder folder;
  IndexFile file;
  ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
  // Against a set, in commits of links that lie anywhere between each other.
  std::set<IndexLink> all;
  std::mt19937_64 random{1};
  const auto some = [&] {
    return IndexLink{static_cast<std::uint8_t>(1 + random() % 3), random() % 50, 1 + random() % 50};
  };
  for (std::uint64_t commit = 1; commit <= 20; ++commit) {
    std::set<IndexLink> links;
    for (int i = 0; i < 40; ++i) {
      if (const IndexLink link = some(); !all.contains(link)) links.insert(link);
    }
    const std::vector<IndexLink> sorted{links.begin(), links.end()};
    ASSERT_TRUE(file.commit(sorted, {}, state_at(commit)).ok());
    all.insert(links.begin(), links.end());
  }
  for (int i = 0; i < 500; ++i) {
    const auto [first, last] = std::minmax({some(), some()});
    const std::vector<IndexLink> expected{all.lower_bound(first), all.upper_bound(last)};
    ASSERT_EQ(links_in(file, first, last), expected);
  }
  EXPECT_TRUE(file.close().ok());
}

TEST(IndexFile, KeepsValuesAndHowFarItGoes) {
  const TempFolder folder;
  IndexFile file;
  ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
  IndexState state;
  ASSERT_TRUE(file.read_state(some_format, state).ok());
  EXPECT_EQ(state, state_at(0));
  const std::vector<std::byte> short_bytes(3, std::byte{1});
  const std::vector<std::byte> long_bytes(9'000, std::byte{2});
  ASSERT_TRUE(
      file.commit({}, std::vector<ledger::IndexValue>{{1, 5, short_bytes}}, state_at(1)).ok());
  ASSERT_TRUE(
      file.commit({}, std::vector<ledger::IndexValue>{{1, 5, long_bytes}}, state_at(2)).ok());
  ASSERT_TRUE(file.close().ok());
  IndexFile reader;
  ASSERT_TRUE(reader.open(folder.path(), IndexFile::Mode::read, test_map_bytes).ok());
  std::vector<std::byte> found;
  EXPECT_TRUE(reader.read_value(1, 5, found).ok());
  EXPECT_EQ(found, long_bytes);
  EXPECT_EQ(reader.read_value(1, 6, found).status, Status::missing);
  EXPECT_TRUE(reader.read_state(some_format, state).ok());
  EXPECT_EQ(state, state_at(2));
  EXPECT_EQ(reader.read_state(some_format + 1, state).status, Status::wrong_schema);
}

TEST(IndexFile, HasOneWriterAndReadersBesideIt) {
  const TempFolder folder;
  IndexFile reader;
  EXPECT_EQ(reader.open(folder.path(), IndexFile::Mode::read, test_map_bytes).status,
            Status::missing);
  IndexFile file;
  ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
  EXPECT_EQ(ledger::index_writer(folder.path()), static_cast<std::uint64_t>(::getpid()));
  IndexFile other;
  const ledger::Result refused = other.open(folder.path(), IndexFile::Mode::write, test_map_bytes);
  EXPECT_EQ(refused.status, Status::locked);
  EXPECT_THAT(refused.message, HasSubstr("process " + std::to_string(::getpid())));
  ASSERT_TRUE(file.close().ok());
  EXPECT_EQ(ledger::index_writer(folder.path()), 0U);
}

// Where nobody may write, there need not even be a lock of readers; then writers are kept out.
TEST(IndexFile, IsReadAloneWhereThereIsNoLockOfReaders) {
  const TempFolder folder;
  IndexFile file;
  ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
  ASSERT_TRUE(file.commit({}, {}, state_at(3)).ok());
  ASSERT_TRUE(file.close().ok());
  const auto readers = folder.path() / "index" / "lock.mdb";
  std::filesystem::remove(readers);
  IndexFile reader;
  ASSERT_TRUE(reader.open(folder.path(), IndexFile::Mode::read, test_map_bytes).ok());
  IndexState state;
  EXPECT_TRUE(reader.read_state(some_format, state).ok());
  EXPECT_EQ(state, state_at(3));
  EXPECT_FALSE(std::filesystem::exists(readers));
  EXPECT_EQ(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).status,
            Status::locked);
}

// What the machine may have lost is never looked at again.
TEST(IndexFile, IsBegunAnewWhereNobodyKnowsWhatIsOnTheDisk) {
  for (const std::string mark :
       {"open 6f1a8f2e-0000-4000-8000-000000000000 1\n", "", "closed", "\n"}) {
    SCOPED_TRACE(mark);
    const TempFolder folder;
    const IndexLink link{1, 2, 3};
    {
      IndexFile file;
      ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
      ASSERT_TRUE(file.commit(std::span{&link, 1}, {}, state_at(3)).ok());
      ASSERT_TRUE(file.close().ok());
    }
    std::ofstream{folder.path() / "index" / "mark"} << mark;
    IndexFile reader;
    const ledger::Result refused =
        reader.open(folder.path(), IndexFile::Mode::read, test_map_bytes);
    EXPECT_EQ(refused.status, Status::missing);
    EXPECT_THAT(refused.message, HasSubstr("before the machine went down"));
    IndexFile file;
    ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
    EXPECT_THAT(file.discarded(), HasSubstr("before the machine went down"));
    EXPECT_THAT(links_in(file, {1, 0, 0}, {255, 0, 0}), ::testing::IsEmpty());
    IndexState state;
    ASSERT_TRUE(file.read_state(some_format, state).ok());
    EXPECT_EQ(state.sequence, 0U);
  }
}

// kill -9 takes nothing that a commit has written; and a copy of an open one is another file.
TEST(IndexFile, GoesOnAfterItsWriterWasKilledButNotFromACopy) {
  const TempFolder folder;
  const TempFolder other;
  const IndexLink link{1, 2, 3};
  {
    IndexFile file;
    ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
    ASSERT_TRUE(file.commit(std::span{&link, 1}, {}, state_at(3)).ok());
    copy_files(folder.path(), other.path());
  }
  IndexFile file;
  ASSERT_TRUE(file.open(folder.path(), IndexFile::Mode::write, test_map_bytes).ok());
  EXPECT_EQ(file.discarded(), "");
  EXPECT_THAT(links_in(file, {1, 0, 0}, {255, 0, 0}), ::testing::ElementsAre(link));
  IndexFile reader;
  EXPECT_EQ(reader.open(other.path(), IndexFile::Mode::read, test_map_bytes).status,
            Status::missing);
}

}  // namespace
}  // namespace emx::index
