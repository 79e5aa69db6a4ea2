#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/whatif/report.hpp"

// Small scenes whose outcome under other rules is known by hand; and the same rules, which must
// give no difference at all.

namespace emx::whatif {
namespace {

using audit::testing::Answer;
using nlohmann::json;
using ::testing::HasSubstr;

// What a measure was and would be.
struct Pair {
  std::int64_t was = 0;
  std::int64_t would_be = 0;
  bool operator==(const Pair&) const = default;
};
void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.was << " -> " << pair.would_be; }

class WhatIf : public ::testing::Test {
 protected:
  void play(std::string_view script) { audit::testing::play(script, data_dir); }

  [[nodiscard]] Answer ask(const Question& question, bool as_json = false) const {
    return audit::testing::ask(
        [&](const std::filesystem::path& from, const audit::Output& output) {
          return report_whatif(from, question, output);
        },
        data_dir, as_json);
  }
  // The answer, whose sums hold on both sides.
  [[nodiscard]] json compare(const std::vector<std::string>& rules,
                             std::optional<Date> day = {}) const {
    const Answer answer = ask({rules, day}, true);
    EXPECT_EQ(answer.exit_code, compared) << answer.err;
    const json found = json::parse(answer.out);
    for (const char* section : {"firms", "provinces"}) {
      EXPECT_EQ(sum(found, section, "bought"), sum(found, section, "sold"));
    }
    return found;
  }
  [[nodiscard]] static Pair find(const json& answer, const std::string& section,
                                 const std::string& of, const std::string& measure) {
    for (const json& row : answer[section]) {
      if (row["of"] == of && row["measure"] == measure) return {row["was"], row["would_be"]};
    }
    return {};
  }
  [[nodiscard]] static Pair sum(const json& answer, const std::string& section,
                                const std::string& measure) {
    Pair pair;
    for (const json& row : answer[section]) {
      if (row["measure"] != measure) continue;
      pair.was += row["was"].get<std::int64_t>();
      pair.would_be += row["would_be"].get<std::int64_t>();
    }
    return pair;
  }

  audit::testing::TempFolder folder;
  std::filesystem::path data_dir = folder.path() / "played";
  static constexpr const char* voc = "VOC.AIR.YRD.IND.2630";
};

// Market-rules 14: with a cap of 5,000 the second buyer gets 1,000 of its 4,000; with 9,000 all.
// 12,000 CNY a tonne and year, 5 years: 60 CNY a kg; and a fee of 10 bp.
constexpr std::string_view outflow_scene =
    "quota 2026 SH VOC outflow=5000\n"
    "day 2026-06-18\n"
    "phase continuous\n"
    "sell SH045-1 VOC.AIR.YRD.IND.2630 8000@12000\n"
    "buy AH024-1 VOC.AIR.YRD.IND.2630 4000@12000\n"
    "buy ZJ083-1 VOC.AIR.YRD.IND.2630 4000@12000\n";

TEST_F(WhatIf, TellsWhatAHigherCapLetsThrough) {
  play(outflow_scene);
  const json answer = compare({"quota 2026 SH VOC outflow=9000"});
  EXPECT_EQ(answer["differs"], true);
  EXPECT_THAT(answer["parts_at"]["command"].get<std::string>(), HasSubstr("ZJ083-1 buys 4,000 kg"));
  EXPECT_EQ(find(answer, "instruments", voc, "trades"), (Pair{2, 2}));
  EXPECT_EQ(find(answer, "instruments", voc, "volume"), (Pair{5'000, 8'000}));
  EXPECT_EQ(find(answer, "instruments", voc, "average price"), (Pair{1'200'000, 1'200'000}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, open bids"), (Pair{3'000, 0}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, open asks"), (Pair{3'000, 0}));
  EXPECT_EQ(find(answer, "cross_province", "VOC SH -> AH", "sold"), (Pair{4'000, 4'000}));
  EXPECT_EQ(find(answer, "cross_province", "VOC SH -> ZJ", "sold"), (Pair{1'000, 4'000}));
  EXPECT_EQ(find(answer, "firms", "ZJ083", "bought"), (Pair{1'000, 4'000}));
  EXPECT_EQ(find(answer, "firms", "ZJ083", "paid"), (Pair{6'006'000, 24'024'000}));
  EXPECT_EQ(find(answer, "provinces", "SH", "sold"), (Pair{5'000, 8'000}));
  EXPECT_EQ(find(answer, "provinces", "SH", "received"), (Pair{29'970'000, 47'952'000}));
  EXPECT_EQ(find(answer, "skips", "Q02_NET_OUTFLOW", "skips"), (Pair{1, 0}));
  EXPECT_EQ(find(answer, "skips", "Q02_NET_OUTFLOW", "passed over"), (Pair{3'000, 0}));
}

TEST_F(WhatIf, TellsWhatALowerCapHoldsBack) {
  play(outflow_scene);
  const json answer = compare({"quota 2026 SH VOC outflow=0"});
  EXPECT_EQ(find(answer, "instruments", voc, "volume"), (Pair{5'000, 0}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, open asks"), (Pair{3'000, 8'000}));
  EXPECT_EQ(find(answer, "skips", "Q02_NET_OUTFLOW", "skips"), (Pair{1, 2}));
}

// Who gained is told by what each was better off by than at its own limit. The ask stands at
// 11,800: AH saves 200 CNY a tonne and year on 4 t for 5 years, ZJ 300 on the 1 t that the cap
// leaves it. With AH shut out, ZJ has all its 4 t. 59 CNY a kg, and a fee of 10 bp from each side.
TEST_F(WhatIf, TellsWhoGainedAndWhoLost) {
  play(
      "quota 2026 SH VOC outflow=5000\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 8000@11800\n"
      "buy AH024-1 VOC.AIR.YRD.IND.2630 4000@12000\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 4000@12100\n");
  const std::vector<std::string> rules{"link VOC SH AH off"};
  const json answer = compare(rules);
  EXPECT_EQ(find(answer, "gains", "AH024", "surplus"), (Pair{400'000, 0}));
  EXPECT_EQ(find(answer, "gains", "ZJ083", "surplus"), (Pair{150'000, 600'000}));
  EXPECT_EQ(find(answer, "gains", "SH045", "surplus"), Pair{});
  EXPECT_EQ(find(answer, "gains", "all firms", "surplus"), (Pair{550'000, 600'000}));
  EXPECT_EQ(find(answer, "gains", "AH024", "money, net"), (Pair{-23'623'600, 0}));
  EXPECT_EQ(find(answer, "gains", "ZJ083", "money, net"), (Pair{-5'905'900, -23'623'600}));
  EXPECT_EQ(find(answer, "gains", "SH045", "money, net"), (Pair{29'470'500, 23'576'400}));
  EXPECT_EQ(find(answer, "gains", "all firms", "money, net"), (Pair{-59'000, -47'200}));  // fees
  EXPECT_EQ(find(answer, "gains", "ZJ083", "rights, net, VOC"), (Pair{1'000, 4'000}));
  EXPECT_EQ(find(answer, "gains", "SH045", "rights, net, VOC"), (Pair{-5'000, -4'000}));
  std::vector<std::string> order;
  for (const json& row : answer["gains"]) {
    if (order.empty() || order.back() != row["of"]) order.push_back(row["of"]);
  }
  EXPECT_THAT(order, ::testing::ElementsAre("ZJ083", "SH045", "AH024", "all firms"));
  const std::string text = ask({rules, {}}).out;
  EXPECT_THAT(text, HasSubstr("Who gained"));
  EXPECT_THAT(text, ::testing::ContainsRegex("ZJ083 +surplus +1,500.00 +6,000.00 +\\+4,500.00"));
  EXPECT_THAT(text, ::testing::ContainsRegex("AH024 +surplus +4,000.00 +0.00 +-4,000.00"));
}

// A seller gains above its limit; a market order has none of its own, and is told aside. What is
// retired is a right that nobody has.
TEST_F(WhatIf, TellsASellersGainAndWhatHadNoLimit) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 1200@12000\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 600@11900\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 300@market\n");
  const json answer = compare({"quota 2026 SH VOC outflow=700"});
  EXPECT_EQ(find(answer, "gains", "SH045", "surplus"), (Pair{30'000, 30'000}));
  EXPECT_EQ(find(answer, "gains", "SH045", "filled without a limit"), (Pair{300, 100}));
  EXPECT_EQ(find(answer, "gains", "ZJ083", "surplus"), Pair{});
  EXPECT_EQ(find(answer, "gains", "ZJ083", "filled without a limit"), Pair{});
  const json key = compare({"zone ZJ JIASHAN key=yes"});
  EXPECT_EQ(find(key, "gains", "ZJ083", "rights, net, VOC"), (Pair{900, 600}));
  EXPECT_EQ(find(key, "gains", "all firms", "rights, net, VOC"), (Pair{0, -300}));
}

TEST_F(WhatIf, GivesNoDifferenceWithTheSameQuotas) {
  play(outflow_scene);
  const json answer = compare({"quota 2026 SH VOC outflow=5000", "quota 2026 ZJ VOC"});
  EXPECT_EQ(answer["differs"], false);
  EXPECT_TRUE(answer["parts_at"].is_null());
  for (const json& row : answer["instruments"]) EXPECT_EQ(row["difference"], 0);
  EXPECT_THAT(ask({{"quota 2026 SH VOC"}, {}}).out,
              HasSubstr("no difference: every command would have done what it did\n"));
}

// A busy stream with everything in it, and rules that say again what is.
TEST_F(WhatIf, GivesNoDifferenceOfTheGoldenStreamWithTheSameRules) {
  audit::testing::play_file("tests/exchange/golden.emx", data_dir);
  const std::vector<std::string> as_it_was{"quota 2026 SH SO2", "quota 2026 JS NOX",
                                           "quota 2026 AH VOC", "zone SH QINGPU",
                                           "facility ZJ063-1",  "link SO2 SH JS on"};
  EXPECT_EQ(compare(as_it_was)["differs"], false);
  EXPECT_EQ(compare(as_it_was, date_of(2026, 6, 19))["differs"], false);
  EXPECT_EQ(compare({"quota 2026 AH VOC outflow=10"})["differs"], true);  // the control
}

// An order that was refused has no id in the ledger, and those after it have others than here: a
// cancel and a replace still find theirs.
TEST_F(WhatIf, FindsTheOrdersThatCancelsAndReplacesName) {
  play(
      "demand ZJ063-1 VOC 0\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 10@11000 as refused\n"  // D01
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 20@11000 as second\n"
      "replace second 30@11000\n"
      "cancel refused\n"  // D03
      "cancel second\n");
  const json answer = compare({"demand ZJ063-1 VOC 5000"});
  EXPECT_EQ(find(answer, "refusals", "D01_DEMAND", "refusals"), (Pair{1, 0}));
  EXPECT_EQ(find(answer, "refusals", "D03_UNKNOWN_ORDER", "refusals"), (Pair{1, 0}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, cancelled bids"), (Pair{30, 40}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, open bids"), Pair{});
}

// All parameters are one row: a later command that sets them is left out whole.
TEST_F(WhatIf, TellsWhatOtherParametersWouldDo) {
  play(
      "parameters listed=7999\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "parameters listed=30000\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 8000@12000\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 400@12000\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 400@12000\n");
  const json answer = compare({"parameters fee=100"});
  ASSERT_EQ(answer["left_out"].size(), 1U);
  EXPECT_EQ(find(answer, "refusals", "O07_USE_BLOCK", "refusals"), (Pair{0, 1}));
  EXPECT_EQ(find(answer, "firms", "ZJ083", "paid"), (Pair{2'402'400, 2'424'000}));
}

// The other way round: what was taken is refused, and its cancel finds nothing.
TEST_F(WhatIf, KnowsThatARefusedOrderCannotBeCancelled) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 10@11000 as first\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 20@11000 as second\n"
      "cancel first\n"
      "cancel second\n");
  const json answer = compare({"demand ZJ063-1 VOC 0"});
  EXPECT_EQ(find(answer, "refusals", "D01_DEMAND", "refusals"), (Pair{0, 1}));
  EXPECT_EQ(find(answer, "refusals", "D03_UNKNOWN_ORDER", "refusals"), (Pair{0, 1}));
  EXPECT_EQ(find(answer, "instruments", voc, "unfilled, cancelled bids"), (Pair{30, 20}));
}

// What we set holds: the authority's own later command for that row is left out, and said so.
TEST_F(WhatIf, LeavesOutLaterCommandsForTheSameRow) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 100@12000\n"
      "link VOC SH ZJ off\n"
      "link VOC SH AH off\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 60@12000\n"
      "buy AH024-1 VOC.AIR.YRD.IND.2630 40@12000\n");
  const json answer = compare({"link VOC SH ZJ on"});
  ASSERT_EQ(answer["left_out"].size(), 1U);
  EXPECT_EQ(answer["left_out"][0]["command"], "link for VOC from SH to ZJ off");
  EXPECT_EQ(find(answer, "instruments", voc, "volume"), (Pair{0, 60}));
  EXPECT_EQ(find(answer, "skips", "E07_LINK", "skips"), (Pair{2, 1}));
}

// Nothing of the days around it counts, and what the days before left behind is there.
TEST_F(WhatIf, LooksAtOneDay) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 100@12000 gtc\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 60@12000\n"
      "phase closed\n"
      "day 2026-06-19\n"
      "phase continuous\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 30@12000\n"
      "phase closed\n"
      "day 2026-06-22\n"
      "phase continuous\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 10@12000\n");
  const std::vector<std::string> rules{"link VOC SH ZJ off"};
  const json second = compare(rules, date_of(2026, 6, 19));
  EXPECT_EQ(find(second, "instruments", voc, "volume"), (Pair{30, 0}));
  EXPECT_EQ(find(second, "instruments", voc, "unfilled, open asks"), (Pair{10, 40}));
  EXPECT_EQ(find(second, "instruments", voc, "unfilled, cancelled bids"), (Pair{0, 30}));
  const json all = compare(rules);
  EXPECT_EQ(find(all, "instruments", voc, "volume"), (Pair{100, 0}));
  EXPECT_EQ(find(all, "instruments", voc, "unfilled, open bids"), (Pair{0, 10}));
}

TEST_F(WhatIf, SaysWhatIsWrongWithTheQuestion) {
  play("day 2026-06-18\n");
  const auto objection = [&](const std::string& rule, std::optional<Date> day = {}) {
    const Answer answer = ask({{rule}, day});
    EXPECT_EQ(answer.exit_code, not_comparable);
    return answer.err;
  };
  EXPECT_THAT(objection("quota 2026 XX VOC inflow=1"), HasSubstr("\"XX\" is no province"));
  EXPECT_THAT(objection("buy ZJ083-1 VOC.AIR.YRD.IND.2630 10@12000"),
              HasSubstr("not a rule that is set once"));
  EXPECT_THAT(objection("quota 3000 SH VOC inflow=1"),
              HasSubstr("the exchange refuses it, O01_QUANTITY"));
  EXPECT_THAT(objection("quota 2026 SH VOC inflow=1", date_of(2026, 6, 19)),
              HasSubstr("the ledger has no trade date 2026-06-19"));
}

TEST_F(WhatIf, HasNoAnswerWithoutALedgerOrOfAnAlteredOne) {
  const Question question{{"quota 2026 SH VOC inflow=1"}, {}};
  EXPECT_EQ(ask(question).exit_code, unreadable);
  play("phase continuous\nday 2026-06-18\n");
  auto entries = audit::testing::read_ledger(data_dir);
  auto& entry = entries[entries.size() - 2];
  auto refused = entry.event<RefusedEvent>(EventKind::refused);
  ++refused.value;
  entry.set_event(EventKind::refused, refused);
  data_dir = folder.path() / "altered";
  audit::testing::write_ledger(entries, data_dir);
  const Answer answer = ask(question);
  EXPECT_EQ(answer.exit_code, unreadable);
  EXPECT_THAT(answer.err, HasSubstr("its events are not what its commands give"));
}

// Blocks are numbered as they are submitted; where one more, or one less, is taken, the answers to
// those behind it must still find them.
constexpr std::string_view room_for_blocks =
    "day 2026-06-18\n"
    "phase continuous\n"
    "quota 2026 SH VOC outflow=900000 inflow=900000 gross=900000 holding=90000000 pace=900000\n"
    "quota 2026 ZJ VOC outflow=900000 inflow=900000 gross=9000000 holding=90000000 pace=900000\n"
    "demand ZJ043-1 VOC 900000\n"
    "block-session open\n";

TEST_F(WhatIf, AnswersGoToTheirBlockWhereOneBeforeItIsTaken) {
  play(std::string{room_for_blocks} +
       "demand ZJ063-1 VOC 0\n"
       "block ZJ063-1 buy VOC.AIR.YRD.IND.2630 31000@12000 with SH065-1\n"
       "block ZJ043-1 buy VOC.AIR.YRD.IND.2630 40000@12000 with SH049-1\n"
       "accept-block SH049-1 1\n");
  const json found = compare({"demand ZJ063-1 VOC 900000"});
  EXPECT_EQ(find(found, "firms", "ZJ043", "bought"), (Pair{40'000, 40'000}));
  EXPECT_EQ(find(found, "firms", "ZJ063", "bought"), (Pair{0, 0}));  // nobody answered it
}

TEST_F(WhatIf, AnswersGoToTheirBlockWhereOneBeforeItIsRefused) {
  play(std::string{room_for_blocks} +
       "demand ZJ063-1 VOC 900000\n"
       "block ZJ063-1 buy VOC.AIR.YRD.IND.2630 31000@12000 with SH065-1\n"
       "block ZJ043-1 buy VOC.AIR.YRD.IND.2630 40000@12000 with SH049-1\n"
       "accept-block SH065-1 1\n"
       "accept-block SH049-1 2\n");
  const json found = compare({"demand ZJ063-1 VOC 0"});
  EXPECT_EQ(find(found, "firms", "ZJ063", "bought"), (Pair{31'000, 0}));
  EXPECT_EQ(find(found, "firms", "ZJ043", "bought"), (Pair{40'000, 40'000}));
}

}  // namespace
}  // namespace emx::whatif
