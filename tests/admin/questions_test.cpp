#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "tests/admin/admin_desk.hpp"
#include "tools/admin/question_arguments.hpp"

// Questions of the ledger at the desk: who may ask what, and what then stands in the log.

namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(QuestionArguments, ReadBackAsTheyWereWritten) {
  std::string record;
  add_argument(record, "firm", "SH049");
  add_argument(record, "batch", R"(A "B" \C)");
  add_argument(record, "from", "2026-06-18 09:30");
  add_argument(record, "to", "");
  add_argument(record, "symbol", "a=b");
  EXPECT_EQ(record, R"(firm=SH049 batch="A \"B\" \\C" from="2026-06-18 09:30" to="" symbol=a=b)");
  EXPECT_EQ(argument(record, "firm"), "SH049");
  EXPECT_EQ(argument(record, "batch"), R"(A "B" \C)");
  EXPECT_EQ(argument(record, "from"), "2026-06-18 09:30");
  EXPECT_EQ(argument(record, "to"), "");
  EXPECT_EQ(argument(record, "symbol"), "a=b");
  EXPECT_EQ(argument(record, "trade"), std::nullopt);
}

// What looks like an argument within a value is none, or a name would open what its own does not.
TEST(QuestionArguments, AreNotFoundWithinValues) {
  std::string record;
  add_argument(record, "batch", R"(" facility=ZJ063-1 ")");
  EXPECT_EQ(argument(record, "facility"), std::nullopt);
  for (const char* damaged : {"firm", "\"", "firm=\"SH", "firm=\"\\", "=", " ", "a b=c"}) {
    EXPECT_NO_THROW(static_cast<void>(argument(damaged, "facility"))) << damaged;
  }
}

class AdminQuestions : public AdminDesk {
 protected:
  AdminQuestions() { know_a_venue(); }

  json ask_as(std::uint32_t person, const char* question, json arguments = json::object()) {
    arguments["command"] = "query";
    arguments["id"] = ++last_id;
    arguments["question"] = question;
    return ask(persons.line(person, arguments));
  }
  bool may(std::uint32_t person, const char* question, const json& arguments = json::object()) {
    const json answer = ask_as(person, question, arguments);
    const std::string why = answer.value("reason", "may not ask it");
    EXPECT_THAT(why, HasSubstr("may not ask it"));
    return answer["ok"];
  }

  std::uint64_t last_id = 0;
};

TEST_F(AdminQuestions, GoIntoTheLogWithWhoAskedForWhomWhat) {
  const json answer = ask_as(4, "orders", {{"from", "2026-06-18 09:30"}, {"firm", "ZJ063"}});
  EXPECT_EQ(answer, (json{{"ok", true}, {"sequence", 1}}));
  const auto query = read_record<QueryCommand>(log.back());
  EXPECT_EQ(query.header.kind, static_cast<std::uint16_t>(CommandKind::query));
  EXPECT_EQ(query.header.actor, operator_actor(4));
  EXPECT_EQ(query.header.command_id, 1U);
  EXPECT_EQ(query.question, static_cast<std::uint8_t>(Question::orders));
  EXPECT_EQ(query.office, static_cast<std::uint8_t>(Office::zj));
  EXPECT_EQ(query.arguments.view(), R"(firm=ZJ063 from="2026-06-18 09:30")");
  EXPECT_THAT(said, HasSubstr("Zhu Min (ZJ, person 4): asks of the ledger, for ZJ: orders "
                              "firm=ZJ063 from=\"2026-06-18 09:30\""));
}

TEST_F(AdminQuestions, OfTheVenueAndTheJointOfficeMayBeAny) {
  for (std::uint8_t number = 1; number <= 15; ++number) {
    const std::string question{name_of(static_cast<Question>(number))};
    EXPECT_TRUE(may(1, question.c_str())) << question;
    EXPECT_TRUE(may(2, question.c_str())) << question;
  }
  EXPECT_EQ(log.size(), 30U);
}

TEST_F(AdminQuestions, OfAProvinceAreOfItselfItsFirmsAndWhatNamesNoFirm) {
  for (const char* question : {"verify", "quotas", "rules", "ratios"}) {
    EXPECT_TRUE(may(3, question)) << question;
  }
  EXPECT_TRUE(may(3, "position", {{"province", "SH"}}));
  EXPECT_FALSE(may(3, "position", {{"province", "ZJ"}}));
  EXPECT_FALSE(may(3, "ratios", {{"trades", "yes"}}));
  for (const char* question :
       {"trades", "balances", "entries", "holdings", "barriers", "queries"}) {
    EXPECT_FALSE(may(3, question)) << question;
  }
  // ZJ063 has facilities in both, SH050 in Shanghai alone; both are of group G7.
  EXPECT_TRUE(may(3, "orders", {{"firm", "SH050"}}));
  EXPECT_TRUE(may(3, "orders", {{"firm", "ZJ063"}}));
  // Who was in it once may be of another province.
  EXPECT_FALSE(may(3, "orders", {{"group", "G7"}}));
  EXPECT_TRUE(may(4, "orders", {{"firm", "ZJ063"}}));
  EXPECT_FALSE(may(4, "orders", {{"firm", "SH050"}}));
  EXPECT_FALSE(may(3, "orders", {{"firm", "NOBODY"}}));
  EXPECT_FALSE(may(3, "orders", {{"group", ""}}));
  EXPECT_FALSE(may(3, "orders"));
  EXPECT_TRUE(may(4, "lots", {{"facility", "ZJ063-1"}}));
  EXPECT_FALSE(may(4, "lots", {{"facility", "SH049-1"}}));
  EXPECT_FALSE(may(4, "lots"));
  EXPECT_TRUE(may(4, "provenance", {{"facility", "ZJ063-1"}, {"symbol", "SHEA25"}}));
  EXPECT_TRUE(may(4, "provenance", {{"issued-to", "ZJ063-1"}}));
  EXPECT_FALSE(may(4, "provenance", {{"trade", "7"}}));
  EXPECT_FALSE(may(4, "provenance", {{"batch", "\" facility=ZJ063-1 \""}}));
  EXPECT_TRUE(may(4, "why", {{"cl-ord-id", "ZJ063/deal-7"}}));
  EXPECT_FALSE(may(4, "why", {{"cl-ord-id", "SH050/deal-7"}}));
  EXPECT_FALSE(may(4, "why", {{"entry", "7"}}));
}

TEST_F(AdminQuestions, OfOnePersonAreSixtyAMinute) {
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(may(1, "rules"));
  EXPECT_THAT(ask_as(1, "rules", json::object())["reason"].get<std::string>(),
              HasSubstr("60 questions in this minute"));
  EXPECT_TRUE(may(2, "rules"));
  EXPECT_EQ(log.size(), 61U);
  now_ns += std::int64_t{60} * 1'000'000'000;
  EXPECT_TRUE(may(1, "rules"));
}

TEST_F(AdminQuestions, StandInTheLogOnce) {
  const json query{{"command", "query"}, {"id", 9}, {"question", "rules"}};
  EXPECT_EQ(ask(persons.line(3, query))["sequence"], 1);
  json later = query;
  later["time"] = "2026-06-18T02:03:09Z";
  EXPECT_EQ(ask(persons.line(3, later))["sequence"], 1);
  restart();
  EXPECT_EQ(ask(persons.line(3, query))["sequence"], 1);
  EXPECT_EQ(log.size(), 1U);
  json other = query;
  other["question"] = "quotas";
  EXPECT_THAT(reason(persons.line(3, other)), HasSubstr("another request needs another id"));
}

TEST_F(AdminQuestions, ThatTheRecordCannotHoldAreNotTaken) {
  const auto refused = [&](const char* question, const json& arguments) {
    return ask_as(1, question, arguments).value("reason", "taken");
  };
  EXPECT_EQ(refused("orders", {{"firm", std::string(115, 'x')}}), "taken") << "120 bytes with it";
  EXPECT_EQ(refused("orders", {{"firm", std::string(116, 'x')}}),
            "the ledger's record of a question has room for 120 bytes of arguments, and these have "
            "121; ask with fewer of them");
  EXPECT_EQ(refused("orders", {{"firm", "SH\n1"}}), "'firm' must be one line of text");
  EXPECT_EQ(refused("orders", {{"firm", 7}}), "'firm' must be a text");
  EXPECT_EQ(refused("orders", {{"province", "SH"}}), "it has a field that is not known here");
  EXPECT_EQ(refused("fortune", json::object()), "'fortune' is not a question");
  EXPECT_EQ(log.size(), 1U);
}

}  // namespace
}  // namespace emx::admin
