#include "tests/why/every_reason.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/why/scan.hpp"
#include "tools/why/explainer.hpp"
#include "tools/why/rule_words.hpp"

namespace emx::why::testing {

namespace {

void expect_explained(const audit::testing::Entry& entry, const Expected& expected,
                      const Finding& found) {
  SCOPED_TRACE("entry " + std::to_string(entry.stamp.sequence.value) + ": " + found.event + ": " +
               found.because);
  EXPECT_EQ(found.kind, expected.kind);
  EXPECT_EQ(found.code, expected.code);
  EXPECT_EQ(found.order_id, expected.order_id);
  EXPECT_EQ(found.rule_set, expected.rule_set);
  EXPECT_TRUE(found.agrees);
  EXPECT_FALSE(found.because.empty());
  EXPECT_FALSE(rule_of(found.code).rule.empty());
  EXPECT_TRUE(expected.set_by.empty() || std::ranges::any_of(found.set_by, [&](const SetBy& by) {
                return expected.set_by.contains(
                    {by.sequence, by.rule ? by.rule->recorded : std::uint64_t{0}});
              }));
  for (const SetBy& by : found.set_by) EXPECT_FALSE(by.command.empty());
}

}  // namespace

std::map<Finding::Kind, int> expect_every_reason(const std::filesystem::path& data_dir) {
  std::map<Finding::Kind, int> kinds;
  Scan scan;
  Explainer explainer;
  for (const audit::testing::Entry& entry : audit::testing::read_ledger(data_dir)) {
    const std::vector<Expected> expected = scan.take(entry);
    const std::vector<Finding> found = explainer.take(entry.view(), true);
    EXPECT_EQ(explainer.fault(), "");
    EXPECT_EQ(found.size(), expected.size()) << "entry " << entry.stamp.sequence.value;
    if (found.size() != expected.size()) return kinds;
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_explained(entry, expected[i], found[i]);
      ++kinds[found[i].kind];
    }
  }
  return kinds;
}

}  // namespace emx::why::testing
