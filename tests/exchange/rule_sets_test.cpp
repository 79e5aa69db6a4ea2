#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/exchange/floor.hpp"

// Rule sets (market-rules 1): each authority its own document, whole or nothing, with two persons,
// on its date. Each rule at its bound and one beyond. Signatures are not the core's.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Date trade_date = date_of(2026, 6, 18);
constexpr Date tomorrow = date_of(2026, 6, 19);
constexpr std::uint8_t joint_part = 1U << 4;
constexpr std::uint8_t zj_part = 1U << 2;

class RuleSets : public ::testing::Test {
 protected:
  RuleSets() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("ZJ", Province::zj);
    for (std::uint8_t a = 0; a < authorities_count; ++a) key(static_cast<Authority>(a));
  }

  // Its first one; `byte` is that of another.
  Outcome key(Authority authority, std::uint32_t approver = second_person, std::uint8_t byte = 0) {
    SetAuthorityKeyCommand command{};
    command.header.approver = approver;
    command.authority = static_cast<std::uint8_t>(authority);
    command.public_key.fill(byte != 0 ? byte : static_cast<std::uint8_t>(command.authority + 1));
    return floor.apply(CommandKind::set_authority_key, command);
  }

  // A rule as the record of a document.
  template <class Rule>
  static RuleRecordCommand record(CommandKind kind, const Rule& rule, Authority authority,
                                  std::uint16_t number = 0, std::uint32_t version = 1) {
    RuleRecordCommand command{};
    command.version = version;
    command.record_kind = static_cast<std::uint16_t>(kind);
    command.record = number;
    command.authority = static_cast<std::uint8_t>(authority);
    std::memcpy(command.body.data(), reinterpret_cast<const char*>(&rule) + sizeof(CommandHeader),
                sizeof rule - sizeof(CommandHeader));
    return command;
  }
  static RuleRecordCommand inflow(std::int64_t kg, Authority authority = Authority::zj,
                                  std::uint16_t number = 0, std::uint32_t version = 1) {
    SetQuotaCommand caps = Floor::caps(Province::zj);
    caps.inflow_cap_kg = kg;
    return record(CommandKind::set_quota, caps, authority, number, version);
  }
  static RuleRecordCommand link(bool enabled, Authority authority = Authority::joint,
                                std::uint16_t number = 0, std::uint32_t version = 1) {
    SetLinkCommand command{};
    command.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    command.seller_province = static_cast<std::uint8_t>(Province::sh);
    command.buyer_province = static_cast<std::uint8_t>(Province::zj);
    command.enabled = enabled ? 1 : 0;
    return record(CommandKind::set_link, command, authority, number, version);
  }
  static SetInstrumentCommand series(std::string_view symbol) {
    return instrument_of({.symbol = symbol, .first_year = 2031, .last_year = 2035});
  }

  Outcome hand_in(const RuleRecordCommand& command) {
    return floor.apply(CommandKind::rule_record, command);
  }
  Outcome close(Authority authority, std::uint16_t records = 1, Date effective = trade_date,
                std::uint32_t version = 1) {
    RuleDocumentCommand command{};
    command.version = version;
    command.effective_date = effective.value;
    command.records = records;
    command.authority = static_cast<std::uint8_t>(authority);
    const Outcome outcome = floor.apply(CommandKind::rule_document, command);
    if (outcome.refused == Code::none) documents[command.authority] = floor.entries();
    return outcome;
  }
  // With the documents that were closed last.
  Outcome activate(std::uint8_t parts, std::uint32_t approver = second_person,
                   std::uint32_t version = 1) {
    return floor.apply(CommandKind::activate_rules, activation(parts, approver, version));
  }
  [[nodiscard]] ActivateRulesCommand activation(std::uint8_t parts,
                                                std::uint32_t approver = second_person,
                                                std::uint32_t version = 1) const {
    ActivateRulesCommand command{};
    command.header.approver = approver;
    command.version = version;
    command.parts_mask = parts;
    for (std::size_t a = 0; a < documents.size(); ++a) {
      if ((parts >> a & 1U) != 0) command.documents[a] = documents[a];
    }
    return command;
  }
  Outcome withdraw(std::uint32_t version = 1, std::uint32_t approver = second_person) {
    WithdrawRulesCommand command{};
    command.header.approver = approver;
    command.version = version;
    return floor.apply(CommandKind::withdraw_rules, command);
  }
  Outcome next_day() {
    floor.phase(Phase::closed);
    return floor.day(tomorrow);
  }
  static std::vector<RuleSetStage> stages(const Outcome& outcome) {
    std::vector<RuleSetStage> list;
    for (const RuleSetEvent& event : outcome.rule_sets) {
      list.push_back(static_cast<RuleSetStage>(event.stage));
    }
    return list;
  }

  Floor floor;
  std::array<std::uint64_t, authorities_count> documents{};  // entries that closed them
};

TEST_F(RuleSets, ComeIntoForceAtOnceWhenTheirDateHasCome) {
  EXPECT_EQ(hand_in(inflow(0)).refused, Code::none);
  EXPECT_EQ(close(Authority::zj).refused, Code::none);
  const std::uint64_t before = floor.exchange().rule_set();
  const Outcome outcome = activate(zj_part);
  EXPECT_THAT(stages(outcome), ElementsAre(RuleSetStage::in_force));
  ASSERT_THAT(outcome.rules, SizeIs(1));
  EXPECT_EQ(outcome.rules[0].body, inflow(0).body);
  EXPECT_GT(floor.exchange().rule_set(), before);
  EXPECT_EQ(floor.exchange().rule_set(), floor.entries());
  floor.sell("SH", 100, 11'980_cny);
  EXPECT_THAT(floor.buy("ZJ", 100, 11'980_cny).skip_codes(), ElementsAre(Code::q01_net_inflow));
}

// Only the rules in force count as a change of rules, so the entries between name the old ones.
TEST_F(RuleSets, WaitForTheDayOpenOfTheirDate) {
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);
  const std::uint64_t before = floor.exchange().rule_set();
  const Outcome outcome = activate(zj_part);
  EXPECT_THAT(stages(outcome), ElementsAre(RuleSetStage::waits));
  EXPECT_THAT(outcome.rules, IsEmpty());
  EXPECT_EQ(floor.exchange().rule_set(), before);
  floor.sell("SH", 100, 11'980_cny);
  EXPECT_EQ(floor.buy("ZJ", 100, 11'980_cny).sold(), 100);
  const Outcome opened = next_day();
  EXPECT_THAT(stages(opened), ElementsAre(RuleSetStage::in_force));
  EXPECT_THAT(opened.rules, SizeIs(1));
  EXPECT_EQ(floor.exchange().rule_set(), floor.entries());
  floor.phase(Phase::continuous);
  floor.sell("SH", 100, 11'980_cny);
  EXPECT_EQ(floor.buy("ZJ", 100, 11'980_cny).sold(), 0);
}

TEST_F(RuleSets, GiveRestingOrdersWhatTheyAllow) {
  hand_in(link(false));
  close(Authority::joint);
  activate(joint_part);
  floor.sell("SH", 100, 11'980_cny);
  EXPECT_THAT(floor.buy("ZJ", 60, 11'980_cny).skip_codes(), ElementsAre(Code::e07_link));
  hand_in(link(true, Authority::joint, 0, 2));
  close(Authority::joint, 1, trade_date, 2);
  hand_in(inflow(40, Authority::zj, 0, 2));
  close(Authority::zj, 1, trade_date, 2);
  const Outcome outcome = activate(joint_part | zj_part, second_person, 2);
  EXPECT_THAT(outcome.rules, SizeIs(2));
  ASSERT_THAT(outcome.trades, SizeIs(1));
  EXPECT_EQ(outcome.trades[0].quantity_lots, 40);
}

TEST_F(RuleSets, OfAnotherProvinceAreRefusedByRecord) {
  const Outcome outcome = hand_in(inflow(0, Authority::js));
  EXPECT_EQ(outcome.refused, Code::p08_not_its_rule);
  EXPECT_EQ(outcome.limit, static_cast<std::int64_t>(Authority::zj));
  EXPECT_EQ(outcome.value, static_cast<std::int64_t>(Authority::js));
  EXPECT_EQ(hand_in(inflow(0, Authority::joint)).refused, Code::p08_not_its_rule);
  EXPECT_EQ(hand_in(link(false, Authority::zj)).refused, Code::p08_not_its_rule);
  SetZoneCommand zone{};
  zone.zone = ZoneCode{"plain"};
  zone.province = static_cast<std::uint8_t>(Province::ah);
  EXPECT_EQ(hand_in(record(CommandKind::set_zone, zone, Authority::zj)).refused,
            Code::p08_not_its_rule);
  EXPECT_EQ(hand_in(record(CommandKind::set_zone, zone, Authority::ah)).refused, Code::none);
}

TEST_F(RuleSets, TakeOnlyTheNextVersion) {
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0, 0)).refused, Code::p10_rule_version);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0, 2)).refused, Code::p10_rule_version);
  hand_in(inflow(0));
  EXPECT_EQ(close(Authority::zj, 1, trade_date, 2).refused, Code::p10_rule_version);
  close(Authority::zj);
  EXPECT_EQ(activate(zj_part, second_person, 2).refused, Code::p10_rule_version);
  EXPECT_EQ(activate(zj_part).refused, Code::none);
  const Outcome again = activate(zj_part);
  EXPECT_EQ(again.refused, Code::p10_rule_version);
  EXPECT_EQ(again.limit, 2);
  EXPECT_EQ(again.value, 1);
}

TEST_F(RuleSets, TakeNoOtherWhileOneWaits) {
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);
  activate(zj_part);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0, 2)).refused, Code::p10_rule_version);
  next_day();
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0, 2)).refused, Code::none);
}

TEST_F(RuleSets, NeedEveryPartThatIsNamed) {
  hand_in(inflow(0));
  EXPECT_EQ(activate(zj_part).refused, Code::p07_rule_set);  // not closed
  close(Authority::zj);
  const Outcome missing = activate(joint_part | zj_part);
  EXPECT_EQ(missing.refused, Code::p07_rule_set);
  EXPECT_EQ(missing.limit, 0);
  EXPECT_EQ(activate(0).refused, Code::o01_quantity);
  EXPECT_EQ(activate(1U << authorities_count).refused, Code::o01_quantity);
  hand_in(link(false));
  close(Authority::joint);
  EXPECT_EQ(activate(joint_part | zj_part).refused, Code::none);
}

// What is activated is what two persons read: another document that came in its place is not it.
TEST_F(RuleSets, NameEachDocumentByTheEntryThatClosedIt) {
  hand_in(inflow(0));
  close(Authority::zj);
  const ActivateRulesCommand read = activation(zj_part);
  hand_in(inflow(7));
  close(Authority::zj);
  const Outcome replaced = floor.apply(CommandKind::activate_rules, read);
  EXPECT_EQ(replaced.refused, Code::p07_rule_set);
  EXPECT_EQ(replaced.limit, static_cast<std::int64_t>(documents[2]));
  EXPECT_EQ(replaced.value, static_cast<std::int64_t>(read.documents[2]));
  ActivateRulesCommand more = activation(zj_part);
  more.documents[4] = 1;  // of an authority that is no part
  const Outcome other = floor.apply(CommandKind::activate_rules, more);
  EXPECT_EQ(other.refused, Code::p07_rule_set);
  EXPECT_EQ(other.limit, 0);
  EXPECT_EQ(other.value, 1);
  const Outcome outcome = activate(zj_part);
  ASSERT_THAT(outcome.rules, SizeIs(1));
  EXPECT_EQ(outcome.rules[0].body, inflow(7).body);
}

// A document that has to be left out is told of, and over with its version.
TEST_F(RuleSets, LeaveOutWhatLiesClosedAndIsNotNamed) {
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);  // another date is no matter then
  hand_in(link(false));
  close(Authority::joint);
  const Outcome outcome = activate(joint_part);
  EXPECT_THAT(stages(outcome), ElementsAre(RuleSetStage::left_out, RuleSetStage::in_force));
  EXPECT_EQ(outcome.rule_sets[0].authority, static_cast<std::uint8_t>(Authority::zj));
  EXPECT_EQ(outcome.rule_sets[0].version, 1U);
  EXPECT_EQ(outcome.rule_sets[0].effective_date, tomorrow.value);
  ASSERT_THAT(outcome.rules, SizeIs(1));
  EXPECT_EQ(outcome.rules[0].authority, static_cast<std::uint8_t>(Authority::joint));
  EXPECT_EQ(activate(zj_part, second_person, 2).refused, Code::p07_rule_set);
  EXPECT_THAT(next_day().rule_sets, IsEmpty());
}

// Who had the old key is trusted no more, and no document of his comes into force.
TEST_F(RuleSets, EndADocumentWithTheKeyThatSignedIt) {
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);
  hand_in(link(false));
  close(Authority::joint);
  EXPECT_EQ(key(Authority::zj, 0, 77).refused, Code::p06_four_eyes);  // a refused one ends nothing
  const Outcome outcome = key(Authority::zj, second_person, 77);
  EXPECT_EQ(outcome.refused, Code::none);
  ASSERT_THAT(stages(outcome), ElementsAre(RuleSetStage::left_out));
  EXPECT_EQ(outcome.rule_sets[0].authority, static_cast<std::uint8_t>(Authority::zj));
  EXPECT_EQ(outcome.rule_sets[0].version, 1U);
  EXPECT_EQ(outcome.rule_sets[0].effective_date, tomorrow.value);
  EXPECT_EQ(outcome.rule_sets[0].code, 0);
  EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
  const Outcome gone = activate(zj_part);
  EXPECT_EQ(gone.refused, Code::p07_rule_set);
  EXPECT_EQ(gone.limit, 0);
  EXPECT_THAT(key(Authority::zj, second_person, 78).rule_sets, IsEmpty());  // none is left
  hand_in(inflow(7));
  close(Authority::zj);  // anew, and its own version still
  const Outcome activated = activate(joint_part | zj_part);
  EXPECT_EQ(activated.refused, Code::none);
  EXPECT_THAT(activated.rules, SizeIs(2));  // the other authority's document stands
}

TEST_F(RuleSets, EndADraftWithTheKey) {
  hand_in(inflow(0));
  hand_in(link(false));
  EXPECT_THAT(key(Authority::zj, second_person, 77).rule_sets, IsEmpty());  // it was never closed
  const Outcome outcome = close(Authority::zj);
  EXPECT_EQ(outcome.refused, Code::p07_rule_set);
  EXPECT_EQ(outcome.limit, 0);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 1)).refused, Code::p07_rule_set);
  EXPECT_EQ(close(Authority::joint).refused, Code::none);  // another's draft stands
  EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
}

TEST_F(RuleSets, LoseNothingWhenTheSameKeyIsGivenAgain) {
  hand_in(inflow(0));
  close(Authority::zj);
  hand_in(inflow(7));
  EXPECT_THAT(key(Authority::zj).rule_sets, IsEmpty());
  EXPECT_EQ(close(Authority::zj).refused, Code::none);
  EXPECT_EQ(activate(zj_part).refused, Code::none);
}

// It is the act of the two persons who activated it, and not the key's.
TEST_F(RuleSets, WaitOnWhateverKeyComes) {
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);
  activate(zj_part);
  EXPECT_THAT(key(Authority::zj, second_person, 77).rule_sets, IsEmpty());
  const Outcome opened = next_day();
  EXPECT_THAT(stages(opened), ElementsAre(RuleSetStage::in_force));
  EXPECT_THAT(opened.rules, SizeIs(1));
}

TEST_F(RuleSets, AreWithdrawnWhileTheyWait) {
  EXPECT_EQ(withdraw().refused, Code::p10_rule_version);  // none waits
  hand_in(inflow(0));
  close(Authority::zj, 1, tomorrow);
  EXPECT_EQ(withdraw().refused, Code::p10_rule_version);
  activate(zj_part);
  const Outcome other = withdraw(2);
  EXPECT_EQ(other.refused, Code::p10_rule_version);
  EXPECT_EQ(other.limit, 1);
  EXPECT_EQ(other.value, 2);
  EXPECT_EQ(withdraw(1, 0).refused, Code::p06_four_eyes);
  const std::uint64_t before = floor.exchange().rule_set();
  const Outcome outcome = withdraw();
  EXPECT_THAT(stages(outcome), ElementsAre(RuleSetStage::withdrawn));
  EXPECT_EQ(outcome.rule_sets[0].effective_date, tomorrow.value);
  EXPECT_EQ(withdraw().refused, Code::p10_rule_version);
  EXPECT_THAT(next_day().rule_sets, IsEmpty());
  EXPECT_EQ(floor.exchange().rule_set(), before);
  EXPECT_EQ(hand_in(inflow(0)).refused, Code::p10_rule_version);  // its version is used up
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0, 2)).refused, Code::none);
}

TEST_F(RuleSets, LieAtMostFourHundredDaysAhead) {
  const Date last{trade_date.value + 400};
  hand_in(inflow(0));
  const Outcome late = close(Authority::zj, 1, Date{last.value + 1});
  EXPECT_EQ(late.refused, Code::o01_quantity);
  EXPECT_EQ(late.limit, last.value);
  EXPECT_EQ(late.value, last.value + 1);
  EXPECT_EQ(close(Authority::zj, 1, last).refused, Code::none);
}

TEST_F(RuleSets, NeedOneDateForAllParts) {
  hand_in(inflow(0));
  close(Authority::zj, 1, trade_date);
  hand_in(link(false));
  close(Authority::joint, 1, tomorrow);
  const Outcome apart = activate(joint_part | zj_part);
  EXPECT_EQ(apart.refused, Code::o01_quantity);
  EXPECT_EQ(apart.limit, trade_date.value);
  EXPECT_EQ(apart.value, tomorrow.value);
  hand_in(link(false));
  close(Authority::joint, 1, trade_date);
  EXPECT_EQ(activate(joint_part | zj_part).refused, Code::none);
}

TEST_F(RuleSets, NeedTwoPersons) {
  EXPECT_EQ(key(Authority::zj, 0).refused, Code::p06_four_eyes);
  hand_in(inflow(0));
  close(Authority::zj);
  EXPECT_EQ(activate(zj_part, 0).refused, Code::p06_four_eyes);
  EXPECT_EQ(activate(zj_part).refused, Code::none);
}

TEST_F(RuleSets, NeedTheAuthoritysKey) {
  Floor bare;
  bare.open_market();
  EXPECT_EQ(bare.apply(CommandKind::rule_record, inflow(0)).refused, Code::p04_unknown_account);
}

TEST_F(RuleSets, TakeRecordsInOrderAndAsManyAsTheDocumentSays) {
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 1)).refused, Code::p07_rule_set);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 0)).refused, Code::none);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 2)).refused, Code::p07_rule_set);
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 1)).refused, Code::none);
  EXPECT_EQ(close(Authority::zj, 1).refused, Code::p07_rule_set);
  EXPECT_EQ(close(Authority::zj, 3).refused, Code::p07_rule_set);
  EXPECT_EQ(close(Authority::zj, 2).refused, Code::none);
  EXPECT_EQ(close(Authority::zj, 2).refused, Code::p07_rule_set);  // nothing more is open
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 2)).refused, Code::p07_rule_set);
}

TEST_F(RuleSets, TakeADocumentAnewFromItsFirstRecord) {
  hand_in(inflow(0));
  EXPECT_EQ(hand_in(inflow(5)).refused, Code::none);
  EXPECT_EQ(close(Authority::zj, 2).refused, Code::p07_rule_set);
  EXPECT_EQ(close(Authority::zj).refused, Code::none);
  const Outcome outcome = activate(zj_part);
  ASSERT_THAT(outcome.rules, SizeIs(1));
  EXPECT_EQ(outcome.rules[0].body, inflow(5).body);
}

// What was handed in and is not whole harms nothing that lies closed, until it is.
TEST_F(RuleSets, KeepTheDocumentThatLiesClosedUntilAnotherCloses) {
  hand_in(inflow(3));
  close(Authority::zj);
  const std::uint64_t digest = floor.exchange().digest();
  EXPECT_EQ(hand_in(inflow(5)).refused, Code::none);
  EXPECT_NE(floor.exchange().digest(), digest);
  EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
  EXPECT_EQ(close(Authority::zj, 2).refused, Code::p07_rule_set);
  const Outcome outcome = activate(zj_part);
  ASSERT_THAT(outcome.rules, SizeIs(1));
  EXPECT_EQ(outcome.rules[0].body, inflow(3).body);
  // The draft was of the version that is over.
  EXPECT_EQ(close(Authority::zj, 1, trade_date, 2).refused, Code::p07_rule_set);
  hand_in(inflow(6, Authority::zj, 0, 2));
  close(Authority::zj, 1, trade_date, 2);
  hand_in(inflow(8, Authority::zj, 0, 2));
  close(Authority::zj, 1, trade_date, 2);
  EXPECT_EQ(floor.exchange().digest(), floor.exchange().digest_from_scratch());
  EXPECT_EQ(activate(zj_part, second_person, 2).rules.at(0).body, inflow(8).body);
}

TEST_F(RuleSets, HoldAtMostTwoHundredAndFiftySixRecordsADocument) {
  for (std::uint16_t i = 0; i < 256; ++i) {
    ASSERT_EQ(hand_in(inflow(i, Authority::zj, i)).refused, Code::none);
  }
  EXPECT_EQ(hand_in(inflow(0, Authority::zj, 256)).refused, Code::o11_capacity);
  EXPECT_EQ(close(Authority::zj, 256).refused, Code::none);
  EXPECT_THAT(activate(zj_part).rules, SizeIs(256));
}

TEST_F(RuleSets, TakeNoValueThatTheCommandWouldNotTake) {
  EXPECT_EQ(hand_in(inflow(-1)).refused, Code::o01_quantity);
  RuleRecordCommand other = inflow(0);
  other.record_kind = static_cast<std::uint16_t>(CommandKind::deposit);
  EXPECT_EQ(hand_in(other).refused, Code::o01_quantity);
  RuleRecordCommand padded = inflow(0);
  padded.body.back() = 1;
  EXPECT_EQ(hand_in(padded).refused, Code::o01_quantity);
  SetLimitCommand limit{};
  limit.kind = static_cast<std::uint8_t>(LimitKind::order_quantity);
  limit.scope = static_cast<std::uint8_t>(Scope::firm);
  limit.value = 10;
  limit.until_ns = 1;
  EXPECT_EQ(hand_in(record(CommandKind::set_limit, limit, Authority::joint)).refused,
            Code::o01_quantity);
  limit.until_ns = 0;
  EXPECT_EQ(hand_in(record(CommandKind::set_limit, limit, Authority::joint)).refused, Code::none);
  EXPECT_EQ(close(Authority::joint, 1, date_of(1999, 12, 31)).refused, Code::o01_quantity);
  close(Authority::joint);
  activate(joint_part);
  EXPECT_EQ(floor.buy("ZJ", 10, 11'980_cny).refused, Code::none);
  EXPECT_EQ(floor.buy("ZJ", 11, 11'980_cny).refused, Code::o01_quantity);
}

TEST_F(RuleSets, DefineInstruments) {
  hand_in(record(CommandKind::set_instrument, series("VOC.AIR.YRD.IND.3135"), Authority::joint));
  close(Authority::joint);
  activate(joint_part);
  EXPECT_EQ(floor.reference("VOC.AIR.YRD.IND.3135", 11'980_cny).refused, Code::none);
}

// Each alone would find room, the set as a whole does not: nothing of it applies.
TEST_F(RuleSets, AreRefusedWholeWhereTheyDoNotFitTogether) {
  hand_in(link(false));
  for (std::uint16_t i = 1; i <= 16; ++i) {
    const std::string symbol = "S" + std::to_string(i);
    ASSERT_EQ(
        hand_in(record(CommandKind::set_instrument, series(symbol), Authority::joint, i)).refused,
        Code::none);
  }
  close(Authority::joint, 17);
  const Outcome outcome = activate(joint_part);
  EXPECT_EQ(outcome.refused, Code::o11_capacity);
  EXPECT_EQ(outcome.limit, static_cast<std::int64_t>(Authority::joint));
  EXPECT_EQ(outcome.value, 16);
  floor.sell("SH", 100, 11'980_cny);
  EXPECT_EQ(floor.buy("ZJ", 100, 11'980_cny).sold(), 100);  // the link is still on
}

TEST_F(RuleSets, TakeASymbolOnlyOnce) {
  hand_in(record(CommandKind::set_instrument, series("S1"), Authority::joint, 0));
  EXPECT_EQ(hand_in(record(CommandKind::set_instrument, series("S1"), Authority::joint, 1)).refused,
            Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(hand_in(record(CommandKind::set_instrument, series(voc), Authority::joint, 1)).refused,
            Code::d02_duplicate_cl_ord_id);
}

// What an authority without a key defined meanwhile took the room: the set lapses on its day,
// whole.
TEST_F(RuleSets, LapseWhereTheyFitNoLongerOnTheirDay) {
  Floor other;
  other.open_market();
  SetAuthorityKeyCommand key_command{};
  key_command.header.approver = second_person;
  key_command.authority = static_cast<std::uint8_t>(Authority::zj);
  other.apply(CommandKind::set_authority_key, key_command);
  SetZoneCommand zone{};
  zone.zone = ZoneCode{"new"};
  zone.province = static_cast<std::uint8_t>(Province::zj);
  zone.attaining_mask = every_pollutant;
  other.apply(CommandKind::rule_record, inflow(0));
  other.apply(CommandKind::rule_record, record(CommandKind::set_zone, zone, Authority::zj, 1));
  RuleDocumentCommand document{};
  document.version = 1;
  document.effective_date = tomorrow.value;
  document.records = 2;
  document.authority = key_command.authority;
  ASSERT_EQ(other.apply(CommandKind::rule_document, document).refused, Code::none);
  documents[document.authority] = other.entries();
  ASSERT_THAT(stages(other.apply(CommandKind::activate_rules, activation(zj_part))),
              ElementsAre(RuleSetStage::waits));
  zone.province = static_cast<std::uint8_t>(Province::sh);
  for (int i = 0; other.apply(CommandKind::set_zone, zone).refused == Code::none; ++i) {
    zone.zone = ZoneCode{"S" + std::to_string(i)};
  }
  const std::uint64_t before = other.exchange().rule_set();
  other.phase(Phase::closed);
  const Outcome opened = other.day(tomorrow);
  ASSERT_THAT(stages(opened), ElementsAre(RuleSetStage::lapsed));
  EXPECT_EQ(static_cast<Code>(opened.rule_sets[0].code), Code::o11_capacity);
  EXPECT_EQ(opened.rule_sets[0].authority, static_cast<std::uint8_t>(Authority::zj));
  EXPECT_EQ(opened.rule_sets[0].record, 1);
  EXPECT_THAT(opened.rules, IsEmpty());
  EXPECT_EQ(other.exchange().rule_set(), before);
  EXPECT_EQ(other.apply(CommandKind::rule_record, inflow(0, Authority::zj, 0, 2)).refused,
            Code::none);
}

// Once its authority has a key a lasting rule has to be signed, whatever else is wrong with it;
// what the venue says for the day does not.
TEST_F(RuleSets, AreTheOnlyWayOfALastingRuleWhoseAuthorityHasAKey) {
  Floor other;
  other.open_market();
  SetQuotaCommand quota = Floor::caps(Province::zj);
  const auto key_of = [&](Authority authority) {
    SetAuthorityKeyCommand command{};
    command.header.approver = second_person;
    command.authority = static_cast<std::uint8_t>(authority);
    other.apply(CommandKind::set_authority_key, command);
  };
  const auto set = [&](CommandKind kind, const auto& rule) { return other.apply(kind, rule); };
  SetZoneCommand zone{};
  zone.zone = ZoneCode{"other"};
  zone.province = static_cast<std::uint8_t>(Province::zj);
  zone.attaining_mask = every_pollutant;
  SetLimitCommand limit{};
  limit.kind = static_cast<std::uint8_t>(LimitKind::order_quantity);
  limit.scope = static_cast<std::uint8_t>(Scope::firm);
  limit.value = 10;
  EXPECT_EQ(set(CommandKind::set_quota, quota).refused, Code::none);
  EXPECT_EQ(set(CommandKind::set_limit, limit).refused, Code::none);
  key_of(Authority::zj);
  const Outcome unsigned_quota = set(CommandKind::set_quota, quota);
  EXPECT_EQ(unsigned_quota.refused, Code::p09_unsigned_rule);
  EXPECT_EQ(unsigned_quota.limit, 0);
  EXPECT_EQ(unsigned_quota.value, static_cast<std::int64_t>(Authority::zj));
  EXPECT_EQ(set(CommandKind::set_zone, zone).refused, Code::p09_unsigned_rule);
  quota.inflow_cap_kg = -1;
  EXPECT_EQ(set(CommandKind::set_quota, quota).refused, Code::p09_unsigned_rule);
  quota = Floor::caps(Province::sh);
  EXPECT_EQ(set(CommandKind::set_quota, quota).refused, Code::none);  // SH has none
  EXPECT_EQ(set(CommandKind::set_limit, limit).refused, Code::none);  // nor the joint office
  key_of(Authority::joint);
  EXPECT_EQ(set(CommandKind::set_quota, quota).refused, Code::none);
  quota.province = static_cast<std::uint8_t>(Authority::joint);  // no province owns it
  EXPECT_EQ(set(CommandKind::set_quota, quota).refused, Code::o01_quantity);
  EXPECT_EQ(set(CommandKind::set_limit, limit).refused, Code::p09_unsigned_rule);
  limit.until_ns = 1'000'000'000;
  EXPECT_EQ(set(CommandKind::set_limit, limit).refused, Code::p06_four_eyes);
  limit.header.approver = second_person;
  EXPECT_EQ(set(CommandKind::set_limit, limit).refused, Code::none);
  for (const auto& [kind, refused] :
       {std::pair{CommandKind::set_link, set(CommandKind::set_link, SetLinkCommand{})},
        std::pair{CommandKind::set_instrument, set(CommandKind::set_instrument, series("S1"))},
        std::pair{CommandKind::set_parameters,
                  set(CommandKind::set_parameters, SetParametersCommand{})},
        std::pair{CommandKind::set_calendar,
                  set(CommandKind::set_calendar, SetCalendarCommand{})}}) {
    EXPECT_EQ(refused.refused, Code::p09_unsigned_rule) << static_cast<int>(kind);
    EXPECT_EQ(refused.value, static_cast<std::int64_t>(Authority::joint));
  }
  EXPECT_EQ(other.reference(voc, 11'900_cny).refused, Code::none);
}

// Every zone that misses its target splits two classes, of 64 that a book may have: 8 are of
// provinces, 8 of the zones that miss it already.
TEST_F(RuleSets, CountTheClassesThatAllTheirZonesSplit) {
  Floor wide = [] {
    GenesisCommand genesis = Floor::small_genesis();
    genesis.zones_max = 64;
    return Floor{genesis};
  }();
  wide.open_market();
  SetAuthorityKeyCommand key_command{};
  key_command.header.approver = second_person;
  key_command.authority = static_cast<std::uint8_t>(Authority::zj);
  wide.apply(CommandKind::set_authority_key, key_command);
  SetZoneCommand zone{};
  zone.province = static_cast<std::uint8_t>(Province::zj);
  zone.attaining_mask = every_pollutant & ~mask(Pollutant::voc);
  for (std::uint16_t i = 0; i < 25; ++i) {
    zone.zone = ZoneCode{"Z" + std::to_string(i)};
    ASSERT_EQ(
        wide.apply(CommandKind::rule_record, record(CommandKind::set_zone, zone, Authority::zj, i))
            .refused,
        Code::none);
  }
  RuleDocumentCommand document{};
  document.version = 1;
  document.effective_date = trade_date.value;
  document.records = 25;
  document.authority = static_cast<std::uint8_t>(Authority::zj);
  ASSERT_EQ(wide.apply(CommandKind::rule_document, document).refused, Code::none);
  documents[document.authority] = wide.entries();
  const Outcome outcome = wide.apply(CommandKind::activate_rules, activation(zj_part));
  EXPECT_EQ(outcome.refused, Code::o11_capacity);
  EXPECT_EQ(outcome.value, 24);
}

}  // namespace
}  // namespace emx::engine::testing
