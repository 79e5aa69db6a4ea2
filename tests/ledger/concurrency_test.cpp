#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

// One thread appends, others read: under the thread sanitizer, too.

namespace emx::ledger {
namespace {

TEST(LedgerStoreThreads, ReadWhileOneAppends) {
  const testing::TempFolder folder;
  LedgerStore store;
  ASSERT_EQ(store.open(folder.path(), testing::to_write()).message, "");
  ASSERT_EQ(testing::append_samples(store, 1, 10).message, "");
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> visits = 0;

  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      while (!done) {
        // What size() says is durable is there to be read.
        const SeqNo size = store.size();
        EXPECT_TRUE(store.get(size, [](const StoredEntry&) {}).ok());
        std::uint64_t last = 0;
        EXPECT_TRUE(store
                        .visit(SeqNo{1},
                               [&](const StoredEntry& entry) {
                                 last = entry.header.sequence;
                                 return true;
                               })
                        .ok());
        EXPECT_GE(last, size.value);
        ++visits;
      }
    });
  }
  std::thread auditor{[&] {
    for (unsigned jobs = 1; !done; jobs = 3 - jobs) {
      EXPECT_EQ(verify(store, {.jobs = jobs}).result.message, "");
      EXPECT_EQ(store.check_structure().message, "");
    }
  }};
  for (std::uint64_t next = 11; next < 1'200 || visits < 4; next += 20) {
    EXPECT_EQ(testing::append_samples(store, next, next + 19, 20).message, "");
  }
  done = true;
  for (auto& reader : readers) reader.join();
  auditor.join();
  EXPECT_EQ(store.close().message, "");
}

// The failure of the writer reaches the readers as a whole message.
TEST(LedgerStoreThreads, LearnOfTheDeathOfTheStore) {
  const testing::TempFolder folder;
  LedgerStore store;
  auto options = testing::to_write();
  options.map_bytes = 1 << 20;
  ASSERT_EQ(store.open(folder.path(), options).message, "");
  ASSERT_EQ(testing::append_samples(store, 1, 10).message, "");
  Result seen;
  std::thread reader{[&] {
    while (seen.ok()) seen = store.get(SeqNo{1}, [](const StoredEntry&) {});
  }};
  Result failure;
  for (std::uint64_t next = 11; failure.ok(); next += 40) {
    failure = testing::append_samples(store, next, next + 39, 40);
  }
  reader.join();
  EXPECT_EQ(failure.status, Status::map_full);
  EXPECT_EQ(seen.message, failure.message);
}

}  // namespace
}  // namespace emx::ledger
