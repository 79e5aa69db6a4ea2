#include "tools/publisher/day_start.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tests/ledger/support.hpp"

namespace emx::publisher::test {

namespace {

using ledger::testing::Sample;
using ledger::testing::TempFolder;

class DayStart : public ::testing::Test {
 protected:
  DayStart() { EXPECT_TRUE(store.open(folder.path(), ledger::testing::to_write()).ok()); }

  // Sample entries up to `last`, but for those of `days`, which open a day, or are refused.
  void write(std::uint64_t last, const std::vector<std::uint64_t>& days, std::uint64_t refused) {
    std::vector<Sample> samples;
    std::vector<EntryView> entries;
    samples.reserve(last);
    for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
      Sample& sample = samples.emplace_back(sequence);
      const bool opens = std::find(days.begin(), days.end(), sequence) != days.end();
      if (!opens && sequence != refused) continue;
      sample.set_command(CommandKind::day_open, DayOpenCommand{});
      sample.clear_events();
      if (!opens) sample.add_event(EventKind::refused, RefusedEvent{});
    }
    for (const Sample& sample : samples) entries.push_back(sample.view());
    ASSERT_TRUE(ledger::testing::append(store, entries).ok());
  }
  std::uint64_t start_of(std::uint64_t last) {
    SeqNo start{};
    EXPECT_TRUE(find_day_start(
                    store, SeqNo{last}, [] { return false; }, start)
                    .ok());
    return start.value;
  }

  TempFolder folder;
  ledger::LedgerStore store;
};

TEST_F(DayStart, IsTheLastDayThatWasOpened) {
  write(100, {10, 50}, 90);
  EXPECT_EQ(start_of(100), 50U);
  EXPECT_EQ(start_of(50), 50U);
  EXPECT_EQ(start_of(49), 10U);
  EXPECT_EQ(start_of(9), 1U);
}

TEST_F(DayStart, IsFoundBehindManyEntries) {
  write(40'000, {20}, 39'000);
  EXPECT_EQ(start_of(40'000), 20U);
}

}  // namespace

}  // namespace emx::publisher::test
