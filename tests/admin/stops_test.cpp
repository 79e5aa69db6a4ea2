#include <gmock/gmock.h>

#include "tests/admin/admin_desk.hpp"

// Who may end a stop, and who may not take one away by opening an account.

namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// With a second person of Zhejiang.
class StopsAtTheDesk : public AdminDesk {
 protected:
  StopsAtTheDesk() {
    desk = make_desk(Operators{{{1, "Li Wei", Office::venue, persons.li.public_key()},
                                {2, "Wang Fang", Office::joint, persons.wang.public_key()},
                                {4, "Zhu Min", Office::zj, persons.zhu.public_key()},
                                {6, "Lu Ping", Office::zj, lu.public_key()}}});
    know_a_venue();
  }
  [[nodiscard]] static json of_province(std::uint64_t id, bool killed) {
    return {{"command", "kill-switch"},
            {"id", id},
            {"scope", "province"},
            {"name", "ZJ"},
            {"killed", killed}};
  }
  // What the second person of Zhejiang is told, when the first one asks for a release.
  [[nodiscard]] json release_by_the_province(std::uint64_t id) {
    ask(persons.line(4, of_province(id, false)));
    const json approval = decision("approve", of_province(id, false), 4);
    return ask(signed_line(Persons::text(6, approval), lu));
  }
  [[nodiscard]] static json account(std::uint64_t id, const char* firm, const char* source_class) {
    return {{"command", "open-account"},
            {"id", id},
            {"facility", "ZJ-NEW-" + std::to_string(id)},
            {"firm", firm},
            {"province", "ZJ"},
            {"zone", "JIASHAN"},
            {"class", source_class}};
  }

  PrivateKey lu = PrivateKey::make();
};

TEST_F(StopsAtTheDesk, AProvinceEndsItsOwn) {
  ask(persons.line(4, of_province(1, true)));
  EXPECT_EQ(release_by_the_province(2)["ok"], true);
}

TEST_F(StopsAtTheDesk, AProvinceDoesNotEndTheVenuesAlone) {
  ask(persons.line(4, of_province(1, true)));
  ask(persons.line(1, of_province(2, true)));  // after its own
  EXPECT_THAT(release_by_the_province(3)["reason"].get<std::string>(),
              HasSubstr("the venue or the joint office stopped it"));
  const json approval = decision("approve", of_province(3, false), 4);
  EXPECT_EQ(ask(persons.line(2, approval))["ok"], true);
  // And from here on it is the province's again.
  ask(persons.line(4, of_province(4, true)));
  EXPECT_EQ(release_by_the_province(5)["ok"], true);
}

TEST_F(StopsAtTheDesk, WhatTheJointOfficeStoppedBeforeStaysItsOwn) {
  ask(persons.line(2, of_province(1, true)));
  ask(persons.line(4, of_province(2, true)));
  EXPECT_EQ(release_by_the_province(3)["ok"], false);
}

TEST_F(StopsAtTheDesk, AnAccountOfAFirmElsewhereIsTheJointOffices) {
  EXPECT_THAT(reason(persons.line(4, account(1, "SH050", "INDUSTRY"))),
              HasSubstr("a matter of the office joint"));
  EXPECT_EQ(ask(persons.line(2, account(2, "SH050", "INDUSTRY")))["ok"], true);
  ask(persons.line(2, {{"command", "admit-firm"},
                       {"id", 3},
                       {"firm", "ZJ999"},
                       {"name", "new"},
                       {"uscc", "91330400MA2BA1234K"}}));
  EXPECT_EQ(ask(persons.line(4, account(4, "ZJ999", "INDUSTRY")))["ok"], true);
  EXPECT_EQ(ask(persons.line(4, account(5, "ZJ999", "POWER")))["ok"], true);
}

TEST_F(StopsAtTheDesk, AReserveIsTheJointOffices) {
  ask(persons.line(2, {{"command", "admit-firm"},
                       {"id", 1},
                       {"firm", "ZJ999"},
                       {"name", "new"},
                       {"uscc", "91330400MA2BA1234K"}}));
  EXPECT_THAT(reason(persons.line(4, account(2, "ZJ999", "RESERVE"))),
              HasSubstr("a matter of the office joint"));
  EXPECT_EQ(ask(persons.line(2, account(3, "ZJ999", "RESERVE")))["ok"], true);
}

}  // namespace
}  // namespace emx::admin
