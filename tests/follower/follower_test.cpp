#include "tools/follower/follower.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

namespace emx::follower {
namespace {

using ledger::testing::append_samples;
using ledger::testing::TempFolder;
using ledger::testing::to_write;

// Keeps what it was given.
class Listener final : public Sink {
 public:
  void take(const ledger::StoredEntry& entry, const ledger::Hash& leaf) override {
    in_order = in_order && entry.header.sequence == taken + 1;
    ++taken;
    head = leaf;
  }
  void settle(const Moment& moment) override {
    if (moment.up_to_date) up_to_date = taken.load();
    closed = closed || moment.closing;
  }

  std::atomic<std::uint64_t> taken = 0;
  std::atomic<std::uint64_t> up_to_date = 0;
  bool in_order = true;
  bool closed = false;
  ledger::Hash head{};
};

TEST(Follower, GivesEveryEntryToEverySinkWhileTheWriterGoesOn) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  ASSERT_TRUE(append_samples(store, 1, 100).ok());
  Listener one;
  Listener other;
  Follower follower{
      store, {&one, &other}, [](const ledger::Result& result) { ADD_FAILURE() << result.message; }};
  follower.start();
  ASSERT_TRUE(append_samples(store, 101, 3'000, 256).ok());
  EXPECT_TRUE(follower.stop(std::chrono::seconds{60}));
  for (const Listener* sink : {&one, &other}) {
    EXPECT_EQ(sink->taken, 3'000U);
    EXPECT_EQ(sink->up_to_date, 3'000U);
    EXPECT_TRUE(sink->in_order);
    EXPECT_TRUE(sink->closed);
    EXPECT_EQ(sink->head, store.head());
  }
  EXPECT_EQ(follower.followed(), SeqNo{3'000});
}

TEST(Follower, SeesWhatComesLater) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  Listener sink;
  Follower follower{store, {&sink}, [](const ledger::Result&) {}};
  follower.start();
  for (const std::uint64_t entry : {1U, 2U, 3U}) {
    ASSERT_TRUE(append_samples(store, entry, entry).ok());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (sink.up_to_date != entry && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    ASSERT_EQ(sink.up_to_date, entry);
  }
}

TEST(Follower, EndsAtOnceWhenItIsNotToWait) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  ASSERT_TRUE(append_samples(store, 1, 10).ok());
  Listener sink;
  Follower follower{store, {&sink}, [](const ledger::Result&) {}};
  EXPECT_FALSE(follower.stop({})) << "it was not started";
  follower.start();
  EXPECT_FALSE(follower.stop({}));
  EXPECT_FALSE(sink.closed);
}

TEST(Follower, TellsOnceThatTheLedgerCannotBeRead) {
  const TempFolder folder;
  ledger::testing::make_ledger(folder.path(), 5);
  {
    ledger::testing::RawLedger raw{folder.path()};
    raw.put(3, ledger::testing::Bytes(40));
  }
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), ledger::testing::to_read()).ok());
  Listener sink;
  std::atomic<int> failures = 0;
  Follower follower{store, {&sink}, [&](const ledger::Result& result) {
                      EXPECT_EQ(result.status, ledger::Status::corrupt);
                      ++failures;
                    }};
  follower.start();
  EXPECT_FALSE(follower.stop(std::chrono::seconds{30}));
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(sink.taken, 2U);
  EXPECT_FALSE(sink.closed);
}

}  // namespace
}  // namespace emx::follower
