#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// Who holds what, and how concentrated that is, by hand. Of COD.WAT.TAIHU.AGR.2630 JS125 holds
// 62,724 and ZJ126 68,875, together 131,599: 47.66 and 52.33 %; 47.6629^2 + 52.3371^2 = 5,010.9.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace testing;

constexpr const char* agr = "COD.WAT.TAIHU.AGR.2630";

class HeldRights : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play(
        "day 2026-06-18\nphase continuous\n"
        "sell JS125-1 COD.WAT.TAIHU.AGR.2630 2724@36830\n"
        "freeze JS125-1 COD.WAT.TAIHU.AGR.2630 10000\n"
        "pledge JS125-1 COD.WAT.TAIHU.AGR.2630 20000\n"
        "firm JS125 group=FARMS\nfirm ZJ126 group=FARMS\n",
        folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  static json answer(const std::string& at = "") {
    const Answer given = ask(
        [&](const std::filesystem::path& data_dir, const Output& output) {
          return report_holdings(data_dir, {Pollutant::cod}, output);
        },
        folder->path(), true, at);
    EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
    return json::parse(given.out);
  }
  static json concentration(const json& answer, bool of_a_year) {
    for (const json& row : answer["concentration"]) {
      if (row["symbol"] == agr && row["issued_in"].is_null() != of_a_year) return row;
    }
    return {};
  }
  static TempFolder* folder;
};

TempFolder* HeldRights::folder = nullptr;

TEST_F(HeldRights, AreToldByFirmWithTheirParts) {
  const json holdings = answer()["holdings"];
  json rows = json::array();
  for (const json& row : holdings) {
    if (row["symbol"] == agr) rows.push_back(row);
  }
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["firm"], "ZJ126");
  EXPECT_EQ(rows[0]["held_lots"], 68'875);
  EXPECT_EQ(rows[0]["share_bp"], 5'233);
  EXPECT_EQ(rows[1]["firm"], "JS125");
  EXPECT_EQ(rows[1]["group"], "FARMS");
  EXPECT_EQ(rows[1]["share_bp"], 4'766);
  EXPECT_EQ(rows[1]["reserved_lots"], 2'724);
  EXPECT_EQ(rows[1]["frozen_lots"], 10'000);
  EXPECT_EQ(rows[1]["pledged_lots"], 20'000);
  EXPECT_EQ(rows[1]["available_lots"], 30'000);
  EXPECT_EQ(rows[1]["first_year"], 2026);
  EXPECT_EQ(rows[1]["last_year"], 2030);
}

TEST_F(HeldRights, AreAsConcentratedAsTheirGroups) {
  const json now = answer();
  const json row = concentration(now, false);
  EXPECT_EQ(row["held_lots"], 131'599);
  EXPECT_EQ(row["firms"], 2);
  EXPECT_EQ(row["hhi_firms"], 5'011);
  EXPECT_EQ(row["holders"], 1);
  EXPECT_EQ(row["hhi"], 10'000);
  EXPECT_EQ(row["largest"], "FARMS");
  // All of it was issued in one year.
  const json of_year = concentration(now, true);
  EXPECT_EQ(of_year["issued_in"], 2026);
  EXPECT_EQ(of_year["held_lots"], 131'599);
  EXPECT_EQ(of_year["hhi"], 10'000);
}

TEST_F(HeldRights, AreAsTheyWereThen) {
  const json row = concentration(answer("1164"), false);
  EXPECT_EQ(row["holders"], 2);
  EXPECT_EQ(row["hhi"], 5'011);
  EXPECT_EQ(row["largest"], "ZJ126");
  EXPECT_EQ(row["largest_share_bp"], 5'233);
}

}  // namespace
}  // namespace emx::audit
