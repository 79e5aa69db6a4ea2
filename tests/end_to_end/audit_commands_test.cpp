#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/end_to_end/daemon.hpp"

// `emx audit` as a person calls it, on the ledger of a day that `emx play` played.
namespace emx::end_to_end {

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class AuditCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TemporaryFolder;
    const Finished played = emx({"play", "tests/audit/day.emx", "--market", "tools/market/delta",
                                 "--ledger", folder->path().string()});
    ASSERT_EQ(played.exit_code, 0) << played.errors;
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }

  static Finished emx(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), emx_program());
    return demo::run_program(std::move(arguments), std::chrono::seconds{30});
  }
  static Finished audit(const std::string& question, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"audit", question, folder->path().string()});
    return emx(std::move(more));
  }
  static json answer(const std::string& question, std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    const Finished finished = audit(question, more);
    EXPECT_EQ(finished.exit_code, 0) << finished.errors;
    return json::parse(finished.output, nullptr, false);
  }

  static inline TemporaryFolder* folder = nullptr;
};

TEST_F(AuditCommands, AnswerEachQuestionAsTextJsonAndCsv) {
  struct Asked {
    const char* question;
    std::vector<std::string> with;
    bool has_at = true;
  };
  for (const Asked& asked :
       {Asked{"trades", {}}, Asked{"balances", {"--by", "firm"}}, Asked{"lots", {}},
        Asked{"quotas", {}}, Asked{"position", {"--province", "ZJ"}},
        Asked{"orders", {"--firm", "ZJ063"}, false}, Asked{"holdings", {}}, Asked{"ratios", {}},
        Asked{"rules", {}}, Asked{"provenance", {"--trade", "1"}}, Asked{"barriers", {}},
        Asked{"queries", {}, false}}) {
    std::vector<std::string> with = asked.with;
    EXPECT_EQ(answer(asked.question, with)["as_of"]["sequence"], 1'172) << asked.question;
    if (asked.has_at) {
      with.insert(with.end(), {"--at", "1168"});
      EXPECT_EQ(answer(asked.question, with)["as_of"]["sequence"], 1'168) << asked.question;
    }
    with.emplace_back("--csv");
    const Finished csv = audit(asked.question, with);
    EXPECT_EQ(csv.exit_code, 0) << csv.errors;
    EXPECT_THAT(csv.output, HasSubstr(",")) << asked.question;
    EXPECT_EQ(csv.errors, "");
  }
  EXPECT_THAT(audit("position", {"--province", "ZJ", "--at", "2026-06-18"}).output,
              StartsWith("position of ZJ after entry 1172, "));
}

TEST_F(AuditCommands, GiveAnEmptyAnswerWithItsHeadings) {
  EXPECT_EQ(answer("queries")["queries"], json::array());
  EXPECT_EQ(audit("queries", {"--csv"}).output,
            "sequence,at_ns,at,by,office,question,arguments,code\n");
  EXPECT_EQ(answer("orders", {"--firm", "AH004"})["changes"], json::array());
  EXPECT_EQ(answer("trades", {"--at", "1166"})["trades"], json::array());
  const Finished barriers = audit("barriers");
  EXPECT_EQ(barriers.exit_code, 0);
  EXPECT_THAT(barriers.output, StartsWith("who would have traded and may not, after entry 1172"));
}

TEST_F(AuditCommands, SayWhatIsNotThere) {
  struct Asked {
    const char* question;
    std::vector<std::string> with;
    const char* said;
  };
  for (const Asked& asked : {Asked{"orders", {"--firm", "NOBODY"}, "there is no firm NOBODY"},
                             Asked{"orders", {"--group", "NONE"}, "there is no group NONE"},
                             Asked{"lots", {"--facility", "NOBODY-1"}, "there is no facility"},
                             Asked{"provenance", {"--facility", "NOBODY-1"}, "NOBODY-1"}}) {
    const Finished finished = audit(asked.question, asked.with);
    EXPECT_EQ(finished.exit_code, 2) << asked.question;
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.errors, HasSubstr(asked.said));
  }
  const Finished nowhere = emx({"audit", "rules", (folder->path() / "none").string(), "--json"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_EQ(json::parse(nowhere.output)["verdict"], "could_not_run");
}

// What is not understood is not answered, and never a verdict: 1 says that a ledger is invalid.
TEST_F(AuditCommands, DoNotGuessWhatIsMeant) {
  struct Asked {
    const char* question;
    std::vector<std::string> with;
    const char* said;
  };
  for (const Asked& asked :
       {Asked{"orders", {}, "needs one of --firm and --group"},
        Asked{"orders", {"--firm", "A", "--group", "B"}, "--firm"},
        Asked{"position", {}, "--province is required"},
        Asked{"position", {"--province", "HK"}, "must be SH, JS, ZJ or AH"},
        Asked{"holdings", {"--pollutant", "CH4"}, "is no pollutant"},
        Asked{"quotas", {"--at", "noon"}, "must be an entry's number"},
        Asked{"provenance", {}, "needs one of"}, Asked{"rules", {"--json", "--csv"}, "--csv"},
        Asked{"ratios", {"--fast"}, "--fast"}, Asked{"rules", {"--as", "1"}, "--socket"},
        Asked{"fortune", {}, "A subcommand is required"}}) {
    const Finished finished = audit(asked.question, asked.with);
    EXPECT_GT(finished.exit_code, 2) << asked.question;
    EXPECT_EQ(finished.output, "") << asked.question;
    EXPECT_THAT(finished.errors, HasSubstr(asked.said));
  }
}

}  // namespace

}  // namespace emx::end_to_end
