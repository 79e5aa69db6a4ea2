#include "tools/emxd/past.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "tests/audit/played.hpp"
#include "tools/admin/desk.hpp"
#include "tools/emxd/clock.hpp"
#include "tools/emxd/interruptions.hpp"
#include "tools/emxd/phase_plan.hpp"
#include "tools/emxd/rule_set_watch.hpp"
#include "tools/emxd/schedule.hpp"

// Who reads only the lasting entries of the past stands where one stands who has read all.

namespace emx::daemon {
namespace {

using audit::testing::Entry;

// Those who follow the entries, but for the gateway.
struct Followers {
  Schedule schedule{default_phase_plan()};
  Interruptions interruptions{60 * second_ns};
  RuleSetWatch rule_sets;
  admin::Desk desk{admin::Operators{{}},
                   {.submit = [](auto) { return std::string{"busy"}; },
                    .status = [] { return std::string{}; },
                    .now_ns = [] { return std::int64_t{0}; },
                    .inform = [](const std::string&) {},
                    .warn = [](const std::string&) {}}};

  void see(const EntryView& entry) {
    static_cast<void>(schedule.follow(entry, entry.stamp.at_ns));
    interruptions.follow(entry);
    static_cast<void>(rule_sets.follow(entry));
    desk.on_entry(entry);
  }

  // All that can be asked of them, at the time of the last entry and long after.
  [[nodiscard]] std::string answers(std::int64_t now_ns) const {
    std::string text;
    const auto say = [&](const auto& value) { text += std::to_string(value) + ' '; };
    say(schedule.day().date.value);
    say(static_cast<int>(schedule.day().phase));
    say(schedule.day().steps_done);
    for (const std::int64_t later :
         {std::int64_t{0}, std::int64_t{86'400}, std::int64_t{86'400 * 9}}) {
      const auto step = schedule.next(now_ns + later * second_ns);
      say(step ? static_cast<int>(step->step) : -1);
      say(step ? step->date.value : 0);
      const auto due = interruptions.due(now_ns + later * second_ns);
      text += due ? std::string{due->view()} + ' ' : "- ";
    }
    say(rule_sets.in_force());
    say(rule_sets.lapsed());
    say(rule_sets.waiting() ? rule_sets.waiting()->version : 0);
    const market::Names& names = desk.names();
    say(names.firms_count());
    say(names.facilities_count());
    say(names.zones_count());
    for (std::uint32_t i = 0; i < names.instruments_count(); ++i) {
      text += names.symbol(i) + ' ';
      say(names.instrument(i)->levels_max);
    }
    say(names.parameters().fee_rate_bp);
    for (std::uint8_t a = 0; a < authorities_count; ++a) {
      say(names.document(static_cast<Authority>(a)));
      say(desk.has_key(static_cast<Authority>(a)));
    }
    return text;
  }
};

class Pasts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const audit::testing::TempFolder folder;
    audit::testing::play_file("tests/exchange/golden.emx", folder.path());
    entries = new std::vector<Entry>{audit::testing::read_ledger(folder.path())};
  }
  static void TearDownTestSuite() { delete entries; }

  static inline std::vector<Entry>* entries = nullptr;
};

TEST_F(Pasts, LastingEntriesAreAllThatFollowersNeed) {
  Past past;
  Followers all;
  Followers lasting;
  std::string fewest_answers;
  std::size_t differing = 0;
  Followers fewest;  // control: that the answers tell whether an entry was seen
  for (const Entry& entry : *entries) {
    past.on_entry(entry.view());
    all.see(entry.view());
    if (is_lasting(entry.view())) lasting.see(entry.view());
    const auto kind = read_record<CommandHeader>(entry.command).kind;
    if (is_lasting(entry.view()) && kind % 7 != 5) fewest.see(entry.view());
    const std::string expected = all.answers(entry.stamp.at_ns);
    ASSERT_EQ(lasting.answers(entry.stamp.at_ns), expected) << entry.stamp.sequence.value;
    if (fewest.answers(entry.stamp.at_ns) != expected) ++differing;
  }
  EXPECT_GT(differing, entries->size() / 2);
  EXPECT_EQ(past.entry(), entries->size());
  EXPECT_LT(past.lasting().size(), entries->size() * 3 / 4);
}

// What a person sent must not be done twice.
TEST_F(Pasts, WhatHasAnIdIsLasting) {
  TickCommand tick{};
  tick.header.kind = static_cast<std::uint16_t>(CommandKind::tick);
  tick.header.size = sizeof tick;
  EntryView entry{};
  entry.command = std::as_bytes(std::span{&tick, 1});
  EXPECT_FALSE(is_lasting(entry));
  tick.header.command_id = 7;
  EXPECT_TRUE(is_lasting(entry));
}

// Read back anywhere and gone on with, it is the same; and so are the open blocks' times.
TEST_F(Pasts, MayBeKeptAnywhereInBetween) {
  auto kept = std::make_unique<Past>();
  Past whole;
  std::size_t blocks_open = 0;
  const auto bytes_of = [](const Past& past) {
    std::vector<std::byte> bytes;
    past.save(bytes);
    return bytes;
  };
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const EntryView entry = (*entries)[i].view();
    whole.on_entry(entry);
    kept->on_entry(entry);
    constexpr std::int64_t far = std::int64_t{1} << 62;
    ASSERT_EQ(kept->block_times().over(far), whole.block_times().over(far));
    if (whole.block_times().over(far)) ++blocks_open;
    if (i % 16 != 0) continue;
    const std::vector<std::byte> bytes = bytes_of(*kept);
    ASSERT_EQ(bytes, bytes_of(whole)) << entry.stamp.sequence.value;
    std::string fault;
    kept = Past::load(bytes, fault);
    ASSERT_NE(kept, nullptr) << fault;
  }
  EXPECT_EQ(bytes_of(*kept), bytes_of(whole));
  EXPECT_GT(blocks_open, 5U);
}

}  // namespace
}  // namespace emx::daemon
