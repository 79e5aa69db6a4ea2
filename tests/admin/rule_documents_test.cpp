#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "tests/admin/rules_desk.hpp"

// Authorities' keys and documents at the desk, and what puts these into force.
namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(AdminDeskWithRules, TakesThemWithTheAuthoritysSignatureOnly) {
  EXPECT_THAT(reason(persons.line(4, hand_in(7, zj))), HasSubstr("ZJ has no key in the ledger"));
  EXPECT_FALSE(desk.has_key(Authority::zj));
  give_key();
  EXPECT_TRUE(desk.has_key(Authority::zj));
  EXPECT_FALSE(desk.has_key(Authority::sh));
  EXPECT_EQ(reason(persons.line(4, hand_in(8, persons.stranger))),
            "the signature is not by the key of ZJ");
  EXPECT_EQ(log.size(), 1U);
  EXPECT_EQ(ask(persons.line(4, hand_in(9, zj))), (json{{"ok", true}, {"sequence", 5}}));
  for (std::size_t i = 1; i < 4; ++i) {
    const auto record = read_record<RuleRecordCommand>(log[i]);
    EXPECT_EQ(record.header.kind, static_cast<std::uint16_t>(CommandKind::rule_record));
    EXPECT_EQ(record.header.actor, operator_actor(4));
    EXPECT_EQ(record.record, i - 1);
  }
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_document));
  EXPECT_EQ(last().command_id, 9U);
}

// Whoever else has one that was replaced by a better one could put it back in its place.
TEST_F(AdminDeskWithRules, TakesThemFromTheAuthoritysOfficeOrTheJointOne) {
  give_key();
  EXPECT_EQ(reason(persons.line(1, hand_in(7, zj))),
            "Li Wei (venue, person 1) may not hand it in: documents of ZJ are brought by the "
            "offices ZJ and joint");
  EXPECT_THAT(reason(persons.line(3, hand_in(7, zj))), HasSubstr("Shen Yi (SH, person 3)"));
  EXPECT_EQ(desk.turned_away(), 2U);
  EXPECT_EQ(log.size(), 1U);
  EXPECT_EQ(ask(persons.line(2, hand_in(8, zj)))["ok"], true);
  document.authority = Authority::joint;
  EXPECT_THAT(reason(persons.line(4, hand_in(9, zj))),
              HasSubstr("are brought by the office joint"));
  EXPECT_THAT(reason(persons.line(2, hand_in(9, zj))), HasSubstr("has no key in the ledger"));
  document.authority = static_cast<Authority>(9);  // of nobody
  EXPECT_THAT(reason(persons.line(1, hand_in(10, zj))), HasSubstr("has no key in the ledger"));
}

// Else venue and joint office could sign in a province's name.
TEST_F(AdminDeskWithRules, GivesAnAuthorityItsKeyWithAPersonOfItsOwn) {
  const json request = key_of_zj(1, zj);
  EXPECT_THAT(reason(persons.line(3, request)), HasSubstr("a matter of the offices venue and ZJ"));
  ask(persons.line(1, request));
  EXPECT_EQ(reason(persons.line(2, decision("approve", request))),
            "Wang Fang (joint, person 2) may not approve it: one of the two persons must be of the "
            "office ZJ, whose key it is");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(4, decision("approve", request)))["ok"], true);
  const json again = key_of_zj(2, zj);
  ask(persons.line(4, again));
  EXPECT_EQ(ask(persons.line(2, decision("approve", again, 4)))["ok"], true);
}

TEST_F(AdminDeskWithRules, TakesThemOnceForAnId) {
  give_key();
  ask(persons.line(4, hand_in(9, zj)));
  EXPECT_EQ(ask(persons.line(4, hand_in(9, zj)))["sequence"], 5);
  EXPECT_EQ(log.size(), 5U);
}

// The bearer is told the record at fault, and what closes the document is never sent.
TEST_F(AdminDeskWithRules, SaysWhichRecordWasRefused) {
  give_key();
  document.records[0] = document.records[2] = quota_of(Province::zj);
  document.records[1] = quota_of(Province::sh);
  refusals[3] = Code::p08_not_its_rule;
  refusals[4] = Code::p07_rule_set;  // and so is not the next
  const json answer = ask(persons.line(4, hand_in(9, zj)));
  EXPECT_EQ(answer["sequence"], 3);
  EXPECT_EQ(answer["name"], "P08_NOT_ITS_RULE");
  EXPECT_THAT(answer["reason"].get<std::string>(), StartsWith("record 1 (quota 2026 SH VOC: "));
  EXPECT_THAT(answer["reason"].get<std::string>(), HasSubstr("belongs to another authority"));
  EXPECT_EQ(log.size(), 4U);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_record));
  EXPECT_EQ(ask(persons.line(4, hand_in(9, zj))), answer);
  EXPECT_EQ(log.size(), 4U);
  document.records[1] = quota_of(Province::zj);  // mended
  EXPECT_EQ(ask(persons.line(4, hand_in(10, zj)))["sequence"], 8);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_document));
}

// A document's texts are any bytes, and the answer that tells one is a line all the same.
TEST_F(AdminDeskWithRules, SaysWhichRecordWasRefusedWhateverItsBytes) {
  give_key();
  SetZoneCommand zone{};
  zone.zone = ZoneCode{"\xff\xfe\n"};
  document.records[0] = record_of(CommandKind::set_zone, zone);
  refusals[2] = Code::p08_not_its_rule;
  EXPECT_THAT(reason(persons.line(4, hand_in(9, zj))), StartsWith("record 0 (zone SH/\uFFFD"));
}

TEST_F(AdminDeskWithRules, TakesOneDocumentOfAnAuthorityAtATime) {
  give_key();
  json first;
  desk.take(persons.line(4, hand_in(9, zj)),
            [&](const std::string& text) { first = json::parse(text); });
  desk.take(persons.line(2, hand_in(10, zj)), [&](const std::string& text) {
    EXPECT_EQ(json::parse(text)["reason"], "another document of ZJ is being handed in; try again");
  });
  EXPECT_TRUE(first.is_null());
  make_durable();
  EXPECT_EQ(first["sequence"], 5);
  EXPECT_EQ(ask(persons.line(2, hand_in(11, zj)))["sequence"], 9);
}

// Records that went in before the log took no more are no document; handed in again, it is one.
TEST_F(AdminDeskWithRules, SaysWhenTheLogTakesNotAllOfThem) {
  give_key();
  desk.take(persons.line(4, hand_in(9, zj)), [](const std::string&) {});
  refusal = "emxd is busy; try again";
  std::string why;
  desk.take(persons.line(4, hand_in(9, zj)), [&](const std::string& text) { why = text; });
  make_durable();  // the command that closes it finds no room
  EXPECT_EQ(json::parse(why)["reason"], "emxd is busy; try again");
  EXPECT_EQ(log.size(), 4U);
  refusal.clear();
  EXPECT_EQ(ask(persons.line(4, hand_in(9, zj)))["sequence"], 8);
}

// What the second person sees names the entry; the document that lies closed is meant where the
// first one named none. Another in its place makes the act void.
TEST_F(AdminDeskWithRules, ActivatesTheDocumentThatWasRead) {
  const json request{{"command", "activate-rules"}, {"id", 7}, {"version", 1}, {"parts", {"ZJ"}}};
  EXPECT_EQ(reason(persons.line(1, request)),
            "no document of ZJ lies closed; `emx admin rule-document` hands one in");
  give_key();
  ask(persons.line(4, hand_in(9, zj)));
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  const json pending = ask(R"({"command":"pending"})")["pending"];
  EXPECT_EQ(pending.at(1)["what"], "rule set 1: activation, with the documents of ZJ (entry 5)");
  ask(persons.line(4, hand_in(10, zj)));  // another in its place
  EXPECT_EQ(reason(persons.line(2, decision("approve", request))),
            "what it would change has changed since it was asked for; ask for it again");
  EXPECT_EQ(log.size(), 9U);
  EXPECT_EQ(desk.acts_waiting(), 0U);
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  EXPECT_EQ(ask(persons.line(2, decision("approve", request)))["ok"], true);
  EXPECT_EQ(read_record<ActivateRulesCommand>(log.back()).documents[2], 9U);
}

TEST_F(AdminDeskWithRules, WithdrawsThemWithTwoPersons) {
  const json request{{"command", "withdraw-rules"}, {"id", 7}, {"version", 3}};
  EXPECT_THAT(reason(persons.line(4, request)), HasSubstr("a matter of the office venue"));
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  EXPECT_EQ(ask(persons.line(2, decision("approve", request)))["ok"], true);
  const auto command = read_record<WithdrawRulesCommand>(log.back());
  EXPECT_EQ(command.version, 3U);
  EXPECT_TRUE(has_four_eyes(command.header));
}

TEST_F(AdminDeskWithRules, ActivatesThemWithTwoPersons) {
  const json request{
      {"command", "activate-rules"}, {"id", 7}, {"version", 1}, {"parts", {"ZJ:17", "joint:18"}}};
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", request)))["ok"], true);
  const auto command = read_record<ActivateRulesCommand>(log.back());
  EXPECT_EQ(command.parts_mask, 0b10100);
  EXPECT_EQ(command.documents[2], 17U);
  EXPECT_EQ(command.documents[4], 18U);
  EXPECT_TRUE(has_four_eyes(command.header));
}

}  // namespace
}  // namespace emx::admin
