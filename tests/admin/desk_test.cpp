#include "tools/admin/desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/admin/persons.hpp"
#include "tests/admin/small_venue.hpp"

namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t second_ns = 1'000'000'000;

// A desk whose commands are durable at once, unless a test says otherwise.
class AdminDesk : public ::testing::Test {
 protected:
  explicit AdminDesk(bool has_operators = true)
      : desk{make_desk(has_operators ? persons.operators() : Operators{{}})} {}

  // As after a start: it has seen no entries.
  [[nodiscard]] Desk make_desk(Operators operators) {
    return Desk{std::move(operators),
                {.submit = [this](std::span<const std::byte> command) -> std::string {
                   if (!refusal.empty()) return refusal;
                   log.emplace_back(command.begin(), command.end());
                   return "";
                 },
                 .status = [] { return std::string{R"({"ok":true})"}; },
                 .now_ns = [this] { return now_ns; },
                 .inform = [this](const std::string& words) { said += words + '\n'; },
                 .warn = [this](const std::string& words) { said += "! " + words + '\n'; }}};
  }

  json ask(const std::string& line) {
    json answer;
    desk.take(line, [&](const std::string& text) { answer = json::parse(text); });
    make_durable();
    return answer;
  }
  void make_durable() {
    for (; durable < log.size(); ++durable) {
      EntryView entry{};
      entry.stamp.sequence = SeqNo{durable + 1};
      entry.command = log[durable];
      RefusedEvent refused{};
      const auto found = refusals.find(durable + 1);
      if (found != refusals.end()) {
        refused.header = {static_cast<std::uint16_t>(EventKind::refused), sizeof refused, 0};
        refused.code = static_cast<std::uint16_t>(found->second);
        entry.events = std::as_bytes(std::span{&refused, 1});
        entry.events_count = 1;
      }
      desk.on_entry(entry);
    }
  }
  [[nodiscard]] std::string reason(const std::string& line) {
    const json answer = ask(line);
    EXPECT_EQ(answer.value("ok", true), false) << answer;
    return answer.value("reason", "");
  }
  [[nodiscard]] CommandHeader last() const { return read_record<CommandHeader>(log.back()); }

  [[nodiscard]] static json release(std::uint64_t id, const std::string& firm = "SH049") {
    return {{"command", "kill-switch"},
            {"id", id},
            {"scope", "firm"},
            {"name", firm},
            {"killed", false}};
  }
  [[nodiscard]] static json kill(std::uint64_t id) {
    return {{"command", "kill-switch"}, {"id", id}, {"scope", "all"}, {"killed", true}};
  }
  [[nodiscard]] static json quota(std::uint64_t id, const char* province) {
    return {{"command", "quota"}, {"id", id},    {"year", 2026}, {"province", province},
            {"pollutant", "VOC"}, {"inflow", 1}, {"outflow", 1}, {"gross", 1},
            {"holding", 1},       {"pace", 1}};
  }
  void know_a_venue() {
    for (const auto& command : SmallVenue::commands()) {
      EntryView entry{};
      entry.command = command;
      desk.on_entry(entry);
    }
  }
  // What the other person signs of an act that person 1 asked for.
  [[nodiscard]] static json decision(const char* command, std::uint64_t approval, const json& of,
                                     std::uint32_t by = 1) {
    return {{"command", command}, {"approval", approval}, {"request", Persons::text(by, of)}};
  }

  Persons persons;
  std::vector<std::vector<std::byte>> log;
  std::size_t durable = 0;
  std::map<std::uint64_t, Code> refusals;  // by sequence: what the exchange refuses
  std::string refusal;
  std::string said;
  std::int64_t now_ns = Persons::now_ns();
  Desk desk;
};

class AdminDeskWithoutOperators : public AdminDesk {
 protected:
  AdminDeskWithoutOperators() : AdminDesk{false} {}
};

TEST_F(AdminDeskWithoutOperators, LetsNobodyAct) {
  EXPECT_THAT(reason(persons.line(1, kill(1))), HasSubstr("add an [[operator]]"));
  EXPECT_EQ(ask(R"({"command":"status"})")["ok"], true);
  EXPECT_TRUE(log.empty());
}

TEST_F(AdminDesk, NamesTheActorInTheCommand) {
  EXPECT_EQ(ask(persons.line(1, kill(7))), (json{{"ok", true}, {"sequence", 1}}));
  EXPECT_EQ(last().actor, operator_actor(1));
  EXPECT_EQ(last().approver, 0U);
  EXPECT_EQ(last().command_id, 7U);
  const json link{{"command", "link"}, {"id", 8},       {"pollutant", "VOC"},
                  {"seller", "SH"},    {"buyer", "ZJ"}, {"enabled", false}};
  EXPECT_EQ(ask(persons.line(2, link))["ok"], true);
  EXPECT_EQ(last().actor, operator_actor(2));
  EXPECT_THAT(said, HasSubstr("Li Wei (venue, person 1): kill switch on for all"));
}

TEST_F(AdminDesk, TurnsAwayWhoDoesNotSignForHerself) {
  const std::string text = Persons::text(1, kill(7));
  EXPECT_EQ(reason(text), "the request is not signed; give --operator FILE and --as NUMBER");
  EXPECT_EQ(reason(signed_line(text, persons.wang)), "the signature is not by the key of person 1");
  EXPECT_EQ(reason(signed_line(text, persons.stranger)),
            "the signature is not by the key of person 1");
  EXPECT_EQ(reason(signed_line(Persons::text(5, kill(7)), persons.stranger)),
            "nobody has the number 5");
  // Another's signature under a text that differs in one digit.
  json line = json::parse(signed_line(text, persons.li));
  line["signed"] = Persons::text(1, kill(8));
  EXPECT_EQ(reason(line.dump()), "the signature is not by the key of person 1");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(desk.turned_away(), 5U);
  EXPECT_THAT(said, HasSubstr("! admin: a request that names Li Wei (venue, person 1)"));
  EXPECT_EQ(ask(signed_line(text, persons.li))["ok"], true);  // control
}

// One byte changed anywhere: nothing but what was signed ever gets into the log.
TEST_F(AdminDesk, LetsNoChangedLineAct) {
  const std::string line = persons.line(1, kill(7));
  ask(line);
  const auto signed_command = log.front();
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const int by : {1, 2, 32, 128}) {
      desk = make_desk(persons.operators());
      log.clear();
      durable = 0;
      std::string changed = line;
      changed[at] = static_cast<char>(changed[at] ^ by);
      desk.take(changed, [](const std::string&) {});
      for (const auto& command : log) EXPECT_EQ(command, signed_command) << changed;
    }
  }
  desk = make_desk(persons.operators());
  log.clear();
  ask(line);
  EXPECT_EQ(log.size(), 1U);  // control
}

TEST_F(AdminDesk, TurnsAwayWhatWasSignedAtAnotherTime) {
  const std::string line = persons.line(1, kill(7));
  const std::string words = "more than two minutes from";
  now_ns += 121 * second_ns;
  EXPECT_THAT(reason(line), HasSubstr(words));
  now_ns -= 242 * second_ns;
  EXPECT_THAT(reason(line), HasSubstr(words));
  EXPECT_TRUE(log.empty());
  now_ns += 1 * second_ns;
  EXPECT_EQ(ask(line)["ok"], true);
}

TEST_F(AdminDesk, TakesARepeatedRequestOnce) {
  const json first = ask(persons.line(1, kill(7)));
  json later = kill(7);
  later["time"] = "2026-06-18T02:03:09Z";  // signed anew
  EXPECT_EQ(ask(persons.line(1, later)), first);
  EXPECT_EQ(log.size(), 1U);
  // The same of another person is another command.
  EXPECT_EQ(ask(persons.line(2, quota(8, "SH")))["ok"], true);
  EXPECT_EQ(reason(persons.line(3, quota(8, "SH"))),
            "this id was used before, for another command");
}

TEST_F(AdminDesk, LetsAnActWaitForTheSecondPerson) {
  const json waits = ask(persons.line(1, release(7)));
  EXPECT_EQ(waits, (json{{"ok", false},
                         {"waiting", true},
                         {"approval", 1},
                         {"reason", "waits for a second person: emx admin approve 1"}}));
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(desk.acts_waiting(), 1U);
  const json pending = ask(R"({"command":"pending"})")["pending"];
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0], (json{{"approval", 1},
                              {"state", "waiting"},
                              {"what", "kill switch released for firm SH049"},
                              {"by", "Li Wei (venue, person 1)"},
                              {"since", Persons::now},
                              {"until", "2026-06-18T02:13:04Z"},
                              {"request", Persons::text(1, release(7))}}));
  const std::string approval = persons.line(2, decision("approve", 1, release(7)));
  EXPECT_EQ(ask(approval), (json{{"ok", true}, {"sequence", 1}}));
  EXPECT_EQ(last().actor, operator_actor(1));
  EXPECT_EQ(last().approver, 2U);
  EXPECT_EQ(last().command_id, 7U);
  EXPECT_EQ(desk.acts_waiting(), 0U);
  // Both get that answer again.
  EXPECT_EQ(ask(approval)["sequence"], 1);
  EXPECT_EQ(ask(persons.line(1, release(7)))["sequence"], 1);
  EXPECT_EQ(reason(persons.line(1, decision("reject", 1, release(7)))),
            "it was approved by Wang Fang (joint, person 2)");
  EXPECT_EQ(log.size(), 1U);
}

TEST_F(AdminDesk, LetsNobodyBeHerOwnSecondPerson) {
  ask(persons.line(1, release(7)));
  EXPECT_EQ(reason(persons.line(1, decision("approve", 1, release(7)))),
            "Li Wei (venue, person 1) asked for it herself; another person must approve it");
  EXPECT_EQ(desk.turned_away(), 1U);
  EXPECT_THAT(said, HasSubstr("! admin: a request that names Li Wei (venue, person 1)"));
  EXPECT_EQ(reason(signed_line(Persons::text(2, decision("approve", 1, release(7))), persons.li)),
            "the signature is not by the key of person 2");
  EXPECT_EQ(reason(Persons::text(2, decision("approve", 1, release(7)))),
            "the request is not signed; give --operator FILE and --as NUMBER");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", 1, release(7))))["ok"], true);  // control
}

TEST_F(AdminDesk, ApprovesOnlyWhatTheSecondPersonSaw) {
  ask(persons.line(1, release(7)));
  EXPECT_EQ(reason(persons.line(2, decision("approve", 1, release(7, "SH065")))),
            "no such act waits as approval 1");
  EXPECT_EQ(reason(persons.line(2, decision("approve", 2, release(7)))),
            "no such act waits as approval 2");
  EXPECT_TRUE(log.empty());
}

TEST_F(AdminDesk, KeepsWhatWasRejectedFromHappening) {
  ask(persons.line(1, release(7)));
  const std::string rejection = persons.line(2, decision("reject", 1, release(7)));
  EXPECT_EQ(ask(rejection), (json{{"ok", true}, {"rejected", 1}}));
  EXPECT_EQ(ask(rejection), (json{{"ok", true}, {"rejected", 1}}));
  EXPECT_EQ(reason(persons.line(2, decision("approve", 1, release(7)))),
            "it was rejected by Wang Fang (joint, person 2)");
  EXPECT_EQ(reason(persons.line(1, release(7))), "it was rejected by Wang Fang (joint, person 2)");
  EXPECT_TRUE(log.empty());
}

TEST_F(AdminDesk, LetsWhoAskedTakeItBack) {
  ask(persons.line(1, release(7)));
  EXPECT_EQ(ask(persons.line(1, decision("reject", 1, release(7))))["ok"], true);
  EXPECT_EQ(reason(persons.line(2, decision("approve", 1, release(7)))),
            "it was rejected by Li Wei (venue, person 1)");
}

TEST_F(AdminDesk, HasOneApprovalForARepeatedRequest) {
  const json first = ask(persons.line(1, release(7)));
  EXPECT_EQ(ask(persons.line(1, release(7))), first);
  const std::string used = "this id was used before, for another command";
  EXPECT_EQ(reason(persons.line(1, release(7, "SH065"))), used);
  EXPECT_EQ(reason(persons.line(1, kill(7))), used);
  EXPECT_EQ(desk.acts_waiting(), 1U);
}

TEST_F(AdminDesk, ForgetsWhatNobodyApprovesInTime) {
  ask(persons.line(1, release(7)));
  now_ns += Approvals::lifetime_ns - 1;
  EXPECT_EQ(desk.acts_waiting(), 1U);
  now_ns += 1;
  json late = decision("approve", 1, release(7));
  late["time"] = "2026-06-18T02:13:04Z";
  EXPECT_EQ(reason(persons.line(2, late)), "no such act waits as approval 1");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(desk.acts_waiting(), 0U);
}

TEST_F(AdminDesk, BoundsWhatWaitsOfEachPerson) {
  know_a_venue();
  for (std::uint64_t id = 1; id <= Approvals::acts_of_person_max; ++id) {
    EXPECT_EQ(ask(persons.line(1, release(id)))["approval"], id);
  }
  EXPECT_EQ(
      reason(persons.line(1, release(100))),
      "as many acts as may, 16, of Li Wei (venue, person 1) wait for a second person; have some of "
      "them decided on");
  EXPECT_EQ(ask(persons.line(1, kill(101)))["ok"], true);  // what needs nobody goes on
  // What is decided gives way.
  EXPECT_EQ(ask(persons.line(2, decision("reject", 3, release(3))))["ok"], true);
  EXPECT_EQ(ask(persons.line(1, release(100)))["approval"], Approvals::acts_of_person_max + 1);
  EXPECT_EQ(desk.acts_waiting(), Approvals::acts_of_person_max);
  // Nobody's acts keep another's from being asked for.
  const json trust{{"command", "trust"}, {"id", 103}, {"from", "ZJ063-1"}, {"to", "SH049-1"}};
  EXPECT_EQ(ask(persons.line(2, trust))["waiting"], true);
  std::string long_one = Persons::text(1, release(102));
  long_one.insert(1, Approvals::text_bytes_max, ' ');
  EXPECT_THAT(reason(signed_line(long_one, persons.li)), HasSubstr("at most 2048 bytes"));
}

TEST_F(AdminDesk, GoesOnWaitingWhenTheLogTakesNothing) {
  ask(persons.line(1, release(7)));
  refusal = "emxd is busy; try again";
  const std::string approval = persons.line(2, decision("approve", 1, release(7)));
  EXPECT_EQ(reason(approval), "emxd is busy; try again");
  EXPECT_EQ(desk.acts_waiting(), 1U);
  refusal.clear();
  EXPECT_EQ(ask(approval)["ok"], true);
}

// Each office acts in its own matters, and the joint office in those of the provinces.
TEST_F(AdminDesk, LetsEachOfficeActInItsMatters) {
  know_a_venue();
  const auto of_facility = [](std::uint64_t id, const char* facility) {
    return json{{"command", "freeze"},
                {"id", id},
                {"facility", facility},
                {"asset", "cash"},
                {"amount", "1.00"}};
  };
  const json kill_all = kill(1);
  const json zj_quota = quota(2, "ZJ");
  const json zj_demand{{"command", "demand"},
                       {"id", 3},
                       {"facility", "ZJ063-1"},
                       {"pollutant", "VOC"},
                       {"approved", 5}};
  const json zj_zone{
      {"command", "zone"}, {"id", 4}, {"province", "ZJ"}, {"zone", "JIASHAN"}, {"misses", "VOC"}};
  const json zj_freeze = of_facility(5, "ZJ063-1");
  const json sh_freeze = of_facility(6, "SH049-1");
  const json link{{"command", "link"}, {"id", 7},       {"pollutant", "VOC"},
                  {"seller", "SH"},    {"buyer", "ZJ"}, {"enabled", false}};
  const json group{{"command", "firm"}, {"id", 8}, {"firm", "ZJ063"}, {"group", "none"}};
  const json deposit{
      {"command", "deposit"}, {"id", 9}, {"facility", "ZJ063-1"}, {"amount", "1.00"}};
  const json issue{{"command", "issue"}, {"id", 10},      {"facility", "ZJ063-1"},
                   {"symbol", "SHEA25"}, {"quantity", 1}, {"batch", "B"}};
  const json admission{
      {"command", "admit-firm"}, {"id", 11}, {"firm", "ZJ900"}, {"name", "N"}, {"uscc", "U"}};
  const json account{{"command", "open-account"}, {"id", 12},         {"facility", "ZJ063-2"},
                     {"firm", "ZJ063"},           {"province", "ZJ"}, {"zone", "JIASHAN"},
                     {"class", "INDUSTRY"}};
  const auto kill_of = [](const char* scope, const char* name) {
    return json{
        {"command", "kill-switch"}, {"id", 13}, {"scope", scope}, {"name", name}, {"killed", true}};
  };
  const auto who_may = [&](const json& request) {
    std::string offices;
    for (const std::uint32_t person : {1U, 2U, 3U, 4U}) {
      desk = make_desk(persons.operators());
      know_a_venue();
      const std::size_t before = log.size();
      desk.take(persons.line(person, request), [](const std::string&) {});
      if (log.size() > before) offices += std::to_string(person);
    }
    return offices;
  };
  EXPECT_EQ(who_may(kill_all), "12");
  EXPECT_EQ(who_may(kill_of("province", "SH")), "123");
  EXPECT_EQ(who_may(kill_of("firm", "SH050")), "123");
  EXPECT_EQ(who_may(kill_of("firm", "ZJ063")), "12");  // it has facilities in both
  EXPECT_EQ(who_may(kill_of("instrument", "SHEA25")), "12");
  EXPECT_EQ(who_may(deposit), "1");
  EXPECT_EQ(who_may(link), "2");
  EXPECT_EQ(who_may(group), "2");
  EXPECT_EQ(who_may(admission), "2");
  EXPECT_EQ(who_may(account), "24");
  EXPECT_EQ(who_may(zj_quota), "24");
  EXPECT_EQ(who_may(zj_demand), "24");
  EXPECT_EQ(who_may(zj_zone), "24");
  EXPECT_EQ(who_may(zj_freeze), "24");
  EXPECT_EQ(who_may(issue), "24");
  EXPECT_EQ(who_may(sh_freeze), "23");
  EXPECT_EQ(
      reason(persons.line(3, zj_quota)),
      "Shen Yi (SH, person 3) may not ask for it: this is a matter of the office ZJ; the office "
      "SH acts on quotas, demand, zones and facilities, and on rights that are issued, frozen, "
      "pledged or transferred, of SH");
  EXPECT_THAT(reason(persons.line(1, zj_quota)),
              HasSubstr("the office venue acts on days, phases, prices, limits"));
  EXPECT_THAT(reason(persons.line(4, link)), HasSubstr("a matter of the office joint"));
}

// The second person may be of another office, but not of another province.
TEST_F(AdminDesk, LetsNoOtherProvinceApprove) {
  know_a_venue();
  const json thaw{{"command", "unfreeze"},
                  {"id", 7},
                  {"facility", "ZJ063-1"},
                  {"asset", "cash"},
                  {"amount", "1.00"}};
  EXPECT_EQ(ask(persons.line(4, thaw))["approval"], 1);
  EXPECT_THAT(reason(persons.line(3, decision("approve", 1, thaw, 4))),
              StartsWith("Shen Yi (SH, person 3) may not approve it: this is a matter of the "
                         "office ZJ"));
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", 1, thaw, 4)))["ok"], true);
  EXPECT_EQ(ask(persons.line(1, release(8)))["approval"], 2);
  EXPECT_THAT(reason(persons.line(4, decision("approve", 2, release(8)))),
              StartsWith("Zhu Min (ZJ, person 4) may not approve it: this is a matter of the "
                         "offices venue and joint"));
  EXPECT_EQ(ask(persons.line(2, decision("approve", 2, release(8))))["ok"], true);
}

// A restart gives the desk the ledger's entries anew, and forgets what waits. What a second person
// signed before it approves nothing that came after.
TEST_F(AdminDesk, KnowsAfterARestartWhatIsInTheLedger) {
  ask(persons.line(1, release(7)));
  ask(persons.line(2, decision("approve", 1, release(7))));
  ask(persons.line(1, release(8)));
  const std::string approval = persons.line(2, decision("approve", 2, release(8)));
  desk = make_desk(persons.operators());
  durable = 0;
  make_durable();
  EXPECT_EQ(ask(persons.line(1, release(7)))["sequence"], 1);
  EXPECT_EQ(ask(persons.line(1, release(9, "SH065")))["approval"], 1);
  EXPECT_EQ(ask(persons.line(1, release(10, "SH065")))["approval"], 2);
  EXPECT_EQ(reason(approval), "no such act waits as approval 2");
}

// A document of rules that the first of two keys signs.
class AdminDeskWithRules : public AdminDesk {
 protected:
  AdminDeskWithRules() {
    document.version = 1;
    document.effective = date_of(2026, 7, 1);
    document.authority = Authority::zj;
    document.records.resize(3);
  }
  [[nodiscard]] json hand_in(std::uint64_t id, const PrivateKey& key) const {
    return {{"command", "rule-document"},
            {"id", id},
            {"document", base64_of(rules::bytes_of(document))},
            {"signature", base64_of(rules::sign(document, key))}};
  }
  [[nodiscard]] static json key_of_zj(std::uint64_t id, const PrivateKey& key) {
    return {{"command", "authority-key"},
            {"id", id},
            {"authority", "ZJ"},
            {"public_key", base64_of(key.public_key())}};
  }
  void give_key() {
    const json request = key_of_zj(1, zj);
    ask(persons.line(1, request));
    ASSERT_EQ(ask(persons.line(4, decision("approve", 1, request)))["ok"], true);
  }
  [[nodiscard]] static RuleRecord quota_of(Province province) {
    SetQuotaCommand quota{};
    quota.year = 2026;
    quota.province = static_cast<std::uint8_t>(province);
    quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    RuleRecord record{.kind = static_cast<std::uint16_t>(CommandKind::set_quota)};
    std::memcpy(record.body.data(),
                reinterpret_cast<const std::byte*>(&quota) + sizeof(CommandHeader),
                sizeof quota - sizeof(CommandHeader));
    return record;
  }

  rules::Document document;
  PrivateKey zj = PrivateKey::make();
};

TEST_F(AdminDeskWithRules, TakesThemWithTheAuthoritysSignatureOnly) {
  EXPECT_THAT(reason(persons.line(1, hand_in(7, zj))), HasSubstr("ZJ has no key in the ledger"));
  give_key();
  EXPECT_EQ(reason(persons.line(1, hand_in(8, persons.stranger))),
            "the signature is not by the key of ZJ");
  EXPECT_EQ(log.size(), 1U);
  EXPECT_EQ(ask(persons.line(1, hand_in(9, zj))), (json{{"ok", true}, {"sequence", 5}}));
  for (std::size_t i = 1; i < 4; ++i) {
    const auto record = read_record<RuleRecordCommand>(log[i]);
    EXPECT_EQ(record.header.kind, static_cast<std::uint16_t>(CommandKind::rule_record));
    EXPECT_EQ(record.header.actor, operator_actor(1));
    EXPECT_EQ(record.record, i - 1);
  }
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_document));
  EXPECT_EQ(last().command_id, 9U);
}

// Else venue and joint office could sign in a province's name.
TEST_F(AdminDeskWithRules, GivesAnAuthorityItsKeyWithAPersonOfItsOwn) {
  const json request = key_of_zj(1, zj);
  EXPECT_THAT(reason(persons.line(3, request)), HasSubstr("a matter of the offices venue and ZJ"));
  ask(persons.line(1, request));
  EXPECT_EQ(reason(persons.line(2, decision("approve", 1, request))),
            "Wang Fang (joint, person 2) may not approve it: one of the two persons must be of the "
            "office ZJ, whose key it is");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(4, decision("approve", 1, request)))["ok"], true);
  const json again = key_of_zj(2, zj);
  ask(persons.line(4, again));
  EXPECT_EQ(ask(persons.line(2, decision("approve", 2, again, 4)))["ok"], true);
}

TEST_F(AdminDeskWithRules, TakesThemOnceForAnId) {
  give_key();
  ask(persons.line(1, hand_in(9, zj)));
  EXPECT_EQ(ask(persons.line(1, hand_in(9, zj)))["sequence"], 5);
  EXPECT_EQ(log.size(), 5U);
}

// The bearer is told the record at fault, and what closes the document is never sent.
TEST_F(AdminDeskWithRules, SaysWhichRecordWasRefused) {
  give_key();
  document.records[0] = document.records[2] = quota_of(Province::zj);
  document.records[1] = quota_of(Province::sh);
  refusals[3] = Code::p08_not_its_rule;
  refusals[4] = Code::p07_rule_set;  // and so is not the next
  const json answer = ask(persons.line(1, hand_in(9, zj)));
  EXPECT_EQ(answer["sequence"], 3);
  EXPECT_EQ(answer["name"], "P08_NOT_ITS_RULE");
  EXPECT_THAT(answer["reason"].get<std::string>(), StartsWith("record 1 (quota 2026 SH VOC: "));
  EXPECT_THAT(answer["reason"].get<std::string>(), HasSubstr("belongs to another authority"));
  EXPECT_EQ(log.size(), 4U);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_record));
  EXPECT_EQ(ask(persons.line(1, hand_in(9, zj))), answer);
  EXPECT_EQ(log.size(), 4U);
  document.records[1] = quota_of(Province::zj);  // mended
  EXPECT_EQ(ask(persons.line(1, hand_in(10, zj)))["sequence"], 8);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_document));
}

TEST_F(AdminDeskWithRules, TakesOneDocumentOfAnAuthorityAtATime) {
  give_key();
  json first;
  desk.take(persons.line(1, hand_in(9, zj)),
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
  desk.take(persons.line(1, hand_in(9, zj)), [](const std::string&) {});
  refusal = "emxd is busy; try again";
  std::string why;
  desk.take(persons.line(1, hand_in(9, zj)), [&](const std::string& text) { why = text; });
  make_durable();  // the command that closes it finds no room
  EXPECT_EQ(json::parse(why)["reason"], "emxd is busy; try again");
  EXPECT_EQ(log.size(), 4U);
  refusal.clear();
  EXPECT_EQ(ask(persons.line(1, hand_in(9, zj)))["sequence"], 8);
}

// The new key stands in the log ahead of the records: closed, they would have a signature that no
// audit takes.
TEST_F(AdminDeskWithRules, ClosesNoDocumentThatAnOlderKeySigned) {
  give_key();
  const json request = key_of_zj(2, persons.stranger);
  ask(persons.line(1, request));
  desk.take(persons.line(4, decision("approve", 2, request)), [](const std::string&) {});
  std::string why;
  desk.take(persons.line(1, hand_in(9, zj)), [&](const std::string& text) { why = text; });
  make_durable();
  EXPECT_EQ(json::parse(why)["reason"],
            "ZJ has another key since; the document is to be signed with that");
  EXPECT_EQ(log.size(), 5U);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_record));
  EXPECT_EQ(ask(persons.line(1, hand_in(10, persons.stranger)))["sequence"], 9);
  EXPECT_EQ(last().kind, static_cast<std::uint16_t>(CommandKind::rule_document));
}

// What the second person sees names the entry; the document that lies closed is meant where the
// first one named none.
TEST_F(AdminDeskWithRules, ActivatesTheDocumentThatWasRead) {
  const json request{{"command", "activate-rules"}, {"id", 7}, {"version", 1}, {"parts", {"ZJ"}}};
  EXPECT_EQ(reason(persons.line(1, request)),
            "no document of ZJ lies closed; `emx admin rule-document` hands one in");
  give_key();
  ask(persons.line(1, hand_in(9, zj)));
  EXPECT_EQ(ask(persons.line(1, request))["approval"], 2);
  const json pending = ask(R"({"command":"pending"})")["pending"];
  EXPECT_EQ(pending.at(1)["what"], "rule set 1: activation, with the documents of ZJ (entry 5)");
  ask(persons.line(1, hand_in(10, zj)));  // another in its place
  EXPECT_EQ(ask(persons.line(2, decision("approve", 2, request)))["ok"], true);
  EXPECT_EQ(read_record<ActivateRulesCommand>(log.back()).documents[2], 5U);
}

TEST_F(AdminDeskWithRules, WithdrawsThemWithTwoPersons) {
  const json request{{"command", "withdraw-rules"}, {"id", 7}, {"version", 3}};
  EXPECT_THAT(reason(persons.line(4, request)), HasSubstr("a matter of the office venue"));
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  EXPECT_EQ(ask(persons.line(2, decision("approve", 1, request)))["ok"], true);
  const auto command = read_record<WithdrawRulesCommand>(log.back());
  EXPECT_EQ(command.version, 3U);
  EXPECT_TRUE(has_four_eyes(command.header));
}

TEST_F(AdminDeskWithRules, ActivatesThemWithTwoPersons) {
  const json request{
      {"command", "activate-rules"}, {"id", 7}, {"version", 1}, {"parts", {"ZJ:17", "joint:18"}}};
  EXPECT_EQ(ask(persons.line(1, request))["waiting"], true);
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", 1, request)))["ok"], true);
  const auto command = read_record<ActivateRulesCommand>(log.back());
  EXPECT_EQ(command.parts_mask, 0b10100);
  EXPECT_EQ(command.documents[2], 17U);
  EXPECT_EQ(command.documents[4], 18U);
  EXPECT_TRUE(has_four_eyes(command.header));
}

}  // namespace
}  // namespace emx::admin
