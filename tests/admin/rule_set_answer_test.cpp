#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/admin/rules_desk.hpp"

// Who activates rules is told whether they are in force.
namespace emx::admin {
namespace {

using nlohmann::json;

class RuleSetAnswer : public AdminDeskWithRules {
 protected:
  static RuleSetEvent set(RuleSetStage stage, Authority authority = Authority::sh) {
    RuleSetEvent event{};
    event.header = {static_cast<std::uint16_t>(EventKind::rule_set), sizeof event, 0};
    event.version = 3;
    event.effective_date = date_of(2026, 7, 1).value;
    event.stage = static_cast<std::uint8_t>(stage);
    event.authority = static_cast<std::uint8_t>(authority);
    return event;
  }
  [[nodiscard]] json activate(std::uint64_t id) {
    const json request{
        {"command", "activate-rules"}, {"id", id}, {"version", 3}, {"parts", {"ZJ:17"}}};
    ask(persons.line(1, request));
    return ask(persons.line(2, decision("approve", request)));
  }
};

TEST_F(RuleSetAnswer, SaysWhatWaitsAndWhatWasLeftOut) {
  rule_sets[1] = {set(RuleSetStage::left_out), set(RuleSetStage::left_out, Authority::joint),
                  set(RuleSetStage::waits)};
  const json told{"rule set 3 leaves out the document of SH, which is over",
                  "rule set 3 leaves out the document of the joint office, which is over",
                  "rule set 3 waits for 2026-07-01"};
  EXPECT_EQ(activate(7), (json{{"ok", true},
                               {"sequence", 1},
                               {"rule_set",
                                {{"version", 3},
                                 {"stage", "waits"},
                                 {"effective", "2026-07-01"},
                                 {"left_out", {"SH", "joint"}}}},
                               {"told", told}}));
  rule_sets[2] = {set(RuleSetStage::in_force)};
  const json in_force = activate(8);
  EXPECT_EQ(in_force["rule_set"]["stage"], "in-force");
  EXPECT_EQ(in_force["rule_set"]["left_out"], json::array());
  EXPECT_EQ(in_force["told"], json::array({"rule set 3 is in force"}));
}

// A day that is opened by hand may be the one on which a set comes to its date.
TEST_F(RuleSetAnswer, SaysWhyASetLapsed) {
  RuleSetEvent lapsed = set(RuleSetStage::lapsed, Authority::zj);
  lapsed.code = static_cast<std::uint16_t>(Code::o11_capacity);
  lapsed.record = 4;
  rule_sets[1] = {lapsed};
  const json request{{"command", "day"}, {"id", 7}, {"date", "2026-07-01"}};
  const json answer = ask(persons.line(1, request));
  EXPECT_EQ(answer["rule_set"]["stage"], "lapsed");
  EXPECT_EQ(answer["rule_set"]["authority"], "ZJ");
  EXPECT_EQ(answer["rule_set"]["record"], 4);
  EXPECT_EQ(answer["rule_set"]["name"], "O11_CAPACITY");
  EXPECT_EQ(ask(persons.line(1, request)), answer);
  // Where there is nothing to tell, nothing is.
  const json next{{"command", "day"}, {"id", 8}, {"date", "2026-07-02"}};
  EXPECT_EQ(ask(persons.line(1, next)), (json{{"ok", true}, {"sequence", 2}}));
}

}  // namespace
}  // namespace emx::admin
