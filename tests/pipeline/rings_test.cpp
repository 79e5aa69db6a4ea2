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

// An entry whose bytes tell its number.
struct Made {
  explicit Made(std::uint64_t number) : command(40), events(number * 37 % 5'000 / 8 * 8) {
    std::memcpy(command.data(), &number, sizeof number);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i] = static_cast<std::byte>((number + i) & 0xff);
    }
    view.stamp = {SeqNo{number}, static_cast<std::int64_t>(number) * 10};
    view.command = command;
    view.events = events;
    view.events_count = static_cast<std::uint32_t>(number % 7);
    view.digest = number * 3;
    view.rule_set = number / 2;
  }
  std::vector<std::byte> command;
  std::vector<std::byte> events;
  EntryView view{};
};

bool same(const EntryView& a, const EntryView& b) {
  return a.stamp.sequence == b.stamp.sequence && a.stamp.at_ns == b.stamp.at_ns &&
         std::ranges::equal(a.command, b.command) && std::ranges::equal(a.events, b.events) &&
         a.events_count == b.events_count && a.digest == b.digest && a.rule_set == b.rule_set;
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
      EntryView entry{};
      std::uint64_t next = 0;
      const std::uint64_t at = ring.cursor(consumer);
      if (!ring.read(at, entry, next)) {
        std::this_thread::yield();
        continue;
      }
      if (!same(entry, Made{expected++}.view)) ++wrong;
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
    while (!ring.push(made.view)) std::this_thread::yield();
  }
  ledger.join();
  reports.join();
  EXPECT_EQ(wrong_ledger, 0U);
  EXPECT_EQ(wrong_reports, 0U);
}

TEST(EntryRing, TakesNothingWhileTheSlowerConsumerIsBehind) {
  EntryRing ring{1U << 22};
  std::uint64_t pushed = 0;
  while (ring.push(Made{pushed + 1}.view)) ++pushed;
  ASSERT_GT(pushed, 100U);
  EntryView entry{};
  std::uint64_t next = 0;
  ASSERT_TRUE(ring.read(0, entry, next));
  ring.release(EntryRing::Consumer::ledger, ring.bytes_waiting(EntryRing::Consumer::ledger));
  EXPECT_FALSE(ring.push(Made{pushed + 1}.view));  // the reports have read nothing
  ring.release(EntryRing::Consumer::reports, ring.bytes_waiting(EntryRing::Consumer::reports));
  EXPECT_TRUE(ring.push(Made{pushed + 1}.view));
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
