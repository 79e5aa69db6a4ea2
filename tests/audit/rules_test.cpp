#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// The history of rules: a set of two documents that waits a day, what traded by it, a document that
// nobody signed, and a change by the venue. The keys are of the seeds 1 and 5.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing;

constexpr const char* rules_day = R"(day 2027-01-18
authority-key SH iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= approved-by=2
authority-key joint bnoc3Smwt4/ROvTFWY/v9O8qlxZuPKby5Pv8zYBQW/E= approved-by=2
rule-record SH 1 0 quota 2027 SH VOC inflow=900 outflow=800 gross=5000000 holding=700000000 pace=60
rule-document SH 1 1 2027-01-19 signature=gzERAlP58E7JHacuSWzdmRIZSuJxVcQTDieA0UarxeBNldXCQodDx6Pt20SMwGv+W7I8fzKWSi38f1tnZewPBQ==
rule-record joint 1 0 link VOC SH AH off
rule-document joint 1 1 2027-01-19 signature=IecxWA0HSLpOY9Wc+mlVqOe/6NwxCVgYWhMOffXHkq0EU2vLgA6eBHOAKrfiNRKXCT/pTpIExcxoXpKJoBm0CA==
activate-rules 1 SH joint approved-by=2
day 2027-01-19
phase continuous
sell SH049-1 VOC.AIR.YRD.IND.2630 400@11900
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 300@12000
rule-record joint 2 0 link VOC SH AH on
rule-document joint 2 1 2027-01-20
quota 2027 ZJ VOC pace=60001
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 60@12000
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 40@12000
)";

class Rules : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play(rules_day, folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  static json answer() {
    const Answer given = ask(report_rules, folder->path(), true);
    EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
    return json::parse(given.out);
  }
  static TempFolder* folder;
};

TempFolder* Rules::folder = nullptr;

TEST_F(Rules, AreToldDocumentByDocument) {
  const json documents = answer()["documents"];
  ASSERT_EQ(documents.size(), 3U);
  const json& sh = documents[0];
  EXPECT_EQ(sh["version"], 1);
  EXPECT_EQ(sh["authority"], "SH");
  EXPECT_EQ(sh["sequence"], 1'168);
  EXPECT_EQ(sh["signed"], true);
  EXPECT_EQ(sh["key_set_in"], 1'165);
  EXPECT_EQ(sh["effective_date"], "2027-01-19");
  EXPECT_EQ(sh["activated_in"], 1'171);
  EXPECT_EQ(sh["activated_by"], "person 1");
  EXPECT_EQ(sh["approved_by"], "person 2");
  EXPECT_EQ(sh["stage"], "in-force");
  EXPECT_EQ(sh["stage_in"], 1'172);
  EXPECT_EQ(documents[1]["sequence"], 1'170);
  EXPECT_EQ(documents[1]["key_set_in"], 1'166);
  EXPECT_EQ(documents[1]["stage_in"], 1'172);
  const json& nobodys = documents[2];
  EXPECT_EQ(nobodys["version"], 2);
  EXPECT_EQ(nobodys["signed"], false);
  EXPECT_EQ(nobodys["stage"], "closed");
  EXPECT_TRUE(nobodys["activated_in"].is_null());
}

// Orders in 1,174 and 1,175 with a trade, then two more with one each.
TEST_F(Rules, AreToldWithWhatWasJudgedByThem) {
  const json all = answer();
  const json& sets = all["rule_sets"];
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[0]["rule_set"], 1'172);
  EXPECT_EQ(sets[0]["signed_rules"], 2);
  EXPECT_EQ(sets[0]["first"], 1'172);
  EXPECT_EQ(sets[0]["last"], 1'177);
  EXPECT_EQ(sets[0]["entries"], 6);
  EXPECT_EQ(sets[0]["of_firms"], 2);
  EXPECT_EQ(sets[0]["trades"], 1);
  EXPECT_EQ(sets[1]["rule_set"], 1'178);
  EXPECT_EQ(sets[1]["last"], 1'180);
  EXPECT_EQ(sets[1]["trades"], 2);
  EXPECT_EQ(sets[1]["signed_rules"], 0);
  EXPECT_THAT(sets[1]["change"].get<std::string>(), HasSubstr("VOC"));
  EXPECT_GT(all["unused_rule_sets"], 0);
}

// A busy year: sets that are withdrawn, and documents that are left out.
TEST(RulesOfABusyYear, HaveEveryStage) {
  const TempFolder folder;
  play_file("tests/exchange/golden.emx", folder.path());
  const Answer given = ask(report_rules, folder.path(), true);
  EXPECT_EQ(given.exit_code, ledger_is_valid) << given.err;
  for (const char* stage : {"in-force", "withdrawn", "left-out"}) {
    EXPECT_THAT(given.out, HasSubstr("\"stage\": \"" + std::string{stage} + '"'));
  }
  EXPECT_THAT(given.out, Not(HasSubstr("\"signed\": false")));
}

}  // namespace
}  // namespace emx::audit
