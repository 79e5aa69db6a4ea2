#include "tools/audit/account_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/audit/played.hpp"

// What of each balance is reserved, pledged and frozen, as the report tells it.

namespace emx::audit {
namespace {

using nlohmann::json;
using namespace testing;

// 1,000 kg at 12,000 CNY for five years are 60,000.00 CNY, and 60.00 CNY of fee.
constexpr std::string_view script =
    "day 2026-06-18\n"
    "phase continuous\n"
    "sell SH049-1 VOC.AIR.YRD.IND.2630 300@12000 show=100\n"
    "sell SH049-1 VOC.AIR.YRD.IND.2630 500@12500 as far\n"
    "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 as bid\n"
    "replace far 400@12500\n"
    "buy  ZJ063-1 SHEA25 10@65 as gone\n"
    "cancel gone\n"
    "freeze SH049-1 VOC.AIR.YRD.IND.2630 1000\n"
    "pledge SH049-1 VOC.AIR.YRD.IND.2630 200\n"
    "block SH065-1 buy VOC.AIR.YRD.IND.2630 30001@12000 with SH049-1\n"
    "block SH049-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with SH065-1\n"
    "decline-block SH065-1 2\n"
    "freeze ZJ063-1 cash 5000\n"
    "withdraw ZJ063-1 1000 approved-by=2\n"
    "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 5@11500 ioc\n";

class Parts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play(script, folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  static json row(Holder by, const std::string& asset, const std::string& holder) {
    const auto report = [by](const std::filesystem::path& data_dir, const Output& output) {
      return report_balances_by(data_dir, by, output);
    };
    const Answer given = ask(report, folder->path(), true);
    EXPECT_EQ(given.exit_code, ledger_is_valid);
    const std::string key = by == Holder::account ? "account"
                            : by == Holder::firm  ? "firm"
                                                  : "group";
    const json answer = json::parse(given.out);
    for (const json& candidate : answer["balances"]) {
      if (candidate["asset"] == asset && candidate[key] == holder) return candidate;
    }
    return {};
  }
  static TempFolder* folder;
};

TempFolder* Parts::folder = nullptr;

TEST_F(Parts, OfRightsAreWhatIsOpenAndHeldBack) {
  const json seller = row(Holder::account, "VOC.AIR.YRD.IND.2630", "SH049-1");
  EXPECT_EQ(seller["amount_lots"], 75'248 - 300);
  EXPECT_EQ(seller["reserved_lots"], 400);
  EXPECT_EQ(seller["pledged_lots"], 200);
  EXPECT_EQ(seller["frozen_lots"], 1'000);
  EXPECT_EQ(seller["available_lots"], 75'248 - 300 - 1'600);
}

// 700 of the bid are open: 42,000.00 CNY; of the whole bid's 60.00 CNY of fee 18.00 are charged.
TEST_F(Parts, OfCashAreWhatBidsReserve) {
  const json buyer = row(Holder::account, "CNY", "ZJ063-1");
  EXPECT_EQ(buyer["amount_fen"], 9'400'000'000 - 1'800'000 - 1'800 - 100'000);
  EXPECT_EQ(buyer["reserved_fen"], 4'200'000 + 4'200);
  EXPECT_EQ(buyer["frozen_fen"], 500'000);
  EXPECT_EQ(buyer["pledged_fen"], 0);
  EXPECT_EQ(buyer["available_fen"], 9'400'000'000 - 1'801'800 - 100'000 - 4'204'200 - 500'000);
}

// 30,001 kg at 12,000 CNY for five years: 1,800,060.00 CNY, and 1,800.06 CNY of fee.
TEST_F(Parts, OfCashAreWhatBlocksReserve) {
  EXPECT_EQ(row(Holder::account, "CNY", "SH065-1")["reserved_fen"], 180'006'000 + 180'006);
}

TEST_F(Parts, RollUpToFirmsAndGroups) {
  EXPECT_EQ(row(Holder::firm, "VOC.AIR.YRD.IND.2630", "SH049")["frozen_lots"], 1'000);
  EXPECT_EQ(row(Holder::group, "VOC.AIR.YRD.IND.2630", "SH049")["frozen_lots"], 1'000);
  // Four firms of one facility each.
  EXPECT_EQ(row(Holder::group, "CNY", "GRP00")["amount_fen"],
            5'000'000'000 + 8'700'000'000 + 12'400'000'000 + 16'100'000'000);
  EXPECT_TRUE(row(Holder::group, "CNY", "SH001").is_null());
  EXPECT_EQ(row(Holder::group, "CNY", "BANK")["available_fen"],
            row(Holder::account, "CNY", "BANK")["amount_fen"]);
}

}  // namespace
}  // namespace emx::audit
