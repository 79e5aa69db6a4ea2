#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "engine/vocabulary/trading_days.hpp"
#include "tests/exchange/floor.hpp"

// The trading days of a year (market-rules 9 and 17, Calendar): which days open, and which orders
// have no trading day left at a close.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Date thursday = date_of(2026, 6, 18);

class Calendar : public ::testing::Test {
 protected:
  Calendar() {
    floor.open_market();
    floor.add("SH", Province::sh);
  }

  // Monday to Friday but these, of 2026.
  static SetCalendarCommand without(const std::set<Date>& closed) {
    SetCalendarCommand command{};
    command.year = 2026;
    command.days = monday_to_friday(2026);
    for (const Date date : closed) {
      EXPECT_EQ(set_exception(command.days, 2026, date, false), "");
    }
    return command;
  }
  static SetCalendarCommand of_year(std::uint16_t year) {
    SetCalendarCommand command{};
    command.year = year;
    command.days = monday_to_friday(year);
    return command;
  }
  Outcome set(const SetCalendarCommand& command) {
    return floor.apply(CommandKind::set_calendar, command);
  }
  void sell_until(Date date, std::int64_t lots) {
    floor.sell("SH", lots, 12'000_cny, {.time_in_force = TimeInForce::gtd, .expires = date});
  }
  static std::vector<std::int64_t> lots(const Outcome& outcome) {
    std::vector<std::int64_t> list;
    for (const OrderCancelledEvent& event : outcome.cancelled) {
      EXPECT_EQ(static_cast<Code>(event.code), Code::c01_expired);
      list.push_back(event.remaining_lots);
    }
    return list;
  }

  Floor floor;
};

TEST_F(Calendar, OpensNoDayWithoutTrading) {
  const std::uint64_t before = floor.exchange().rule_set();
  ASSERT_EQ(set(without({date_of(2026, 6, 19), date_of(2026, 6, 22)})).refused, Code::none);
  EXPECT_GT(floor.exchange().rule_set(), before);
  floor.phase(Phase::closed);
  for (const std::int32_t later : {1, 2, 3, 4}) {
    const Outcome outcome = floor.day(Date{thursday.value + later});
    EXPECT_EQ(outcome.refused, Code::p01_phase);
    EXPECT_EQ(outcome.limit, thursday.value + 5);
    EXPECT_EQ(outcome.value, thursday.value + later);
  }
  EXPECT_EQ(floor.day(Date{thursday.value + 5}).refused, Code::none);
}

TEST_F(Calendar, OpensTheDaysOfAWeekendThatItHas) {
  SetCalendarCommand command = without({});
  ASSERT_EQ(set_exception(command.days, 2026, date_of(2026, 6, 20), true), "");
  set(command);
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 20)).refused, Code::none);
  EXPECT_EQ(floor.day(date_of(2026, 6, 21)).refused, Code::p01_phase);
}

TEST_F(Calendar, LetsEachDayOpenInAYearItDoesNotKnow) {
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 20)).refused, Code::none);  // a Saturday
  set(without({}));
  EXPECT_EQ(floor.day(date_of(2027, 1, 2)).refused, Code::none);
}

// Friday and Monday are closed: an order up to Monday has no day left, one up to Tuesday has.
TEST_F(Calendar, EndsOrdersWithTheLastTradingDayTheyHave) {
  sell_until(date_of(2026, 6, 21), 1);
  sell_until(date_of(2026, 6, 22), 2);
  sell_until(date_of(2026, 6, 23), 3);
  set(without({date_of(2026, 6, 19), date_of(2026, 6, 22)}));
  EXPECT_THAT(lots(floor.phase(Phase::closed)), ElementsAre(1, 2));
  EXPECT_THAT(floor.day(date_of(2026, 6, 23)).cancelled, IsEmpty());
  EXPECT_THAT(lots(floor.phase(Phase::closed)), ElementsAre(3));
}

TEST_F(Calendar, KeepsOrdersUntilTheDayOpensWhereNothingIsKnown) {
  sell_until(date_of(2026, 6, 21), 1);
  EXPECT_THAT(floor.phase(Phase::closed).cancelled, IsEmpty());
  set(without({}));  // too late for that close
  EXPECT_THAT(lots(floor.day(date_of(2026, 6, 22))), ElementsAre(1));
}

// The first days of a year may be trading days while its calendar is missing.
TEST_F(Calendar, KeepsOrdersOverAYearsEndThatItDoesNotKnow) {
  set(without({date_of(2026, 12, 31)}));
  floor.phase(Phase::closed);
  floor.day(date_of(2026, 12, 30));
  floor.phase(Phase::continuous);
  sell_until(date_of(2026, 12, 31), 1);
  sell_until(date_of(2027, 1, 1), 2);
  EXPECT_THAT(lots(floor.phase(Phase::closed)), ElementsAre(1));
  set(of_year(2027));
  floor.phase(Phase::continuous);
  EXPECT_THAT(floor.phase(Phase::closed).cancelled, IsEmpty()) << "the first is a Friday";
  SetCalendarCommand later = of_year(2027);
  ASSERT_EQ(set_exception(later.days, 2027, date_of(2027, 1, 1), false), "");
  set(later);
  EXPECT_THAT(lots(floor.phase(Phase::closed)), ElementsAre(2));
}

TEST_F(Calendar, EndsGtcOrdersLikewise) {
  floor.sell("SH", 4, 12'000_cny, {.time_in_force = TimeInForce::gtc});  // up to September 16
  set(without({date_of(2026, 9, 16)}));
  floor.phase(Phase::closed);
  floor.day(date_of(2026, 9, 15));
  EXPECT_THAT(lots(floor.phase(Phase::closed)), ElementsAre(4));
}

TEST_F(Calendar, OfAYearIsReplacedWhole) {
  set(without({date_of(2026, 6, 19)}));
  set(without({date_of(2026, 6, 22)}));
  floor.phase(Phase::closed);
  EXPECT_EQ(floor.day(date_of(2026, 6, 22)).refused, Code::p01_phase);
  EXPECT_EQ(floor.day(date_of(2026, 6, 19)).refused, Code::none);
}

TEST_F(Calendar, StaysWithinItsBounds) {
  EXPECT_EQ(set(of_year(1999)).refused, Code::o01_quantity);
  EXPECT_EQ(set(of_year(1999)).limit, 2000);
  EXPECT_EQ(set(of_year(2000)).refused, Code::none);
  EXPECT_EQ(set(of_year(2999)).refused, Code::none);
  EXPECT_EQ(set(of_year(3000)).limit, 2999);
  SetCalendarCommand none = of_year(2026);
  none.days = {};
  EXPECT_EQ(set(none).refused, Code::o01_quantity);
  set_day(none.days, 364, true);
  EXPECT_EQ(set(none).refused, Code::none);
  set_day(none.days, 365, true);  // 2026 has 365
  const Outcome outcome = set(none);
  EXPECT_EQ(outcome.refused, Code::o01_quantity);
  EXPECT_EQ(outcome.limit, 365);
  EXPECT_EQ(outcome.value, 366);
  none.year = 2028;  // which has 366
  EXPECT_EQ(set(none).refused, Code::none);
  set_day(none.days, 383, true);
  EXPECT_EQ(set(none).value, 384);
}

// Eight years at a time; those that are over make room when a new one opens.
TEST_F(Calendar, KnowsEightYears) {
  for (std::uint16_t year = 2026; year < 2034; ++year) {
    EXPECT_EQ(set(of_year(year)).refused, Code::none);
  }
  const Outcome outcome = set(of_year(2034));
  EXPECT_EQ(outcome.refused, Code::o11_capacity);
  EXPECT_EQ(outcome.limit, 8);
  EXPECT_EQ(outcome.value, 2034);
  EXPECT_EQ(set(of_year(2030)).refused, Code::none) << "one that is known takes no room";
  floor.phase(Phase::closed);
  floor.day(date_of(2027, 1, 4));
  EXPECT_EQ(set(of_year(2034)).refused, Code::none);
  EXPECT_EQ(set(of_year(2035)).refused, Code::o11_capacity);
}

TEST_F(Calendar, IsInTheDigestWhateverTheOrderOfItsYears) {
  set(of_year(2026));
  const std::uint64_t one = floor.exchange().digest();
  set(without({date_of(2026, 6, 19)}));
  EXPECT_NE(floor.exchange().digest(), one);
  const auto digest_after = [](std::initializer_list<std::uint16_t> years) {
    Floor other;
    for (const std::uint16_t year : years) {
      other.apply(CommandKind::set_calendar, of_year(year));
    }
    other.apply(CommandKind::set_calendar, of_year(2030));
    return other.exchange().digest();
  };
  EXPECT_EQ(digest_after({2026, 2027}), digest_after({2027, 2026}));
}

// A day is judged by the calendar before it, even where it brings another into force.
TEST_F(Calendar, IsTheJointOfficesToSign) {
  const auto hand_in = [&](Authority authority, const SetCalendarCommand& rule) {
    SetAuthorityKeyCommand key{};
    key.header.approver = second_person;
    key.authority = static_cast<std::uint8_t>(authority);
    floor.apply(CommandKind::set_authority_key, key);
    RuleRecordCommand command{};
    command.version = 1;
    command.record_kind = static_cast<std::uint16_t>(CommandKind::set_calendar);
    command.authority = static_cast<std::uint8_t>(authority);
    std::memcpy(command.body.data(), reinterpret_cast<const char*>(&rule) + sizeof(CommandHeader),
                sizeof rule - sizeof(CommandHeader));
    return floor.apply(CommandKind::rule_record, command);
  };
  EXPECT_EQ(hand_in(Authority::sh, of_year(2026)).refused, Code::p08_not_its_rule);
  EXPECT_EQ(hand_in(Authority::joint, of_year(1999)).refused, Code::o01_quantity);
  const Date friday = date_of(2026, 6, 19);
  EXPECT_EQ(hand_in(Authority::joint, without({friday})).refused, Code::none);
  RuleDocumentCommand document{};
  document.version = document.records = 1;
  document.effective_date = friday.value;
  document.authority = static_cast<std::uint8_t>(Authority::joint);
  EXPECT_EQ(floor.apply(CommandKind::rule_document, document).refused, Code::none);
  ActivateRulesCommand activation{};
  activation.header.approver = second_person;
  activation.version = 1;
  activation.parts_mask = 1U << 4;
  activation.documents[4] = floor.entries();  // which closed it
  EXPECT_EQ(floor.apply(CommandKind::activate_rules, activation).refused, Code::none);
  floor.phase(Phase::closed);
  EXPECT_THAT(floor.day(friday).rules, SizeIs(1));
  EXPECT_EQ(floor.day(date_of(2026, 6, 20)).refused, Code::p01_phase) << "a Saturday";
}

}  // namespace
}  // namespace emx::engine::testing
