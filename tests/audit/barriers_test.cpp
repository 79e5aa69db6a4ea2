#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// Who would have traded and may not, by hand.

namespace emx::audit {
namespace {

using nlohmann::json;
using namespace testing;

json barriers_in(const std::string& script) {
  const TempFolder folder;
  play(script, folder.path());
  const Answer given = ask(report_barriers, folder.path(), true);
  EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
  return json::parse(given.out)["barriers"];
}

json row_of(const json& rows, const std::string& kind, const std::string& code) {
  for (const json& row : rows) {
    if (row["kind"] == kind && row["code"] == code) return row;
  }
  return {};
}

// Entry 1,168: ZJ063 passes over 500 of SH. 1,169: SH049 passes over 300 of ZJ. 1,170: ZJ063 with
// another order passes over 500 + 200 of SH.
TEST(TheBarriers, AreThosePassedOverByProvincePairAndCode) {
  const json rows = barriers_in(
      "day 2026-06-18\nphase continuous\nlink VOC SH ZJ off\n"
      "sell SH065-1 VOC.AIR.YRD.IND.2630 500@12000\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 300@12000\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 200@12000\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 100@12000\n");
  ASSERT_EQ(rows.size(), 1U);
  const json& e07 = rows[0];
  EXPECT_EQ(e07["pollutant"], "VOC");
  EXPECT_EQ(e07["kind"], "passed_over");
  EXPECT_EQ(e07["code"], "E07_LINK");
  EXPECT_EQ(e07["seller_province"], "SH");
  EXPECT_EQ(e07["buyer_province"], "ZJ");
  EXPECT_EQ(e07["times"], 3);
  EXPECT_EQ(e07["lots"], 500 + 300 + 700);
  EXPECT_EQ(e07["firms"], 2);
  EXPECT_EQ(e07["firm_names"], "SH049 ZJ063");
  EXPECT_EQ(e07["first"], 1'168);
  EXPECT_EQ(e07["last"], 1'170);
}

// A non-emitter at entry; a block that the link forbids at its acceptance.
TEST(TheBarriers, AreThoseRefusedToo) {
  const json rows = barriers_in(
      "day 2026-06-18\nphase continuous\n"
      "buy SH144-1 VOC.AIR.YRD.IND.2630 70@12000\n"
      "link VOC SH ZJ off\n"
      "block SH065-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with ZJ051-1\n"
      "block-session open\naccept-block ZJ051-1 1\n");
  ASSERT_EQ(rows.size(), 2U);
  const json e11 = row_of(rows, "refused", "E11_NOT_EMITTER");
  EXPECT_EQ(e11["times"], 1);
  EXPECT_EQ(e11["lots"], 70);
  EXPECT_EQ(e11["buyer_province"], "SH");
  EXPECT_TRUE(e11["seller_province"].is_null());
  EXPECT_EQ(e11["firm_names"], "SH144");
  const json e07 = row_of(rows, "block_refused", "E07_LINK");
  EXPECT_EQ(e07["seller_province"], "SH");
  EXPECT_EQ(e07["buyer_province"], "ZJ");
  EXPECT_EQ(e07["lots"], 30'001);
  EXPECT_EQ(e07["firm_names"], "ZJ051");
}

// What was passed over already is no barrier more when the order meets it again.
TEST(TheBarriers, OfOneOrderAreCountedOnce) {
  const json rows = barriers_in(
      "day 2026-06-18\nphase continuous\nlink VOC SH ZJ off\n"
      "sell SH065-1 VOC.AIR.YRD.IND.2630 500@12000\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 300@12000 as bid\n"
      "replace bid 400@12100\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["times"], 2);
  EXPECT_EQ(rows[0]["lots"], 500);
}

}  // namespace
}  // namespace emx::audit
