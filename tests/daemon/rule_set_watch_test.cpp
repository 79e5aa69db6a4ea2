#include "tools/emxd/rule_set_watch.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::daemon {
namespace {

class RuleSetWatchTest : public ::testing::Test {
 protected:
  // What is told of an entry: a line each, "! " before a warning.
  std::string entry(const std::vector<RuleSetEvent>& events) {
    EntryView view{};
    view.stamp.sequence = SeqNo{7};
    view.events = std::as_bytes(std::span{events});
    view.events_count = static_cast<std::uint32_t>(events.size());
    std::string told;
    for (const RuleSetWatch::News& news : watch.follow(view)) {
      told += (news.warns ? "! " : "") + news.words + '\n';
    }
    return told;
  }
  static RuleSetEvent set(std::uint32_t version, RuleSetStage stage) {
    RuleSetEvent event{};
    event.header.kind = static_cast<std::uint16_t>(EventKind::rule_set);
    event.header.size = sizeof event;
    event.version = version;
    event.effective_date = date_of(2026, 7, 1).value;
    event.stage = static_cast<std::uint8_t>(stage);
    event.authority = static_cast<std::uint8_t>(Authority::zj);
    return event;
  }

  RuleSetWatch watch;
};

TEST_F(RuleSetWatchTest, KnowsWhatIsInForceAndWhatWaits) {
  EXPECT_EQ(watch.in_force(), 0U);
  EXPECT_EQ(entry({set(1, RuleSetStage::left_out), set(1, RuleSetStage::in_force)}),
            "entry 7: rule set 1 leaves out the document of ZJ, which is over\n"
            "entry 7: rule set 1 is in force\n");
  EXPECT_EQ(watch.in_force(), 1U);
  EXPECT_EQ(entry({set(2, RuleSetStage::left_out), set(2, RuleSetStage::waits)}),
            "entry 7: rule set 2 leaves out the document of ZJ, which is over\n");
  ASSERT_TRUE(watch.waiting().has_value());
  EXPECT_EQ(watch.waiting()->version, 2U);
  EXPECT_EQ(text_of(watch.waiting()->effective), "2026-07-01");
  EXPECT_EQ(watch.in_force(), 1U);
  entry({});
  EXPECT_TRUE(watch.waiting().has_value());
  EXPECT_EQ(entry({set(2, RuleSetStage::withdrawn)}), "");
  EXPECT_FALSE(watch.waiting().has_value());
  entry({set(3, RuleSetStage::waits)});
  entry({set(3, RuleSetStage::in_force)});
  EXPECT_EQ(watch.in_force(), 3U);
  EXPECT_FALSE(watch.waiting().has_value());
  EXPECT_EQ(watch.lapsed(), 0U);
}

TEST_F(RuleSetWatchTest, WarnsOfASetThatLapses) {
  entry({set(1, RuleSetStage::in_force)});
  entry({set(2, RuleSetStage::waits)});
  RuleSetEvent lapsed = set(2, RuleSetStage::lapsed);
  lapsed.code = static_cast<std::uint16_t>(Code::o11_capacity);
  lapsed.record = 4;
  EXPECT_EQ(entry({lapsed}),
            "! entry 7: rule set 2 lapses, nothing of it applies: O11_CAPACITY at record 4 of "
            "ZJ\n");
  EXPECT_EQ(watch.in_force(), 1U);
  EXPECT_EQ(watch.lapsed(), 1U);
  EXPECT_FALSE(watch.waiting().has_value());
}

}  // namespace
}  // namespace emx::daemon
