#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/why/report.hpp"

// Refused acts of authorities and operators: the rule that is theirs, not that of orders which
// have the same code, and what had set it.

namespace emx::why {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class WhyActs : public ::testing::Test {
 protected:
  // What is said of the last statement.
  json why_last(std::string_view script) {
    audit::testing::play(script, data_dir);
    entries = audit::testing::read_ledger(data_dir);
    Question question;
    question.sequence = entries.back().stamp.sequence.value;
    const auto answer = audit::testing::ask(
        [&](const std::filesystem::path& from, const audit::Output& output) {
          return report_why(from, question, output);
        },
        data_dir, true);
    EXPECT_EQ(answer.exit_code, explained) << answer.err;
    return json::parse(answer.out)["entries"][0]["findings"][0];
  }
  static std::vector<std::uint64_t> setters(const json& finding) {
    std::vector<std::uint64_t> list;
    for (const json& by : finding["set_by"]) list.push_back(by["sequence"]);
    return list;
  }
  // The last entry of a kind before the refused one.
  std::uint64_t last_of(CommandKind kind) const {
    std::uint64_t found = 0;
    for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
      if (read_record<CommandHeader>(entries[i].command).kind == static_cast<std::uint16_t>(kind)) {
        found = entries[i].stamp.sequence.value;
      }
    }
    return found;
  }

  audit::testing::TempFolder folder;
  std::filesystem::path data_dir = folder.path() / "played";
  std::vector<audit::testing::Entry> entries;
};

TEST_F(WhyActs, AWithdrawalIsOfTheAccountAndItsFreeze) {
  const json finding = why_last(
      "day 2026-06-18\n"
      "freeze ZJ063-1 cash 1000000\n"
      "withdraw ZJ063-1 93500000 approved-by=9\n");
  EXPECT_EQ(finding["code"], "L01_CASH");
  EXPECT_EQ(finding["rule"]["text"], "what goes out comes from the account's available cash");
  EXPECT_EQ(finding["because"],
            "the available cash is too small (limit 93,000,000.00 CNY, value 93,500,000.00 CNY)");
  EXPECT_EQ(finding["judged_again"], false);
  EXPECT_THAT(setters(finding), ElementsAre(last_of(CommandKind::freeze)));
}

TEST_F(WhyActs, AnInstrumentIsWhatItIsForGood) {
  const json finding = why_last("instrument VOC.AIR.YRD.IND.2630 last-year=2031\n");
  EXPECT_EQ(finding["code"], "D02_DUPLICATE_CLORDID");
  EXPECT_THAT(finding["rule"]["text"].get<std::string>(), HasSubstr("for good does not change"));
  EXPECT_EQ(setters(finding).size(), 1U);
}

TEST_F(WhyActs, AnUnsignedRuleNamesTheKeyThatForbidsIt) {
  const json finding = why_last(
      "authority-key ZJ iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= approved-by=9\n"
      "quota 2026 ZJ VOC inflow=5\n");
  EXPECT_EQ(finding["code"], "P09_UNSIGNED_RULE");
  EXPECT_THAT(setters(finding), ElementsAre(last_of(CommandKind::set_authority_key)));
}

TEST_F(WhyActs, WhatIsFoundAnewSaysSo) {
  const json finding = why_last("withdraw ZJ063-1 1\n");
  EXPECT_EQ(finding["code"], "P06_FOUR_EYES");
  EXPECT_EQ(finding["judged_again"], true);
  EXPECT_EQ(finding["agrees"], true);
}

TEST_F(WhyActs, OrdersOfAFrozenAccountAddUp) {
  const json finding = why_last(
      "day 2026-06-18\n"
      "phase continuous\n"
      "freeze SH049-1 VOC.AIR.YRD.IND.2630 75000\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@11980\n");
  EXPECT_EQ(finding["code"], "L02_RIGHTS");
  EXPECT_EQ(finding["because"],
            "asks for 1,000 kg, available 248 kg (75,248 kg less 0 kg reserved, 75,000 kg frozen)");
  EXPECT_THAT(setters(finding), ElementsAre(last_of(CommandKind::freeze)));
}

}  // namespace
}  // namespace emx::why
