#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// Replacement ratios, by hand: tests/audit/day.emx sells 4,000 kg into JIASHAN, which is no key
// zone, and 1,000 into HANGZHOU, which is one: floor(1,000 x 2 / 3) = 666 are credited.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace testing;

Answer ask_ratios(const std::filesystem::path& data_dir, bool as_json = true) {
  return ask([](const std::filesystem::path& dir,
                const Output& output) { return report_ratios(dir, true, output); },
             data_dir, as_json);
}

json zone_of(const json& answer, const std::string& pollutant, const json& zone) {
  for (const json& row : answer["zones"]) {
    if (row["pollutant"] == pollutant && row["zone"] == zone) return row;
  }
  return {};
}

TEST(Ratios, AreToldByPollutantAndZone) {
  const TempFolder folder;
  play_file("tests/audit/day.emx", folder.path());
  const Answer given = ask_ratios(folder.path());
  EXPECT_EQ(given.exit_code, ledger_is_valid);
  const json answer = json::parse(given.out);
  EXPECT_EQ(answer["holds"], true);
  const json jiashan = zone_of(answer, "VOC", "JIASHAN");
  EXPECT_EQ(jiashan["ratio"], "1/1");
  EXPECT_EQ(jiashan["credited_lots"], 4'000);
  const json hangzhou = zone_of(answer, "VOC", "HANGZHOU");
  EXPECT_EQ(hangzhou["ratio"], "3/2");
  EXPECT_EQ(hangzhou["deals"], 1);
  EXPECT_EQ(hangzhou["sold_lots"], 1'000);
  EXPECT_EQ(hangzhou["credited_lots"], 666);
  EXPECT_EQ(hangzhou["retired_lots"], 334);
  EXPECT_EQ(hangzhou["posted_lots"], 334);
  const json all = zone_of(answer, "VOC", nullptr);
  EXPECT_EQ(all["deals"], 2);
  EXPECT_EQ(all["sold_lots"], 5'000);
  EXPECT_EQ(all["credited_lots"], 4'666);
  EXPECT_EQ(all["retired_lots"], 334);
  EXPECT_EQ(all["holds"], true);
  EXPECT_EQ(zone_of(answer, "CO2E", nullptr)["sold_lots"], 300);
  ASSERT_EQ(answer["deals"].size(), 1U);
  EXPECT_EQ(answer["deals"][0]["sequence"], 1'169);
  EXPECT_EQ(answer["deals"][0]["because"], "key zone");
}

// Three fills of 100 of one bid: 66, then 67 and 67 for what was left over, as 300 at once.
TEST(Ratios, CarryTheFractionOfABid) {
  const TempFolder folder;
  play(
      "day 2026-06-18\nphase continuous\n"
      "buy ZJ051-1 VOC.AIR.YRD.IND.2630 300@12000\n"
      "sell SH065-1 VOC.AIR.YRD.IND.2630 100@12000\n"
      "sell SH065-1 VOC.AIR.YRD.IND.2630 100@12000\n"
      "sell SH065-1 VOC.AIR.YRD.IND.2630 100@12000\n"
      "trust SH065-1 ZJ051-1 approved-by=2\n"
      "transfer SH065-1 ZJ051-1 VOC.AIR.YRD.IND.2630 100 approved-by=2\nphase closed\n"
      "day 2026-06-22\n",
      folder.path());
  const json answer = json::parse(ask_ratios(folder.path()).out);
  ASSERT_EQ(answer["deals"].size(), 4U);
  EXPECT_EQ(answer["deals"][0]["credited_by_rules_lots"], 66);
  EXPECT_EQ(answer["deals"][1]["credited_by_rules_lots"], 67);
  EXPECT_EQ(answer["deals"][2]["credited_by_rules_lots"], 67);
  EXPECT_EQ(answer["deals"][3]["deal"], "transfer");
  EXPECT_EQ(answer["deals"][3]["credited_by_rules_lots"], 66);
  const json all = zone_of(answer, "VOC", nullptr);
  EXPECT_EQ(all["credited_lots"], 266);
  EXPECT_EQ(all["retired_lots"], 134);
  EXPECT_EQ(answer["holds"], true);
}

// A busy year: water, upstream, zones that miss their targets, other parameters.
TEST(Ratios, OfABusyYearAreThoseOfTheRules) {
  const TempFolder folder;
  play_file("tests/exchange/golden.emx", folder.path());
  const Answer given = ask_ratios(folder.path());
  EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
  EXPECT_THAT(given.out, HasSubstr("\"non-attaining\""));
  EXPECT_THAT(given.out, HasSubstr("\"upstream\""));
}

TEST(Ratios, ThatAreNotThoseOfTheRulesAreFound) {
  const TempFolder folder;
  play_file("tests/audit/day.emx", folder.path());
  for (const bool credits_more : {true, false}) {
    std::vector<Entry> entries = read_ledger(folder.path());
    Entry& entry = entries[1'168];
    auto trade = entry.event<TradeEvent>(EventKind::trade);
    if (credits_more) {
      trade.credited_lots += 1;
    } else {
      trade.ratio_n = 2;
      trade.ratio_d = 1;
    }
    entry.set_event(EventKind::trade, trade);
    const TempFolder other;
    write_ledger(entries, other.path());
    const Answer given = ask_ratios(other.path());
    EXPECT_EQ(given.exit_code, ledger_is_invalid);
    const json answer = json::parse(given.out);
    EXPECT_EQ(answer["holds"], false);
    EXPECT_EQ(answer["deals"][0]["holds"], false);
    EXPECT_EQ(zone_of(answer, "VOC", nullptr)["at_fault"], 1);
  }
}

}  // namespace
}  // namespace emx::audit
