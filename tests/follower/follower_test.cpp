#include "tools/follower/follower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

namespace emx::follower {
namespace {

using ledger::testing::append_samples;
using ledger::testing::TempFolder;
using ledger::testing::to_write;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
  void cut_off(const std::string& words) override { cut_offs.push_back(words); }

  std::atomic<std::uint64_t> taken = 0;
  std::atomic<std::uint64_t> up_to_date = 0;
  bool in_order = true;
  bool closed = false;
  ledger::Hash head{};
  std::vector<std::string> cut_offs;
};

void fail_test(const std::string& words) { ADD_FAILURE() << words; }

TEST(Follower, GivesEveryEntryToEverySinkWhileTheWriterGoesOn) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  ASSERT_TRUE(append_samples(store, 1, 100).ok());
  Listener one;
  Listener other;
  Follower follower{store, {&one, &other}, fail_test};
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
  Follower follower{store, {&sink}, fail_test};
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
  Follower follower{store, {&sink}, fail_test};
  EXPECT_FALSE(follower.stop({})) << "it was not started";
  follower.start();
  EXPECT_FALSE(follower.stop({}));
  EXPECT_FALSE(sink.closed);
}

TEST(Follower, TellsItsSinksThatTheLedgerIsCorrupt) {
  const TempFolder folder;
  ledger::testing::make_ledger(folder.path(), 5);
  {
    ledger::testing::RawLedger raw{folder.path()};
    raw.put(3, ledger::testing::Bytes(40));
  }
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), ledger::testing::to_read()).ok());
  Listener one;
  Listener other;
  Follower follower{store, {&one, &other}, fail_test};
  follower.start();
  EXPECT_FALSE(follower.stop(std::chrono::seconds{30}));
  for (const Listener* sink : {&one, &other}) {
    EXPECT_THAT(sink->cut_offs, ElementsAre(HasSubstr("cannot read entry 3")));
    EXPECT_EQ(sink->taken, 2U);
    EXPECT_FALSE(sink->closed);
  }
}

class Thrower final : public Sink {
 public:
  void take(const ledger::StoredEntry&, const ledger::Hash&) override {}
  void settle(const Moment&) override { throw std::runtime_error{"no more memory"}; }
  void cut_off(const std::string&) override {}
};

TEST(Follower, TellsItsSinksThatOneHasThrown) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  Thrower thrower;
  Listener sink;
  Follower follower{store, {&thrower, &sink}, fail_test};
  follower.start();
  EXPECT_FALSE(follower.stop(std::chrono::seconds{30}));
  EXPECT_THAT(sink.cut_offs, ElementsAre(HasSubstr("no more memory")));
}

// LMDB has room for so many readers; when they are all there, it refuses the next.
class AllReaders {
 public:
  explicit AllReaders(const ledger::LedgerStore& store) {
    for (int i = 0; i < 200; ++i) {
      threads_.emplace_back([this, &store] {
        // Those beyond the room are refused, and that is enough.
        static_cast<void>(store.get(SeqNo{1}, [&](const ledger::StoredEntry&) {
          ++inside_;
          released_.wait();
        }));
        ++ended_;
      });
    }
    while (inside_ + ended_ < 200) std::this_thread::yield();
  }
  ~AllReaders() {
    released_.count_down();
    for (std::thread& thread : threads_) thread.join();
  }
  [[nodiscard]] bool left_some_out() const { return ended_ > 0; }

 private:
  std::latch released_{1};
  std::atomic<int> inside_ = 0;
  std::atomic<int> ended_ = 0;
  std::vector<std::thread> threads_;
};

TEST(Follower, TriesAgainWhatMayPass) {
  const TempFolder folder;
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(folder.path(), to_write()).ok());
  ASSERT_TRUE(append_samples(store, 1, 10).ok());
  Listener sink;
  std::atomic<int> warnings = 0;
  Follower follower{store, {&sink}, [&](const std::string& words) {
                      EXPECT_THAT(words, HasSubstr("it is tried again"));
                      ++warnings;
                    }};
  {
    const AllReaders readers{store};
    ASSERT_TRUE(readers.left_some_out());
    follower.start();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (warnings == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_EQ(warnings, 1);
    EXPECT_EQ(sink.taken, 0U);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (sink.up_to_date != 10 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(follower.stop(std::chrono::seconds{30}));
  EXPECT_EQ(sink.taken, 10U);
  EXPECT_TRUE(sink.in_order);
  EXPECT_THAT(sink.cut_offs, IsEmpty());
  EXPECT_EQ(warnings, 1);
}

}  // namespace
}  // namespace emx::follower
