#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/scenario/market.hpp"
#include "tools/scenario/report.hpp"
#include "tools/scenario/scenario.hpp"

// What is said of a file that is not as it must be: every fault, with line, column and what is
// expected.

namespace emx::scenario {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::with;

std::vector<std::string> texts_of(const market::Faults& faults) {
  std::vector<std::string> texts;
  for (const market::Fault& fault : faults) texts.push_back(text_of(fault));
  return texts;
}

std::vector<std::string> faults_of(std::string text) {
  return texts_of(judge(parse_scenario(std::move(text), "s")).faults());
}

// Of rows of steps.
std::vector<std::string> faults_in(std::string_view rows) { return faults_of(with(rows)); }

TEST(ScenarioFaults, AreNoneInTheMarketOfTheseTests) {
  EXPECT_THAT(faults_in("| day 2026-06-18 | |\n"), IsEmpty());
}

TEST(ScenarioFaults, TellOfSectionsThatAreNone) {
  EXPECT_THAT(faults_of("step\n| do |\n| day 2026-06-18 |\n"),
              ElementsAre(AllOf(StartsWith("s:1: \"step\" is neither"), HasSubstr("steps"))));
  EXPECT_THAT(faults_of("| do |\nsteps\n| do |\n"),
              ElementsAre(HasSubstr("s:1: a table without a section")));
  EXPECT_THAT(faults_of("# nothing\n"), ElementsAre(HasSubstr("no section steps")));
  EXPECT_THAT(faults_of("steps\n| do |\n"), ElementsAre(HasSubstr("s:2: steps has no row")));
  EXPECT_THAT(faults_of("steps\n"), ElementsAre(HasSubstr("s:1: steps: the section has no table")));
}

TEST(ScenarioFaults, TellOfASectionThatIsThereTwice) {
  EXPECT_THAT(faults_of("zones\n| province | zone |\nzones\n| province | zone |\nsteps\n| do |\n"),
              ElementsAre("s:3: there is a section zones on line 1 already"));
}

TEST(ScenarioFaults, TellOfColumns) {
  EXPECT_THAT(faults_of("facilities\n| facility | town |\nsteps\n| do |\n"),
              ElementsAre(HasSubstr("s:2: province: the column is missing in facilities"),
                          HasSubstr("s:2: town: \"town\" is no column of facilities; expected some "
                                    "of facility, firm, province")));
  EXPECT_THAT(faults_of("steps\n| do | do |\n"), ElementsAre(HasSubstr("two columns \"do\"")));
  EXPECT_THAT(faults_of("steps\n| do | |\n"),
              ElementsAre(HasSubstr("s:2: \"\" is no column of steps")));
}

TEST(ScenarioFaults, TellOfRows) {
  EXPECT_THAT(faults_of("steps\n| do | expect |\n| day 2026-06-18 |\n"),
              ElementsAre("s:3: the row has 1 cells; expected 2, as the header has"));
  EXPECT_THAT(faults_of("steps\n| do |\n| day 2026-06-18\n"),
              ElementsAre("s:3: a line of a table ends with |"));
  EXPECT_THAT(faults_of("facilities\n| facility | province |\n| | SH |\nsteps\n| do |\n"),
              ElementsAre("s:3: facility: is empty"));
}

TEST(ScenarioFaults, TellOfTheMarketByRowAndColumn) {
  EXPECT_THAT(
      faults_of("facilities\n| facility | province | class | reach |\n| A | SX | HEAVY | 0 |\n"
                "steps\n| do |\n"),
      ElementsAre(HasSubstr("s:3: class: \"HEAVY\" is not known; expected one of POWER"),
                  HasSubstr("s:3: province: \"SX\" is not known; expected one of SH, JS, ZJ, AH"),
                  HasSubstr("s:3: reach: \"0\" is not a whole number from 1 to 255")));
  EXPECT_THAT(faults_of("facilities\n| facility | province | zone |\n| A | SH | TOWN |\n"
                        "steps\n| do |\n"),
              ElementsAre(HasSubstr("\"TOWN\" is no zone of SH")));
  EXPECT_THAT(faults_of("facilities\n| facility | province |\n| A | SH |\n| A | SH |\n"
                        "steps\n| do |\n"),
              ElementsAre("s:4: facility: \"A\" is there twice"));
  EXPECT_THAT(faults_of("quotas\n| province | inflow |\n| SX | much |\nsteps\n| do |\n"),
              ::testing::Contains(HasSubstr("s:3: quotas: \"SX\" is no province")));
  EXPECT_THAT(faults_of("deposits\n| facility | cny |\n| A B | 1 |\nsteps\n| do |\n"),
              ElementsAre("s:3: deposits: \"A B\" has a blank in it"));
  EXPECT_THAT(faults_of("limits\n| fee_bp | orders |\n| 10001 | many |\nsteps\n| do |\n"),
              ElementsAre(HasSubstr("s:3: fee_bp: \"10001\" is not a whole number"),
                          HasSubstr("s:3: orders: \"many\"")));
  EXPECT_THAT(faults_of("instruments\n| symbol |\n| VOC |\nsteps\n| do |\n"),
              ::testing::Contains(HasSubstr("s:3: pollutant: \"\" is not known")));
}

// What only the exchange can say of a market is a fault of the file, too.
TEST(ScenarioFaults, TellWhatTheExchangeDoesNotTakeOfTheMarket) {
  EXPECT_THAT(faults_of("limits\n| facilities |\n| 1 |\nfacilities\n| facility | province |\n"
                        "| A | SH |\n| B | SH |\nsteps\n| do |\n| day 2026-06-18 |\n"),
              ElementsAre(AllOf(HasSubstr("s:7: facilities: the exchange refuses it"),
                                HasSubstr("O11_CAPACITY"))));
}

TEST(ScenarioFaults, TellOfStatementsAndChecks) {
  EXPECT_THAT(faults_in("| by ZJ | |\n"),
              ElementsAre(HasSubstr("s:24: do: \"by\" is no statement; expected one of day")));
  EXPECT_THAT(faults_in("| buy XX VOC.AIR.YRD.IND.2630 1@12000 | accepted |\n"),
              ElementsAre(HasSubstr("s:24: do: \"XX\" is no facility")));
  EXPECT_THAT(faults_in("| check money ZJ | |\n"),
              ElementsAre(HasSubstr("s:24: do: \"check money\" is no check; expected one of check "
                                    "cash")));
  EXPECT_THAT(faults_in("| check cash ZJ | |\n"),
              ElementsAre(HasSubstr("compares nothing; expected for example total=")));
  EXPECT_THAT(faults_in("| check rights ZJ total=1 | |\n"),
              ElementsAre(HasSubstr("the check ends early; expected SYMBOL")));
  EXPECT_THAT(faults_in("| check cash ZJ total=1 | accepted |\n"),
              ElementsAre(HasSubstr("s:24: expect: a check makes no events")));
}

TEST(ScenarioFaults, TellOfEvents) {
  EXPECT_THAT(faults_in("| phase halt | stopped |\n"),
              ElementsAre(HasSubstr("s:24: expect: \"stopped\" is no event; expected one of "
                                    "refused, accepted")));
  EXPECT_THAT(faults_in("| phase halt | trade a |\n"),
              ElementsAre(HasSubstr("BID: \"a\" is not the name of an order")));
  EXPECT_THAT(faults_in("| phase halt | refused L09 |\n"),
              ElementsAre(HasSubstr("CODE: \"L09\" is not a code of the market rules")));
  EXPECT_THAT(faults_in("| phase halt | bill sum=1 |\n"),
              ElementsAre(HasSubstr("\"sum\" is no field of bill; expected some of amount, "
                                    "buyer_fee")));
  EXPECT_THAT(faults_in("| phase halt | bill amount=x |\n"),
              ElementsAre(HasSubstr("amount: \"x\" is not a number such as")));
  EXPECT_THAT(faults_in("| phase halt | bill amount=1 amount=2 |\n"),
              ElementsAre(HasSubstr("the field amount is there twice")));
  EXPECT_THAT(faults_in("| phase halt | refused L01 L02 |\n"),
              ElementsAre(HasSubstr("\"L02\" is one word too many; expected refused CODE")));
  EXPECT_THAT(faults_in("| phase halt | nothing |\n| | bill |\n"),
              ElementsAre(HasSubstr("s:25: expect: `nothing` stands alone")));
  EXPECT_THAT(faults_of("steps\n| do | expect |\n| | bill |\n"),
              ElementsAre("s:3: expect: an event without a statement above it"));
}

// An order is known from its own statement on.
TEST(ScenarioFaults, TellOfOrdersThatAreNamedTooEarly) {
  EXPECT_THAT(faults_in("| sell SH VOC.AIR.YRD.IND.2630 1@12000 as a | trade b a |\n"
                        "| buy ZJ VOC.AIR.YRD.IND.2630 1@12000 as b | accepted b |\n"),
              ElementsAre(HasSubstr("s:24: expect: BID: \"b\" is not the name")));
}

TEST(ScenarioFaults, AreAllToldAtOnceByLine) {
  EXPECT_THAT(faults_of("steps\n| do | expect |\n| x | y |\n| z | |\nfirms\n| firm | colour |\n"),
              ElementsAre(HasSubstr("s:3: do: \"x\""), HasSubstr("s:3: expect: \"y\""),
                          HasSubstr("s:4: do: \"z\""), HasSubstr("s:6: colour:")));
}

TEST(ScenarioFaults, TellOfAFileThatIsNotThere) {
  EXPECT_THAT(texts_of(read_scenario("no/such/file").faults),
              ElementsAre("no/such/file: cannot be read; is it there?"));
  EXPECT_THAT(texts_of(read_scenario("tests").faults),
              ElementsAre("tests: cannot be read; is it there?"));
}

}  // namespace
}  // namespace emx::scenario
