#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/why/scan.hpp"
#include "tools/why/explainer.hpp"
#include "tools/why/rule_words.hpp"

// Whatever an exchange refused, passed over, cut or cancelled has a reason that its values give,
// and the entry that set the rule's value is named.

namespace emx::why {
namespace {

using audit::testing::Entry;
using testing::Expected;

void expect_explained(const Entry& entry, const Expected& expected, const Finding& found) {
  SCOPED_TRACE("entry " + std::to_string(entry.stamp.sequence.value) + ": " + found.event + ": " +
               found.because);
  EXPECT_EQ(found.kind, expected.kind);
  EXPECT_EQ(found.code, expected.code);
  EXPECT_EQ(found.order_id, expected.order_id);
  EXPECT_EQ(found.rule_set, entry.rule_set);
  EXPECT_TRUE(found.agrees);
  EXPECT_FALSE(found.because.empty());
  EXPECT_FALSE(rule_of(found.code).rule.empty());
  EXPECT_TRUE(expected.set_by.empty() || std::ranges::any_of(found.set_by, [&](const SetBy& by) {
                return expected.set_by.contains(by.sequence);
              }));
  for (const SetBy& by : found.set_by) EXPECT_FALSE(by.command.empty());
}

TEST(EveryReason, OfTheGoldenStreamIsFound) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/exchange/golden.emx", folder.path() / "played");
  testing::Scan scan;
  Explainer explainer;
  std::map<Finding::Kind, int> kinds;
  for (const Entry& entry : audit::testing::read_ledger(folder.path() / "played")) {
    const std::vector<Expected> expected = scan.take(entry);
    const std::vector<Finding> found = explainer.take(entry.view(), true);
    ASSERT_EQ(explainer.fault(), "");
    ASSERT_EQ(found.size(), expected.size()) << "entry " << entry.stamp.sequence.value;
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_explained(entry, expected[i], found[i]);
      ++kinds[found[i].kind];
    }
  }
  EXPECT_GE(kinds[Finding::Kind::refusal], 50);
  EXPECT_GE(kinds[Finding::Kind::skip], 50);
  EXPECT_GE(kinds[Finding::Kind::cut_fill], 5);
  EXPECT_GE(kinds[Finding::Kind::cancel], 50);
}

// What was not asked for leaves the same state behind.
TEST(EveryReason, IsTheSameWhenOnlyOneEntryIsAskedFor) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/exchange/golden.emx", folder.path() / "played");
  Explainer all;
  Explainer some;
  std::uint64_t compared = 0;
  for (const Entry& entry : audit::testing::read_ledger(folder.path() / "played")) {
    const bool wanted = entry.stamp.sequence.value % 7 == 0;
    const std::vector<Finding> one = all.take(entry.view(), true);
    const std::vector<Finding> other = some.take(entry.view(), wanted);
    if (!wanted) {
      EXPECT_TRUE(other.empty());
      continue;
    }
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].because, other[i].because);
      EXPECT_EQ(one[i].set_by.size(), other[i].set_by.size());
      ++compared;
    }
  }
  EXPECT_GE(compared, 20U);
}

// A ledger whose events are not what its commands give has no reasons.
TEST(EveryReason, IsNotGivenForAnAlteredLedger) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/audit/day.emx", folder.path() / "played");
  std::vector<Entry> entries = audit::testing::read_ledger(folder.path() / "played");
  Entry& entry = audit::testing::first_with(entries, EventKind::trade);
  auto trade = entry.event<TradeEvent>(EventKind::trade);
  ++trade.price_ticks;
  entry.set_event(EventKind::trade, trade);
  Explainer explainer;
  for (const Entry& e : entries) {
    static_cast<void>(explainer.take(e.view(), true));
    if (!explainer.fault().empty()) break;
  }
  EXPECT_EQ(explainer.fault(), "its events are not what its commands give");
}

}  // namespace
}  // namespace emx::why
