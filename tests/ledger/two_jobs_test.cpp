#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "ledger/slice_queue.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

// The audit in two threads says what it says in one, however far one of them is ahead.

namespace emx::ledger {
namespace {

using testing::Bytes;
using testing::RawLedger;

constexpr std::uint64_t entries = 7'000;  // more slices than may be under way

class TwoJobs : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new testing::TempFolder{testing::memory_folder()};
    testing::make_ledger(folder->path(), entries);
    const Bytes meta = RawLedger{folder->path()}.meta();
    head = read_record<MetaRecord>(meta).head;
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }

  // What is inspected at the ledger's entries.
  struct Content {
    std::uint64_t bad = 0;   // 0: none
    std::uint64_t slow = 0;  // each so many waits, so that the chain is read ahead
  };
  struct Found {
    Verdict verdict;
    std::vector<std::uint64_t> inspected{};
    std::vector<std::uint64_t> hashed{};
    std::uint64_t progress = 0;
  };

  [[nodiscard]] static Found audit(unsigned jobs, const Content& content) {
    Found found;
    LedgerStore store;
    found.verdict.result = store.open(folder->path(), testing::to_read());
    if (!found.verdict.result.ok()) return found;
    VerifyOptions options;
    options.jobs = jobs;
    options.inspect = [&](const EntryView& entry) -> std::string {
      const std::uint64_t sequence = entry.stamp.sequence.value;
      found.inspected.push_back(sequence);
      if (content.slow != 0 && sequence % content.slow == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
      }
      return sequence == content.bad ? "not what was expected" : "";
    };
    options.hashed = [&](const StoredEntry& entry, const Hash&) {
      found.hashed.push_back(entry.header.sequence);
    };
    options.progress = [&](std::uint64_t done, std::uint64_t) { found.progress = done; };
    found.verdict = verify(store, options);
    return found;
  }

  // One and two jobs find this, and see and tell the same.
  static void expect_found(const Content& content, std::uint64_t first_bad,
                           const std::string& words) {
    const Found one = audit(1, content);
    EXPECT_EQ(one.verdict.first_bad, first_bad);
    EXPECT_THAT(one.verdict.result.message, ::testing::HasSubstr(words));
    for (const std::uint64_t slow : {content.slow, content.slow + 500}) {
      const Found two = audit(2, {content.bad, slow});
      EXPECT_EQ(two.verdict.result.message, one.verdict.result.message);
      EXPECT_EQ(two.verdict.first_bad, one.verdict.first_bad);
      EXPECT_EQ(two.verdict.entries, one.verdict.entries);
      EXPECT_EQ(two.verdict.head, one.verdict.head);
      EXPECT_EQ(two.inspected, one.inspected);
      EXPECT_EQ(two.hashed, one.hashed);
      EXPECT_EQ(two.progress, one.progress);
      EXPECT_EQ(two.verdict.balances.of(account_env_retired, 1),
                one.verdict.balances.of(account_env_retired, 1));
    }
  }

  // Changes a byte of the entry for as long as the object is there.
  class Changed {
   public:
    explicit Changed(std::uint64_t sequence) : sequence_{sequence} {
      original_ = RawLedger{folder->path()}.entries().at(sequence);
      Bytes changed = original_;
      changed[32] ^= std::byte{1};  // of the digest, which is no more than a number here
      RawLedger{folder->path()}.put(sequence, changed);
    }
    ~Changed() { RawLedger{folder->path()}.put(sequence_, original_); }
    Changed(const Changed&) = delete;
    Changed& operator=(const Changed&) = delete;

   private:
    std::uint64_t sequence_;
    Bytes original_;
  };

  static inline testing::TempFolder* folder = nullptr;
  static inline Hash head{};
};

TEST_F(TwoJobs, AcceptWhatOneAccepts) {
  expect_found({}, 0, "");
  const Found found = audit(2, {});
  EXPECT_EQ(found.verdict.entries, entries);
  EXPECT_EQ(found.verdict.head, head);
  EXPECT_EQ(found.progress, entries);
  EXPECT_EQ(found.verdict.jobs, 2U);
  EXPECT_EQ(audit(1, {}).verdict.jobs, 1U);
}

TEST_F(TwoJobs, FindTheContentThatIsBad) {
  for (const std::uint64_t bad :
       {std::uint64_t{1}, std::uint64_t{1'024}, std::uint64_t{1'025}, entries}) {
    expect_found({bad}, bad, "not what was expected");
  }
}

// Each half finds another entry: the first of them is the verdict, whoever was there first.
TEST_F(TwoJobs, NameTheFirstOfWhatBothFind) {
  for (const std::uint64_t changed : {std::uint64_t{2'048}, std::uint64_t{5'000}}) {
    const Changed entry{changed};
    expect_found({}, changed, "the chain of hashes is broken");
    expect_found({changed + 1}, changed, "the chain of hashes is broken");
    expect_found({changed + 1'900}, changed, "the chain of hashes is broken");
    expect_found({changed - 1'900}, changed - 1'900, "not what was expected");
    expect_found({changed}, changed, "not what was expected");
    expect_found({changed - 1, 1'000}, changed - 1, "not what was expected");
  }
}

TEST_F(TwoJobs, EndWhenOneThrows) {
  LedgerStore store;
  ASSERT_EQ(store.open(folder->path(), testing::to_read()).message, "");
  VerifyOptions options;
  options.jobs = 2;
  options.inspect = [](const EntryView& entry) -> std::string {
    if (entry.stamp.sequence.value == 10) throw std::runtime_error{"of the inspection"};
    return {};
  };
  EXPECT_THROW(static_cast<void>(verify(store, options)), std::runtime_error);
  options.inspect = nullptr;
  EXPECT_EQ(verify(store, options).result.message, "");
}

// An anchor that is not met is said at the end; until then it can be told to stop.
TEST_F(TwoJobs, EndWhenTheyAreToldToBehindAnAnchorThatIsNotMet) {
  LedgerStore store;
  ASSERT_EQ(store.open(folder->path(), testing::to_read()).message, "");
  for (const unsigned jobs : {1U, 2U}) {
    std::vector<bool> told;
    VerifyOptions options;
    options.jobs = jobs;
    options.anchors = {Anchor{1'500, {}}};
    options.go_on = [&](const VerifyPoint&, bool is_good) {
      told.push_back(is_good);
      return told.size() < 3;
    };
    const Verdict verdict = verify(store, options);
    EXPECT_EQ(verdict.result.status, Status::interrupted) << verdict.result.message;
    EXPECT_EQ(verdict.entries, 3'072U);
    EXPECT_THAT(told, ::testing::ElementsAre(true, false, false));
    options.go_on = [](const VerifyPoint&, bool) { return true; };
    EXPECT_EQ(verify(store, options).first_bad, 1'500U);
  }
}

// As long as it lives, no thread can be made: there is no room for the stack of one.
class NoThreads {
 public:
  NoThreads() {
    ::pthread_getattr_default_np(&usual_);
    pthread_attr_t too_large;
    ::pthread_attr_init(&too_large);
    ::pthread_attr_setstacksize(&too_large, std::size_t{1} << 50);
    ::pthread_setattr_default_np(&too_large);
    ::pthread_attr_destroy(&too_large);
  }
  ~NoThreads() {
    ::pthread_setattr_default_np(&usual_);
    ::pthread_attr_destroy(&usual_);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;

 private:
  pthread_attr_t usual_{};
};

// The verdict is the same where there is no second thread to be had.
TEST_F(TwoJobs, AreOneWhereNoThreadCanBeMade) {
  const NoThreads none;
  EXPECT_THROW(std::thread{[] {}}.join(), std::system_error);
  const Found found = audit(2, {});
  EXPECT_EQ(found.verdict.result.message, "");
  EXPECT_EQ(found.verdict.entries, entries);
  EXPECT_EQ(found.verdict.jobs, 1U);
}

EntrySlice slice_of(std::uint64_t sequence) {
  const testing::Sample sample{sequence};
  Bytes bytes(encoded_bytes(sample.view()));
  encode(sample.view(), {}, bytes);
  EntrySlice slice;
  slice.add(bytes, {}, true);
  return slice;
}

TEST(SliceQueueThreads, HoldSoManyInOrderAndNoMore) {
  SliceQueue queue{3};
  std::atomic<std::uint64_t> put = 0;
  std::thread filler{[&] {
    for (std::uint64_t n = 1; n <= 20; ++n) {
      EXPECT_TRUE(queue.put(slice_of(n)));
      ++put;
    }
    queue.end();
  }};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (put < 3 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{20});  // which one more would need
  EXPECT_EQ(put, 3U);
  EntrySlice slice;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    ASSERT_TRUE(queue.exchange_for_next(slice));
    ASSERT_EQ(slice.places().size(), 1U);
    EXPECT_EQ(slice.entry(slice.places()[0]).header.sequence, n);
  }
  EXPECT_FALSE(queue.exchange_for_next(slice));
  filler.join();
}

// Who waits for room is not left waiting.
TEST(SliceQueueThreads, LetGoOfWhoFillsWhenNobodyTakes) {
  SliceQueue queue{1};
  EXPECT_TRUE(queue.put(slice_of(1)));
  std::thread filler{[&] { EXPECT_FALSE(queue.put(slice_of(2))); }};
  std::this_thread::sleep_for(std::chrono::milliseconds{5});
  queue.stop();
  filler.join();
}

}  // namespace
}  // namespace emx::ledger
