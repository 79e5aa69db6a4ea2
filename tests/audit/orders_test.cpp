#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/order_log.hpp"
#include "tools/audit/questions.hpp"

// All that became of the orders of a firm, by hand. The market is entries 1 to 1,163.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

constexpr const char* orders_day = R"(day 2026-06-18
phase continuous
sell SH049-1 VOC.AIR.YRD.IND.2630 4000@11900 as offer
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 as first    # leaves 3,000 of the offer
replace offer 3500@11950                                 # 1,000 of them are filled
sell SH049-1 VOC.AIR.YRD.IND.2630 100@1000 as cheap      # far below the limits
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 2500@12000 as second
cancel offer                                             # too late
firm SH049 group=OFFERERS
sell SH049-1 VOC.AIR.YRD.IND.2630 50@12500 as late
link VOC SH ZJ off
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 10@12500 ioc as third  # may not trade with SH
cancel late
block SH049-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with SH065-1 as deal
)";

class Orders : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play(orders_day, folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  static Answer ask_of(const OrdersQuestion& question, bool as_json = true) {
    return ask([&](const std::filesystem::path& data_dir,
                   const Output& output) { return report_orders(data_dir, question, output); },
               folder->path(), as_json);
  }
  // "entry change code", change by change.
  static std::vector<std::string> story(const OrdersQuestion& question) {
    std::vector<std::string> lines;
    for (const json& row : changes(question)) {
      lines.push_back(std::to_string(row["sequence"].get<int>()) + ' ' +
                      row["change"].get<std::string>() +
                      (row["code"].is_null() ? "" : ' ' + row["code"].get<std::string>()));
    }
    return lines;
  }
  static json changes(const OrdersQuestion& question) {
    const Answer answer = ask_of(question);
    EXPECT_EQ(answer.exit_code, ledger_is_valid) << answer.err;
    return json::parse(answer.out)["changes"];
  }
  static TempFolder* folder;
};

TempFolder* Orders::folder = nullptr;

TEST_F(Orders, OfAFirmAreToldOneByOne) {
  EXPECT_THAT(story({Holder::firm, "SH049", {}, {}}),
              ElementsAre("1166 accepted", "1167 partly_filled", "1168 replaced", "1170 filled",
                          "1171 cancel_refused D04_TOO_LATE", "1169 refused O05_PRICE",
                          "1173 accepted", "1176 cancelled C03_REQUESTED", "1177 block_alleged"));
}

TEST_F(Orders, HavePricesQuantitiesAndTheOtherSide) {
  const json rows = changes({Holder::firm, "SH049", {}, {}});
  ASSERT_EQ(rows.size(), 9U);
  EXPECT_EQ(rows[0]["side"], "sell");
  EXPECT_EQ(rows[0]["symbol"], "VOC.AIR.YRD.IND.2630");
  EXPECT_EQ(rows[0]["facility"], "SH049-1");
  EXPECT_EQ(rows[0]["price_fen"], 1'190'000);
  EXPECT_EQ(rows[0]["open_lots"], 4'000);
  EXPECT_EQ(rows[0]["at"], "2026-06-18 09:00:00.002");
  EXPECT_EQ(rows[1]["quantity_lots"], 1'000);
  EXPECT_EQ(rows[1]["open_lots"], 3'000);
  EXPECT_EQ(rows[1]["trade_no"], 1);
  EXPECT_EQ(rows[1]["counterparty_class"], "ZJ");
  EXPECT_EQ(rows[2]["quantity_lots"], 3'500);
  EXPECT_EQ(rows[2]["open_lots"], 2'500);
  EXPECT_EQ(rows[3]["price_fen"], 1'195'000);
  EXPECT_EQ(rows[3]["quantity_lots"], 2'500);
  EXPECT_EQ(rows[3]["open_lots"], 0);
  EXPECT_EQ(rows[4]["order_id"], rows[0]["order_id"]);
  EXPECT_TRUE(rows[5]["order_id"].is_null());
  EXPECT_EQ(rows[5]["cl_ord_id"], "cheap");
  EXPECT_EQ(rows[5]["quantity_lots"], 100);
  EXPECT_THAT(rows[5]["text"].get<std::string>(), HasSubstr("refused O05_PRICE: "));
  EXPECT_EQ(rows[7]["quantity_lots"], 50);
  EXPECT_EQ(rows[8]["block_no"], 1);
  // What was in force: the entry that last changed a rule. Here the firm's group, then the link.
  EXPECT_EQ(rows[6]["rule_set"], 1'172);
  EXPECT_EQ(rows[7]["rule_set"], 1'174);
}

TEST_F(Orders, ThatPassedOthersOverSaySo) {
  const json rows = changes({Holder::firm, "ZJ063", {}, {}});
  ASSERT_EQ(rows.size(), 7U);
  const json& over = rows[5];
  EXPECT_EQ(over["change"], "passes_over");
  EXPECT_EQ(over["code"], "E07_LINK");
  EXPECT_EQ(over["counterparty_class"], "SH");
  EXPECT_EQ(over["quantity_lots"], 50);
  EXPECT_EQ(over["price_fen"], 1'250'000);
  EXPECT_EQ(rows[6]["change"], "expired");
}

// A firm's orders are its group's from when it was in it.
TEST_F(Orders, OfAGroupAreThoseOfItsFirmsThen) {
  EXPECT_THAT(story({Holder::group, "OFFERERS", {}, {}}),
              ElementsAre("1173 accepted", "1176 cancelled C03_REQUESTED", "1177 block_alleged"));
}

TEST_F(Orders, AreCutToATime) {
  EXPECT_THAT(story({Holder::firm, "SH049", moment_from_text("1168"),
                     moment_from_text("2026-06-18 09:00:00.006")}),
              ElementsAre("1168 replaced", "1170 filled", "1169 refused O05_PRICE"));
}

TEST_F(Orders, OfNobodyAreNoAnswer) {
  const Answer nobody = ask_of({Holder::firm, "NOBODY", {}, {}}, false);
  EXPECT_EQ(nobody.exit_code, could_not_run);
  EXPECT_THAT(nobody.err, HasSubstr("there is no firm NOBODY"));
}

// Nobody gets a part of an answer, but words on how to ask for less.
TEST_F(Orders, AreNotToldWhereTheyAreTooMany) {
  OrdersQuestion question{Holder::firm, "SH049", {}, {}, 8};
  const Answer answer = ask_of(question);
  EXPECT_EQ(answer.exit_code, could_not_run);
  EXPECT_THAT(answer.err, HasSubstr("more than 8 changes, which are there by entry 1176"));
  EXPECT_THAT(answer.err, HasSubstr("--from, --to"));
  question.rows_max = 9;
  EXPECT_EQ(story(question).size(), 9U);
  question.rows_max = 3;
  question.from = moment_from_text("1173");
  EXPECT_THAT(story(question),
              ElementsAre("1173 accepted", "1176 cancelled C03_REQUESTED", "1177 block_alleged"));
}

// What ended before what is asked of is not kept, and a late command for it has its number.
TEST_F(Orders, ThatEndedBeforeAreForgotten) {
  const auto kept = [&](const OrderLog::Bounds& bounds) {
    OrderLog log{[](const SetFirmCommand& firm) { return firm.firm.view() == "SH049"; }, bounds};
    for (const Entry& entry : read_ledger(folder->path())) log.apply(entry.view());
    return log.orders().size();
  };
  EXPECT_EQ(kept({}), 4U);
  EXPECT_EQ(kept({.from = moment_from_text("1177")}), 2U);  // as many as at once
  const json late = changes({Holder::firm, "SH049", moment_from_text("1171"), {}})[0];
  EXPECT_EQ(late["change"], "cancel_refused");
  EXPECT_EQ(late["order_id"], changes({Holder::firm, "SH049", {}, {}})[0]["order_id"]);
}

}  // namespace
}  // namespace emx::audit
