#include "tools/admin/desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "tests/admin/admin_desk.hpp"

namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t second_ns = 1'000'000'000;

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
            "id 8 is entry 2, applied: quota 2026 SH VOC: net inflow 1, net outflow 1, gross 1, "
            "holding 1, daily inflow 1 kg; another request needs another id");
}

TEST_F(AdminDesk, LetsAnActWaitForTheSecondPerson) {
  const json waits = ask(persons.line(1, release(7)));
  EXPECT_EQ(waits, (json{{"ok", false},
                         {"waiting", true},
                         {"approval", approval_of(release(7))},
                         {"reason", "waits for a second person: emx admin approve " +
                                        std::to_string(approval_of(release(7)))}}));
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(desk.acts_waiting(), 1U);
  const json pending = ask(R"({"command":"pending"})")["pending"];
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0], (json{{"approval", waits["approval"]},
                              {"state", "waiting"},
                              {"what", "kill switch released for firm SH049"},
                              {"by", "Li Wei (venue, person 1)"},
                              {"since", Persons::now},
                              {"until", "2026-06-18T02:13:04Z"},
                              {"request", Persons::text(1, release(7))}}));
  const std::string approval = persons.line(2, decision("approve", release(7)));
  EXPECT_EQ(ask(approval), (json{{"ok", true}, {"sequence", 1}}));
  EXPECT_EQ(last().actor, operator_actor(1));
  EXPECT_EQ(last().approver, 2U);
  EXPECT_EQ(last().command_id, 7U);
  EXPECT_EQ(desk.acts_waiting(), 0U);
  // Both get that answer again.
  EXPECT_EQ(ask(approval)["sequence"], 1);
  EXPECT_EQ(ask(persons.line(1, release(7)))["sequence"], 1);
  EXPECT_EQ(reason(persons.line(1, decision("reject", release(7)))),
            "it was approved by Wang Fang (joint, person 2)");
  EXPECT_EQ(log.size(), 1U);
}

TEST_F(AdminDesk, LetsNobodyBeHerOwnSecondPerson) {
  ask(persons.line(1, release(7)));
  EXPECT_EQ(reason(persons.line(1, decision("approve", release(7)))),
            "Li Wei (venue, person 1) asked for it herself; another person must approve it");
  EXPECT_EQ(desk.turned_away(), 1U);
  EXPECT_THAT(said, HasSubstr("! admin: a request that names Li Wei (venue, person 1)"));
  EXPECT_EQ(reason(signed_line(Persons::text(2, decision("approve", release(7))), persons.li)),
            "the signature is not by the key of person 2");
  EXPECT_EQ(reason(Persons::text(2, decision("approve", release(7)))),
            "the request is not signed; give --operator FILE and --as NUMBER");
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", release(7))))["ok"], true);  // control
}

TEST_F(AdminDesk, ApprovesOnlyWhatTheSecondPersonSaw) {
  const std::uint64_t number = ask(persons.line(1, release(7)))["approval"];
  EXPECT_EQ(reason(persons.line(2, decision_on(number, "approve", release(7, "SH065")))),
            "no such act waits as approval " + std::to_string(number));
  EXPECT_EQ(reason(persons.line(2, decision_on(2, "approve", release(7)))),
            "no such act waits as approval 2");
  EXPECT_TRUE(log.empty());
}

TEST_F(AdminDesk, KeepsWhatWasRejectedFromHappening) {
  ask(persons.line(1, release(7)));
  const std::string rejection = persons.line(2, decision("reject", release(7)));
  EXPECT_EQ(ask(rejection), (json{{"ok", true}, {"rejected", approval_of(release(7))}}));
  EXPECT_EQ(ask(rejection), (json{{"ok", true}, {"rejected", approval_of(release(7))}}));
  EXPECT_EQ(reason(persons.line(2, decision("approve", release(7)))),
            "it was rejected by Wang Fang (joint, person 2)");
  EXPECT_EQ(reason(persons.line(1, release(7))), "it was rejected by Wang Fang (joint, person 2)");
  EXPECT_TRUE(log.empty());
}

TEST_F(AdminDesk, LetsWhoAskedTakeItBack) {
  ask(persons.line(1, release(7)));
  EXPECT_EQ(ask(persons.line(1, decision("reject", release(7))))["ok"], true);
  EXPECT_EQ(reason(persons.line(2, decision("approve", release(7)))),
            "it was rejected by Li Wei (venue, person 1)");
}

TEST_F(AdminDesk, HasOneApprovalForARepeatedRequest) {
  const json first = ask(persons.line(1, release(7)));
  EXPECT_EQ(ask(persons.line(1, release(7))), first);
  const std::string used =
      "id 7 is approval " + first["approval"].dump() +
      ": kill switch released for firm SH049, asked for by Li Wei (venue, person 1); another "
      "request needs another id";
  EXPECT_EQ(reason(persons.line(1, release(7, "SH065"))), used);
  EXPECT_EQ(reason(persons.line(1, kill(7))), used);
  EXPECT_EQ(desk.acts_waiting(), 1U);
}

TEST_F(AdminDesk, ForgetsWhatNobodyApprovesInTime) {
  ask(persons.line(1, release(7)));
  now_ns += Approvals::lifetime_ns - 1;
  EXPECT_EQ(desk.acts_waiting(), 1U);
  json late = decision("approve", release(7));
  const std::string number = late["approval"].dump();
  now_ns += 1;
  late["time"] = "2026-06-18T02:13:04Z";
  EXPECT_EQ(reason(persons.line(2, late)), "no such act waits as approval " + number);
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(desk.acts_waiting(), 0U);
}

TEST_F(AdminDesk, BoundsWhatWaitsOfEachPerson) {
  know_a_venue();
  for (std::uint64_t id = 1; id <= Approvals::acts_of_person_max; ++id) {
    EXPECT_EQ(ask(persons.line(1, release(id)))["waiting"], true);
  }
  EXPECT_EQ(
      reason(persons.line(1, release(100))),
      "as many acts as may, 16, of Li Wei (venue, person 1) wait for a second person; have some of "
      "them decided on");
  EXPECT_EQ(ask(persons.line(1, kill(101)))["ok"], true);  // what needs nobody goes on
  // What is decided gives way.
  EXPECT_EQ(ask(persons.line(2, decision("reject", release(3))))["ok"], true);
  EXPECT_EQ(ask(persons.line(1, release(100)))["waiting"], true);
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
  const std::string approval = persons.line(2, decision("approve", release(7)));
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
  const json account{{"command", "open-account"}, {"id", 12},         {"facility", "SH050-2"},
                     {"firm", "SH050"},           {"province", "SH"}, {"zone", "QINGPU"},
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
  EXPECT_EQ(who_may(account), "23");
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
      "pledged or transferred, of SH, and on the kill switch for it and its firms");
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
  EXPECT_EQ(ask(persons.line(4, thaw))["waiting"], true);
  EXPECT_THAT(reason(persons.line(3, decision("approve", thaw, 4))),
              StartsWith("Shen Yi (SH, person 3) may not approve it: this is a matter of the "
                         "office ZJ"));
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(ask(persons.line(2, decision("approve", thaw, 4)))["ok"], true);
  EXPECT_EQ(ask(persons.line(1, release(8)))["waiting"], true);
  EXPECT_THAT(reason(persons.line(4, decision("approve", release(8)))),
              StartsWith("Zhu Min (ZJ, person 4) may not approve it: this is a matter of the "
                         "offices venue and joint"));
  EXPECT_EQ(ask(persons.line(2, decision("approve", release(8))))["ok"], true);
}

// A restart gives the desk the ledger's entries anew, and forgets what waits. What a second person
// read or signed before it approves nothing that came after.
TEST_F(AdminDesk, KnowsAfterARestartWhatIsInTheLedger) {
  ask(persons.line(1, release(7)));
  ask(persons.line(2, decision("approve", release(7))));
  const std::uint64_t number = ask(persons.line(1, release(8)))["approval"];
  const std::string approval = persons.line(2, decision("approve", release(8)));
  restart();
  EXPECT_EQ(ask(persons.line(1, release(7)))["sequence"], 1);
  EXPECT_NE(ask(persons.line(1, release(9, "SH065")))["approval"], number);
  EXPECT_NE(ask(persons.line(1, release(10, "SH065")))["approval"], number);
  EXPECT_EQ(reason(approval), "no such act waits as approval " + std::to_string(number));
  // The same request has the same number, and is what she signed.
  EXPECT_EQ(ask(persons.line(1, release(8)))["approval"], number);
  EXPECT_EQ(ask(approval)["ok"], true);
}

}  // namespace
}  // namespace emx::admin
