#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/scenario/market.hpp"
#include "tools/scenario/report.hpp"
#include "tools/scenario/scenario.hpp"

// A case that is not as the exchange does it must fail, and show where.

namespace emx::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::with;

constexpr std::string_view ask =
    "| sell SH VOC.AIR.YRD.IND.2630 4000@11900 as ask | accepted ask |\n";

FileResult result_of(std::string_view rows) {
  FileResult result = judge(parse_scenario(with(rows), "s"));
  EXPECT_THAT(result.faults(), IsEmpty());
  return result;
}

// The diffs of all steps, one after the other.
std::vector<std::string> diff_of(std::string_view rows) {
  std::vector<std::string> lines;
  for (const Difference& difference : result_of(rows).comparison.differences) {
    for (const DiffLine& line : difference.lines) {
      const char mark = line.mark == DiffLine::Mark::same       ? ' '
                        : line.mark == DiffLine::Mark::expected ? '-'
                                                                : '+';
      lines.push_back(std::string{mark} + line.text);
    }
  }
  return lines;
}

// A bid that buys the whole ask, with what is expected of it.
std::vector<std::string> deal(std::string_view first, std::string_view more = {}) {
  std::string rows{ask};
  rows.append("| buy ZJ VOC.AIR.YRD.IND.2630 4000@12000 as bid | ").append(first).append(" |\n");
  return diff_of(rows.append(more));
}

TEST(Differences, AreNoneWhereAllIsAsExpected) {
  EXPECT_THAT(deal("accepted bid", "| | trade bid ask 4000@11900 |\n"), IsEmpty());
  EXPECT_THAT(deal(""), IsEmpty());
}

TEST(Differences, ShowAWrongPrice) {
  EXPECT_THAT(
      deal("accepted bid", "| | trade bid ask 4000@12000 |\n"),
      ElementsAre(" accepted bid", "-trade bid ask 4000@12000", "+trade bid ask 4000@11900"));
}

TEST(Differences, ShowAMissingEvent) {
  EXPECT_THAT(deal("accepted bid", "| | trade bid ask |\n| | skip bid SH E07 |\n"),
              ElementsAre(" accepted bid", " trade bid ask", "-skip bid SH E07_LINK"));
}

TEST(Differences, ShowAnEventTooMany) {
  EXPECT_THAT(deal("accepted bid"), ElementsAre(" accepted bid", "+trade bid ask 4000@11900"));
  EXPECT_THAT(deal("trade bid ask"), ElementsAre("+accepted bid 4000@12000", " trade bid ask"));
  EXPECT_THAT(deal("nothing"),
              ElementsAre("-nothing", "+accepted bid 4000@12000", "+trade bid ask 4000@11900"));
}

TEST(Differences, ShowAWrongOrderOfEvents) {
  EXPECT_THAT(deal("trade bid ask", "| | accepted bid |\n"),
              ElementsAre("-trade bid ask", " accepted bid", "+trade bid ask 4000@11900"));
}

TEST(Differences, ShowAWrongName) {
  EXPECT_THAT(deal("accepted ask", "| | trade ask bid |\n"),
              ElementsAre("-accepted ask", "-trade ask bid", "+accepted bid", "+trade bid ask"));
}

TEST(Differences, ShowOnlyTheFieldsThatAreExpected) {
  EXPECT_THAT(
      deal("accepted bid reserved=240,240.01", "| | trade bid ask 4000@11900 across=no |\n"),
      ElementsAre("-accepted bid reserved=240240.01", "-trade bid ask 4000@11900 across=no",
                  "+accepted bid reserved=240240.00", "+trade bid ask 4000@11900 across=yes"));
}

TEST(Differences, ShowBookingsWhereOneOfTheKindIsExpected) {
  EXPECT_THAT(
      deal("accepted bid", "| | trade bid ask |\n| | bill amount=1 |\n"),
      ElementsAre(" accepted bid", " trade bid ask", "-bill amount=1", "+bill amount=238000.00"));
  EXPECT_THAT(deal("accepted bid", "| | trade bid ask |\n| | quota ZJ VOC net=4000 |\n"),
              ElementsAre(" accepted bid", " trade bid ask", " quota ZJ VOC net=4000",
                          "+quota SH VOC net=-4000 today=-4000 gross=4000"));
}

TEST(Differences, ShowARefusalThatNobodyExpects) {
  EXPECT_THAT(diff_of("| sell SH VOC.AIR.YRD.IND.2630 1@1000 | |\n"),
              ElementsAre("+refused O05_PRICE limit=10790.00 value=1000.00"));
  EXPECT_THAT(
      diff_of("| sell SH VOC.AIR.YRD.IND.2630 1@1000 | refused O06 |\n"),
      ElementsAre("-refused O06_TICK_OR_LOT", "+refused O05_PRICE limit=10790.00 value=1000.00"));
}

TEST(Differences, ShowWhatACheckFinds) {
  EXPECT_THAT(diff_of("| check cash ZJ total=1 reserved=0 | |\n"),
              ElementsAre("-check cash ZJ total=1 reserved=0",
                          "+check cash ZJ total=1000000000.00 reserved=0.00"));
  EXPECT_THAT(
      diff_of("| pledge SH VOC.AIR.YRD.IND.2630 7 | |\n"
              "| freeze SH VOC.AIR.YRD.IND.2630 30 | |\n"
              "| check rights SH VOC.AIR.YRD.IND.2630 pledged=8 frozen=30 available=999963 | |\n"),
      ElementsAre("-check rights SH VOC.AIR.YRD.IND.2630 pledged=8 frozen=30 available=999963",
                  "+check rights SH VOC.AIR.YRD.IND.2630 pledged=7 frozen=30 available=999963"));
  EXPECT_THAT(diff_of("| check fees 1 | |\n"), ElementsAre("-check fees 1", "+check fees 0.00"));
  EXPECT_THAT(diff_of("| check quota ZJ VOC net=1 | |\n"),
              ElementsAre("-check quota ZJ VOC net=1", "+check quota ZJ VOC net=0"));
  EXPECT_THAT(diff_of("| check retired VOC.AIR.YRD.IND.2630 1 | |\n"),
              ElementsAre("-check retired VOC.AIR.YRD.IND.2630 1",
                          "+check retired VOC.AIR.YRD.IND.2630 0"));
  EXPECT_THAT(diff_of(std::string{ask} + "| check open ask 1 | |\n"),
              ElementsAre("-check open ask 1", "+check open ask 4000"));
  EXPECT_THAT(diff_of(std::string{ask} +
                      "| check rights SH VOC.AIR.YRD.IND.2630 reserved=4000 available=1 | |\n"),
              ElementsAre("-check rights SH VOC.AIR.YRD.IND.2630 reserved=4000 available=1",
                          "+check rights SH VOC.AIR.YRD.IND.2630 reserved=4000 available=996000"));
}

// Orders that got no name go by their line.
TEST(Differences, KnowOrdersWithoutANameByTheirLine) {
  EXPECT_THAT(diff_of("| sell SH VOC.AIR.YRD.IND.2630 1@12000 | accepted line-24 1@12000 |\n"),
              IsEmpty());
}

TEST(Report, SaysOneLineOfAFileThatIsAsExpected) {
  std::ostringstream out;
  write_text(result_of(ask), out);
  EXPECT_EQ(out.str(), "ok s: 3 statements, 1 event\n");
}

TEST(Report, ShowsADiffWithLineAndStatement) {
  std::ostringstream out;
  write_text(result_of("| phase halt | bill |\n"), out);
  EXPECT_EQ(out.str(),
            "s:24: phase halt\n  - bill\n"
            "differs s: 3 statements, 1 event; 1 statement with another outcome (- expected, + "
            "happened)\n");
}

TEST(Report, TellsAllFilesAsJson) {
  std::vector<FileResult> results;
  results.push_back(result_of(ask));
  results.push_back(result_of("| phase halt | bill |\n"));
  std::ostringstream out;
  write_json(results, out);
  EXPECT_THAT(out.str(), HasSubstr("\"verdict\": \"differs\""));
  EXPECT_THAT(out.str(), HasSubstr("\"line\": 24"));
  EXPECT_THAT(out.str(), HasSubstr("\"expected\": ["));
}

TEST(Report, PrintsColumnsInTheOrderTheyHave) {
  std::ostringstream out;
  write_played(judge(parse_scenario(std::string{testing::market} +
                                        "steps\n| expect | do | # why\n| nothing | phase halt |\n"
                                        "| | phase pause |\n| nothing | |\n",
                                    "s")),
               true, out);
  EXPECT_THAT(out.str(), HasSubstr("steps\n| expect  | do               |  # why\n"
                                   "| nothing | phase halt       |\n"
                                   "| nothing | phase pause      |\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("| nothing | |")));
}

TEST(Report, PrintsTheFileWithWhatHappened) {
  std::ostringstream out;
  write_played(result_of("| phase halt | bill |  # why\n| | bill |\n| check fees 0 | |\n# end\n"),
               true, out);
  EXPECT_THAT(out.str(), HasSubstr("facilities\n| facility | province |\n"));
  EXPECT_THAT(out.str(), HasSubstr("| phase halt       | nothing |  # why\n"));
  EXPECT_THAT(out.str(), HasSubstr("| check fees 0     |         |\n# end\n"));
}

}  // namespace
}  // namespace emx::scenario
