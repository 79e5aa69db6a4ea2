#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "tools/pipeline/command_ring.hpp"
#include "tools/pipeline/doorbell.hpp"
#include "tools/pipeline/entry_ring.hpp"

namespace emx::pipeline {
namespace {

std::span<const std::byte> bytes_of(const std::uint64_t& word) {
  return std::as_bytes(std::span{&word, 1});
}

TEST(CommandRing, KeepsAnEighthForUrgentCommands) {
  CommandRing ring{16};
  const std::uint64_t word = 1;
  for (int i = 0; i < 14; ++i) EXPECT_TRUE(ring.push(bytes_of(word), false, 0)) << i;
  EXPECT_FALSE(ring.push(bytes_of(word), false, 0));
  EXPECT_TRUE(ring.push(bytes_of(word), true, 0));
  EXPECT_TRUE(ring.push(bytes_of(word), true, 0));
  EXPECT_FALSE(ring.push(bytes_of(word), true, 0));
  EXPECT_EQ(ring.used(), 16U);
  ring.pop();
  EXPECT_FALSE(ring.push(bytes_of(word), false, 0));
  EXPECT_TRUE(ring.push(bytes_of(word), true, 0));
}

TEST(CommandRing, HandsOverEverythingInOrderAcrossThreads) {
  constexpr std::uint64_t count = 200'000;
  CommandRing ring{64};
  std::thread producer{[&] {
    for (std::uint64_t i = 0; i < count;) {
      if (ring.push(bytes_of(i), false, 0)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  }};
  for (std::uint64_t expected = 0; expected < count;) {
    const CommandRing::Slot* slot = ring.front();
    if (slot == nullptr) {
      std::this_thread::yield();
      continue;
    }
    std::uint64_t word = 0;
    std::memcpy(&word, slot->bytes.data(), sizeof word);
    ASSERT_EQ(word, expected++);
    ring.pop();
  }
  producer.join();
  EXPECT_EQ(ring.front(), nullptr);
}

// Bytes that tell their number.
struct Made {
  explicit Made(std::uint64_t number) : bytes(8 + number * 37 % 5'000) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::byte>((number + i) & 0xff);
    }
    std::memcpy(bytes.data(), &number, sizeof number);
    std::memcpy(hash.data() + 8, &number, sizeof number);
  }
  std::vector<std::byte> bytes;
  ledger::Hash hash{};
};

bool push(EntryRing& ring, const Made& made) {
  const std::span<std::byte> room = ring.room(made.bytes.size());
  if (room.empty()) return false;
  EXPECT_EQ(room.size(), made.bytes.size());
  std::ranges::copy(made.bytes, room.begin());
  ring.publish(made.hash);
  return true;
}

bool same(const ledger::ChainedEntry& entry, const Made& made) {
  return std::ranges::equal(entry.bytes, made.bytes) && entry.hash == made.hash;
}

TEST(EntryRing, GivesEveryEntryToBothConsumersAcrossThreads) {
#ifdef NDEBUG
  constexpr std::uint64_t count = 50'000;
#else
  constexpr std::uint64_t count = 20'000;
#endif
  EntryRing ring{1U << 22};
  const auto consume = [&](EntryRing::Consumer consumer) {
    std::uint64_t wrong = 0;
    for (std::uint64_t expected = 1; expected <= count;) {
      ledger::ChainedEntry entry;
      std::uint64_t next = 0;
      const std::uint64_t at = ring.cursor(consumer);
      if (!ring.read(at, entry, next)) {
        std::this_thread::yield();
        continue;
      }
      if (!same(entry, Made{expected++})) ++wrong;
      ring.release(consumer, next);
    }
    return wrong;
  };
  std::uint64_t wrong_ledger = 1;
  std::uint64_t wrong_reports = 1;
  std::thread ledger{[&] { wrong_ledger = consume(EntryRing::Consumer::ledger); }};
  std::thread reports{[&] { wrong_reports = consume(EntryRing::Consumer::reports); }};
  for (std::uint64_t number = 1; number <= count; ++number) {
    const Made made{number};
    while (!push(ring, made)) std::this_thread::yield();
  }
  ledger.join();
  reports.join();
  EXPECT_EQ(wrong_ledger, 0U);
  EXPECT_EQ(wrong_reports, 0U);
}

TEST(EntryRing, ShowsNothingBeforeItIsPublished) {
  EntryRing ring{1U << 22};
  ledger::ChainedEntry entry;
  std::uint64_t next = 0;
  const std::span<std::byte> room = ring.room(100);
  ASSERT_EQ(room.size(), 100U);
  EXPECT_FALSE(ring.read(0, entry, next));
  EXPECT_EQ(ring.bytes_waiting(EntryRing::Consumer::ledger), 0U);
  ring.publish(ledger::Hash{});
  ASSERT_TRUE(ring.read(0, entry, next));
  EXPECT_EQ(entry.bytes.data(), room.data());
}

TEST(EntryRing, TakesNothingWhileTheSlowerConsumerIsBehind) {
  EntryRing ring{1U << 22};
  std::uint64_t pushed = 0;
  while (push(ring, Made{pushed + 1})) ++pushed;
  ASSERT_GT(pushed, 100U);
  ledger::ChainedEntry entry;
  std::uint64_t next = 0;
  ASSERT_TRUE(ring.read(0, entry, next));
  ring.release(EntryRing::Consumer::ledger, ring.bytes_waiting(EntryRing::Consumer::ledger));
  EXPECT_FALSE(push(ring, Made{pushed + 1}));  // the reports have read nothing
  ring.release(EntryRing::Consumer::reports, ring.bytes_waiting(EntryRing::Consumer::reports));
  EXPECT_TRUE(push(ring, Made{pushed + 1}));
}

// A ring between ticket and wait must not be missed, or this would hang.
TEST(Doorbell, WakesTheWaiterEachTime) {
  constexpr std::uint32_t count = 20'000;
  Doorbell to;
  Doorbell back;
  std::atomic<std::uint32_t> sent = 0;
  std::atomic<std::uint32_t> seen = 0;
  std::thread waiter{[&] {
    while (seen.load() < count) {
      const Doorbell::Ticket ticket = to.ticket();
      if (sent.load() == seen.load()) {
        to.wait(ticket, 0);
        continue;
      }
      ++seen;
      back.ring();
    }
  }};
  for (std::uint32_t i = 1; i <= count; ++i) {
    sent.store(i);
    to.ring();
    for (;;) {
      const Doorbell::Ticket ticket = back.ticket();
      if (seen.load() == i) break;
      back.wait(ticket, 0);
    }
  }
  waiter.join();
  EXPECT_EQ(seen.load(), count);
}

}  // namespace
}  // namespace emx::pipeline
