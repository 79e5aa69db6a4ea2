#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/rights_lots.hpp"
#include "tools/audit/rights_trail.hpp"

// Where rights come from and where they went, by hand on tests/audit/day.emx; and over the golden
// stream held against RightsLots, which knows no ways.

namespace emx::audit {
namespace {

using nlohmann::json;
using namespace testing;

class Provenance : public PlayedDay {
 protected:
  static json answer(const ProvenanceQuestion& question, const TempFolder& of = *folder,
                     const std::string& at = "") {
    const Answer given =
        ask([&](const std::filesystem::path& data_dir,
                const Output& output) { return report_provenance(data_dir, question, output); },
            of.path(), true, at);
    EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
    return json::parse(given.out);
  }
};

TEST_F(Provenance, OfAHoldingGoesBackToItsIssues) {
  const json given = answer({.facility = "ZJ063-1", .symbol = "VOC.AIR.YRD.IND.2630"});
  ASSERT_EQ(given["pieces"].size(), 2U);
  EXPECT_EQ(given["lots"], 45'362);
  EXPECT_EQ(given["pieces"][0]["lots"], 41'362);
  EXPECT_EQ(given["pieces"][0]["batch"], "ISSUE-2026-ZJ");
  EXPECT_EQ(given["pieces"][0]["steps"], 1);
  EXPECT_EQ(given["pieces"][1]["lots"], 4'000);
  EXPECT_EQ(given["pieces"][1]["batch"], "ISSUE-2026-SH");
  EXPECT_EQ(given["pieces"][1]["issued_to"], "SH049-1");
  ASSERT_EQ(given["steps"].size(), 3U);
  EXPECT_EQ(given["steps"][1]["cause"], "issue");
  EXPECT_EQ(given["steps"][1]["from"], "REGISTRY");
  EXPECT_EQ(given["steps"][1]["to"], "SH049-1");
  EXPECT_EQ(given["steps"][2]["piece"], 2);
  EXPECT_EQ(given["steps"][2]["sequence"], 1'167);
  EXPECT_EQ(given["steps"][2]["cause"], "trade");
  EXPECT_EQ(given["steps"][2]["number"], 1);
  EXPECT_EQ(given["steps"][2]["to"], "ZJ063-1");
}

// 75,248 kg were issued to SH049-1; 4,000 of them are at ZJ063-1.
TEST_F(Provenance, OfABatchGoesForwardToItsHolders) {
  const json given =
      answer({.batch = "ISSUE-2026-SH", .issued_to = "SH049-1", .symbol = "VOC.AIR.YRD.IND.2630"});
  ASSERT_EQ(given["pieces"].size(), 2U);
  EXPECT_EQ(given["lots"], 75'248);
  EXPECT_EQ(given["pieces"][0]["holder"], "SH049-1");
  EXPECT_EQ(given["pieces"][0]["lots"], 71'248);
  EXPECT_EQ(given["pieces"][1]["holder"], "ZJ063-1");
  EXPECT_EQ(given["pieces"][1]["lots"], 4'000);
}

TEST_F(Provenance, IsNotToldWhereItHasTooManySteps) {
  ProvenanceQuestion question{.facility = "ZJ063-1", .symbol = "VOC.AIR.YRD.IND.2630"};
  question.rows_max = 2;
  const Answer given =
      ask([&](const std::filesystem::path& data_dir,
              const Output& output) { return report_provenance(data_dir, question, output); },
          folder->path());
  EXPECT_EQ(given.exit_code, could_not_run);
  EXPECT_THAT(given.err, ::testing::HasSubstr("more than 2 steps. Ask for less (--symbol"));
  question.rows_max = 3;
  EXPECT_EQ(answer(question)["steps"].size(), 3U);
}

// Of one series only its own steps are kept.
TEST_F(Provenance, FollowsWhatIsAsked) {
  const auto steps = [&](const RightsTrail::IsAsked& is_asked) {
    RightsTrail trail{is_asked};
    for (const Entry& entry : read_ledger(folder->path())) EXPECT_EQ(trail.apply(entry.view()), "");
    return trail.steps_count();
  };
  EXPECT_EQ(steps([](std::uint32_t) { return false; }), 0U);
  EXPECT_LT(steps([](std::uint32_t asset) { return asset == asset_of_instrument(0); }), steps({}));
}

// 1,000 kg at 3/2: 666 for the buyer, 334 retired.
TEST_F(Provenance, OfATradeGoesBothWays) {
  const json given = answer({.trade_no = 2});
  ASSERT_EQ(given["pieces"].size(), 2U);
  EXPECT_EQ(given["lots"], 1'000);
  EXPECT_EQ(given["pieces"][0]["holder"], "ZJ051-1");
  EXPECT_EQ(given["pieces"][0]["lots"], 666);
  EXPECT_EQ(given["pieces"][1]["holder"], "ENV-RETIRED");
  EXPECT_EQ(given["pieces"][1]["lots"], 334);
  EXPECT_EQ(given["steps"].size(), 4U);
}

// From SH013 by way of SH144, which holds no other, to SH128: 100 of 300 t went on.
TEST_F(Provenance, HasEveryHandThatRightsWentThrough) {
  const TempFolder other;
  play(
      "day 2026-06-18\nphase continuous\n"
      "sell SH013-1 SHEA25 300@70.00\nbuy SH144-1 SHEA25 300@70.00\n"
      "sell SH144-1 SHEA25 100@70.00\nbuy SH128-1 SHEA25 100@70.00\n",
      other.path());
  const json given = answer({.trade_no = 1}, other);
  ASSERT_EQ(given["pieces"].size(), 2U);
  EXPECT_EQ(given["lots"], 300);
  EXPECT_EQ(given["pieces"][0]["holder"], "SH128-1");
  EXPECT_EQ(given["pieces"][0]["lots"], 100);
  EXPECT_EQ(given["pieces"][0]["steps"], 3);
  EXPECT_EQ(given["steps"][0]["to"], "SH013-1");
  EXPECT_EQ(given["steps"][1]["to"], "SH144-1");
  EXPECT_EQ(given["steps"][2]["from"], "SH144-1");
  EXPECT_EQ(given["steps"][2]["number"], 2);
  EXPECT_EQ(given["pieces"][1]["holder"], "SH144-1");
  EXPECT_EQ(given["pieces"][1]["lots"], 200);
}

TEST_F(Provenance, IsAsItStoodThen) {
  const json before = answer({.facility = "ZJ063-1"}, *folder, "1166");
  ASSERT_EQ(before["pieces"].size(), 1U);
  EXPECT_EQ(before["lots"], 41'362);
  EXPECT_EQ(answer({.trade_no = 2}, *folder, "1168")["lots"], 0);
}

TEST_F(Provenance, OfNobodyIsNoAnswer) {
  const auto report = [](const std::filesystem::path& data_dir, const Output& output) {
    return report_provenance(data_dir, {.facility = "NOBODY"}, output);
  };
  EXPECT_EQ(ask(report, folder->path()).exit_code, could_not_run);
}

TEST(TrailsOfALedger, AddUpToItsLots) {
  const TempFolder folder;
  play_file("tests/exchange/golden.emx", folder.path());
  RightsTrail trail;
  RightsLots lots;
  for (const Entry& entry : read_ledger(folder.path())) {
    ASSERT_EQ(trail.apply(entry.view()), "");
    ASSERT_EQ(lots.apply(entry.view()), "");
  }
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>;  // asset, holder, issue
  std::map<Key, std::int64_t> from_trail;
  std::map<Key, std::int64_t> from_lots;
  std::size_t longest = 0;
  for (const RightsTrail::Piece& piece : trail.pieces()) {
    from_trail[{piece.asset, piece.holder.value, trail.issue_of(piece).sequence}] += piece.lots;
    const std::vector<RightsTrail::Step> steps = trail.steps_of(piece);
    longest = std::max(longest, steps.size());
    ASSERT_EQ(steps.back().to, piece.holder);
    for (std::size_t i = 1; i < steps.size(); ++i) ASSERT_EQ(steps[i].from, steps[i - 1].to);
  }
  for (const RightsLots::Row& row : lots.rows()) {
    from_lots[{row.asset, row.account.value, lots.issue(row.issue).sequence}] += row.lots;
  }
  EXPECT_EQ(from_trail, from_lots);
  EXPECT_GE(longest, 2U);
}

}  // namespace
}  // namespace emx::audit
