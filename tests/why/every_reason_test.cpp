#include "tests/why/every_reason.hpp"

#include <gtest/gtest.h>

#include "tests/audit/played.hpp"
#include "tools/why/explainer.hpp"

// Whatever an exchange refused, passed over, cut or cancelled has a reason that its values give,
// and the entry that set the rule's value is named.

namespace emx::why {
namespace {

using audit::testing::Entry;

TEST(EveryReason, OfTheGoldenStreamIsFound) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/exchange/golden.emx", folder.path() / "played");
  auto kinds = testing::expect_every_reason(folder.path() / "played");
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
