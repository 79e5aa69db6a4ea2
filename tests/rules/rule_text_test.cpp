#include "tools/rules/rule_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/rules/texts.hpp"

namespace emx::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::joint_text;
using ::testing::SizeIs;
using testing::zj_text;

template <class Command>
Command rule(const Document& document, std::size_t record) {
  return rule_command<Command>(document.records.at(record).kind, document.records[record].body);
}

// The text with one piece of it replaced.
std::string with(std::string_view text, std::string_view piece, std::string_view by) {
  std::string changed{text};
  const std::size_t at = changed.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  return changed.replace(at, piece.size(), by);
}

std::vector<std::string> faults_with(std::string_view text, std::string_view piece,
                                     std::string_view by) {
  return compile(with(text, piece, by), "t.toml").faults;
}

TEST(RuleText, OfAProvinceBecomesItsRecords) {
  const Compiled compiled = compile(zj_text, "zj.toml");
  ASSERT_THAT(compiled.faults, IsEmpty());
  const Document& document = compiled.document;
  EXPECT_EQ(document.authority, Authority::zj);
  EXPECT_EQ(document.version, 3U);
  EXPECT_EQ(document.effective, date_of(2026, 7, 1));
  EXPECT_EQ(document.source_sha256, sha256_of(zj_text));
  ASSERT_THAT(document.records, SizeIs(2));
  const auto zone = rule<SetZoneCommand>(document, 0);
  EXPECT_EQ(zone.zone, ZoneCode{"JIASHAN"});
  EXPECT_EQ(zone.province, 2);
  EXPECT_EQ(zone.attaining_mask, 0b1111001);
  EXPECT_EQ(zone.key_zone, 1);
  const auto quota = rule<SetQuotaCommand>(document, 1);
  EXPECT_EQ(quota.province, 2);
  EXPECT_EQ(quota.year, 2026);
  EXPECT_EQ(quota.inflow_cap_kg, 600'000);
  EXPECT_EQ(quota.daily_pace_kg, 60'000);
}

TEST(RuleText, OfTheJointOfficeBecomesItsRecords) {
  const Compiled compiled = compile(joint_text, "joint.toml");
  ASSERT_THAT(compiled.faults, IsEmpty());
  ASSERT_THAT(compiled.document.records, SizeIs(6));
  EXPECT_EQ(rule<SetLinkCommand>(compiled.document, 1).buyer_province, 3);
  EXPECT_EQ(rule<SetLimitCommand>(compiled.document, 2).value, 5'000);
  const auto set = rule<SetParametersCommand>(compiled.document, 3);
  EXPECT_EQ(set.fee_rate_bp, 8U);
  EXPECT_EQ(set.gtc_days, 60U);
  EXPECT_EQ(set.listed_kg_max, 20'000);
  EXPECT_EQ(set.listed_carbon_t_max, 50'000);
  EXPECT_EQ(set.carbon_extra_t_max, 900'000);
  EXPECT_EQ(set.ticket_room_pct, 15);
  EXPECT_EQ(set.key_zone_n, 5);
  EXPECT_EQ(set.key_zone_d, 4);
  EXPECT_EQ(set.upstream_n, 3);
  EXPECT_EQ(set.non_attaining_d, 1);
  EXPECT_EQ(set.carbon_n, 1);
  const auto calendar = rule<SetCalendarCommand>(compiled.document, 4);
  EXPECT_EQ(calendar.year, 2027);
  EXPECT_FALSE(has_day(calendar.days, 0));  // a Friday
  EXPECT_TRUE(has_day(calendar.days, 3));
  EXPECT_TRUE(has_day(calendar.days, 36));                                   // a Saturday
  EXPECT_FALSE(has_day(calendar.days, 38));                                  // the Monday after it
  const auto instrument = rule<SetInstrumentCommand>(compiled.document, 0);  // what may need it
  EXPECT_EQ(instrument.venue_of_record, Text<8>{"EMX"});
  EXPECT_EQ(instrument.lot, 1U);
  const auto reference = rule<SetReferencePriceCommand>(compiled.document, 5);
  EXPECT_EQ(reference.symbol, instrument.symbol);
  EXPECT_EQ(reference.price_fen, 1'198'000);
}

// Of a listed instrument: 0 is as it is.
TEST(RuleText, LeavesTheLevelsOfAnInstrumentOut) {
  std::string text{joint_text};
  const std::string levels = "levels_max = 2048\n";
  text.erase(text.find(levels), levels.size());
  const Compiled compiled = compile(text, "joint.toml");
  ASSERT_THAT(compiled.faults, IsEmpty());
  EXPECT_EQ(rule<SetInstrumentCommand>(compiled.document, 0).levels_max, 0U);
  EXPECT_THAT(faults_with(joint_text, "levels_max = 2048", "levels_max = 0"), SizeIs(1));
}

TEST(RuleText, OfAnotherProvinceIsRefusedByName) {
  EXPECT_THAT(faults_with(zj_text, "year = 2026", "year = 2026\nprovince = \"SH\""),
              ElementsAre("t.toml:11: quota[0].province: SH's rule is not ZJ's to sign"));
  EXPECT_THAT(faults_with(joint_text, "authority = \"joint\"", "authority = \"ZJ\""), SizeIs(7));
  EXPECT_THAT(faults_with(zj_text, "authority = \"ZJ\"", "authority = \"joint\""), SizeIs(2));
}

TEST(RuleText, TellsEveryFaultAtOnce) {
  const Compiled compiled = compile(R"(authority = "ZJ"
version = 0
effective = "2026-02-30"
extra = 1
[[quota]]
year = 1999
pollutant = "CO2E"
inflow = -1
outflow = "many"
gross = 1
holding = 1
)",
                                    "zj.toml");
  EXPECT_THAT(compiled.faults,
              ElementsAre("zj.toml:2: rules.version: must be a whole number from 1 to 4294967295",
                          HasSubstr("rules.effective: must be a date such as \"2026-07-01\", not "
                                    "\"2026-02-30\""),
                          "zj.toml:6: quota[0].year: must be a whole number from 2000 to 2999",
                          HasSubstr("quota[0].pollutant: must be SO2, NOX, VOC, COD, NH3N or TP"),
                          "zj.toml:8: quota[0].inflow: must be a whole number from 0 to "
                          "1000000000000000",
                          HasSubstr("zj.toml:9: quota[0].outflow: must be a whole number"),
                          HasSubstr("quota[0].pace: is missing"),
                          "zj.toml:4: rules.extra: is not a key here"));
}

TEST(RuleText, HoldsEachValueToItsBounds) {
  EXPECT_THAT(faults_with(zj_text, "600000", "1000000000000000"), IsEmpty());
  EXPECT_THAT(faults_with(zj_text, "600000", "1000000000000001"), SizeIs(1));
  EXPECT_THAT(faults_with(zj_text, "version = 3", "version = 4294967295"), IsEmpty());
  EXPECT_THAT(faults_with(zj_text, "version = 3", "version = 4294967296"), SizeIs(1));
  EXPECT_THAT(faults_with(zj_text, "JIASHAN", "A234567890123456"), IsEmpty());
  EXPECT_THAT(faults_with(zj_text, "JIASHAN", "A2345678901234567"), SizeIs(1));
  EXPECT_THAT(faults_with(zj_text, "\"NOX\"", "\"CO2E\""), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "value = 5000", "value = 2147483647"), IsEmpty());
  EXPECT_THAT(faults_with(joint_text, "value = 5000", "value = 2147483648"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "order-quantity\"\nscope = \"firm",
                          "order-rate\"\nscope = "
                          "\"group"),
              SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "buyer = \"AH\"", "buyer = \"SH\""), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "tick_fen = 1000", "tick_fen = 1001"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "last_year = 2035", "last_year = 2030"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "medium = \"AIR\"", "medium = \"WATER\""), SizeIs(1));
}

// The record replaces all parameters, so its text says all of them.
TEST(RuleText, OfParametersIsWhole) {
  EXPECT_THAT(faults_with(joint_text, "gtc_days = 60\n", ""),
              ElementsAre("t.toml:16: parameters.gtc_days: is missing; give a whole number"));
  EXPECT_THAT(
      faults_with(joint_text, "ticket_room_pct = 15\n", ""),
      ElementsAre("t.toml:16: parameters.ticket_room_pct: is missing; give a whole number"));
  EXPECT_THAT(faults_with(joint_text, "carbon = \"1/1\"\n", ""),
              ElementsAre("t.toml:24: ratios.carbon: is missing; give a text"));
  EXPECT_THAT(faults_with(joint_text, "[ratios]", "[other]"),
              Contains(HasSubstr("t.toml:16: rules.ratios: is missing")));
  EXPECT_THAT(faults_with(with(joint_text, "[ratios]", "[other]"), "gtc_days = 60", "gtc_days = 0"),
              Contains(HasSubstr("parameters.gtc_days: must be")));
  EXPECT_THAT(faults_with(joint_text, "[parameters]", "[other]"),
              Contains(HasSubstr("rules.parameters: is missing")));
  EXPECT_THAT(faults_with(joint_text, "gtc_days = 60", "gtc_days = 60\nfee = 1"),
              ElementsAre("t.toml:19: parameters.fee: is not a key here"));
  EXPECT_THAT(faults_with(joint_text, "[ratios]", "[[ratios]]"),
              Contains(HasSubstr("rules.ratios: must be a table: [ratios]")));
}

TEST(RuleText, HoldsParametersToTheirBounds) {
  EXPECT_THAT(faults_with(joint_text, "fee_rate_bp = 8", "fee_rate_bp = 1000"), IsEmpty());
  EXPECT_THAT(faults_with(joint_text, "fee_rate_bp = 8", "fee_rate_bp = 1001"),
              ElementsAre("t.toml:17: parameters.fee_rate_bp: must be a whole number from 0 to "
                          "1000"));
  EXPECT_THAT(faults_with(joint_text, "gtc_days = 60", "gtc_days = 0"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "gtc_days = 60", "gtc_days = 3661"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "20000", "0"), SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "ticket_room_pct = 15", "ticket_room_pct = 100"), IsEmpty());
  EXPECT_THAT(faults_with(joint_text, "ticket_room_pct = 15", "ticket_room_pct = 101"), SizeIs(1));
  for (const char* good : {"1/1", "255/254", "255/1"}) {
    EXPECT_THAT(faults_with(joint_text, "5/4", good), IsEmpty()) << good;
  }
  for (const char* bad : {"4/5", "10/8", "2/2", "5", "5/", "/4", "5/0", "0/0", "256/1", "5/4 ",
                          "5/4/3", "-5/4", "5.0/4"}) {
    EXPECT_THAT(faults_with(joint_text, "5/4", bad),
                ElementsAre(HasSubstr("t.toml:25: ratios.key_zone: must be a ratio such as")))
        << bad;
  }
}

TEST(RuleText, TellsOfEachDayOfACalendarThatCannotBe) {
  EXPECT_THAT(faults_with(joint_text, "\"2027-02-08\"", "\"2026-12-31\""),
              ElementsAre("t.toml:32: calendar[0].closed: 2026-12-31 is no day of 2027"));
  EXPECT_THAT(faults_with(joint_text, "\"2027-02-08\"", "\"2027-01-01\""),
              ElementsAre("t.toml:32: calendar[0].closed: 2027-01-01 is named twice"));
  EXPECT_THAT(faults_with(joint_text, "\"2027-02-08\"", "\"2027-02-07\""),
              ElementsAre("t.toml:32: calendar[0].closed: 2027-02-07 is a Saturday or Sunday, "
                          "without trading anyway"));
  EXPECT_THAT(faults_with(joint_text, "\"2027-02-06\"", "\"2027-02-09\""),
              ElementsAre("t.toml:33: calendar[0].open: 2027-02-09 is from Monday to Friday, with "
                          "trading anyway"));
  EXPECT_THAT(faults_with(joint_text, "\"2027-02-06\"", "\"2027-02-30\", \"2027-02-31\""),
              SizeIs(2));
  EXPECT_THAT(faults_with(joint_text, "[\"2027-02-06\"]", "\"2027-02-06\""),
              ElementsAre(HasSubstr("calendar[0].open: must be a list of dates such as")));
  EXPECT_THAT(faults_with(joint_text, "year = 2027", "year = 3000"),
              ElementsAre(HasSubstr("calendar[0].year: must be a whole number from 2000 to 2999")));
  EXPECT_THAT(faults_with(joint_text, "open = [\"2027-02-06\"]\n", ""), IsEmpty());
}

TEST(RuleText, HoldsAReferencePriceToItsBounds) {
  EXPECT_THAT(faults_with(joint_text, "price_fen = 1198000", "price_fen = 0"),
              ElementsAre(HasSubstr("reference[0].price_fen: must be a whole number from 1 to")));
  EXPECT_THAT(faults_with(joint_text, "price_fen = 1198000", "price_fen = \"11980.00\""),
              SizeIs(1));
  EXPECT_THAT(faults_with(joint_text, "price_fen = 1198000", "price = 1198000"), SizeIs(2));
}

TEST(RuleText, SaysARuleOnlyOnce) {
  const std::string twice =
      std::string{zj_text} + std::string{zj_text.substr(zj_text.find("[[quota]]"))};
  EXPECT_THAT(compile(twice, "t.toml").faults,
              ElementsAre(HasSubstr("says again what quota[0] says")));
}

TEST(RuleText, IsNoDocumentWithoutRulesOrWithTooMany) {
  const std::string head = "authority = \"ZJ\"\nversion = 1\neffective = \"2026-07-01\"\n";
  EXPECT_THAT(compile(head, "t.toml").faults, SizeIs(1));
  std::string text = head;
  for (int i = 0; i < 256; ++i) {
    text += "[[zone]]\nname = \"Z" + std::to_string(i) + "\"\nbasin = \"TAIHU\"\n";
  }
  EXPECT_THAT(compile(text, "t.toml").faults, IsEmpty());
  text += "[[zone]]\nname = \"Z\"\nbasin = \"TAIHU\"\n";
  EXPECT_THAT(compile(text, "t.toml").faults, SizeIs(1));
}

TEST(RuleText, ThatIsNoTomlSaysWhere) {
  EXPECT_THAT(compile("authority = ", "t.toml").faults, ElementsAre(HasSubstr("t.toml:1: ")));
  // What toml++ itself would not survive.
  for (const char* text : {"[\n[zone]]", "\n [[ \xE6", "[[#", "[=]", "[", "\xEF\xBB\xBF[("}) {
    EXPECT_THAT(compile(text, "t.toml").faults, ElementsAre(HasSubstr("must be a table's header")));
  }
  EXPECT_THAT(
      compile("\xEF\xBB\xAF r = 1", "t.toml").faults,
      ElementsAre("t.toml:1: has a character from U+FC00 to U+FEFF, which is not understood "
                  "here"));
  EXPECT_THAT(compile("\xEF\xBB\xBF" + std::string{zj_text}, "t.toml").faults, IsEmpty());
  EXPECT_THAT(compile("zone = 3", "t.toml").faults,
              Contains(HasSubstr("must be a list of tables")));
}

}  // namespace
}  // namespace emx::rules
