#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "engine/vocabulary/code.hpp"
#include "tests/scenario/code_table.hpp"
#include "tools/scenario/report.hpp"
#include "tools/scenario/scenario.hpp"

// Every code has a scenario that comes to its limit and goes one beyond it, and every worked case
// of the market rules has one: tools/scenario/CODES.md names them, and is held to what they do.

namespace emx::scenario {
namespace {

using testing::code_table;
using testing::CodeRow;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::table_under;
using testing::TableRow;

// What this venue does not have: listed trading and auctions.
const std::set<std::string_view> of_other_modes{"O13_NOT_IN_VIEW", "O14_GROUP_CAP", "S05_INTERVAL",
                                                "X03_CHOSEN"};
// The gateway says these; the core, and so a scenario, never hears of what they refuse.
const std::set<std::string_view> of_the_gateway{"S01_BUSY", "S02_DRAINING"};

std::filesystem::path file_of(const std::string& scenario) {
  return "tools/scenario/cases/" + scenario + ".scenario";
}

// In any place where an event says a code.
bool has_code(const EventLine& event, std::string_view code) {
  return std::ranges::find(event.words, code) != event.words.end() ||
         std::ranges::find(event.fields, code, &EventLine::Field::value) != event.fields.end();
}

bool any_has_code(const std::vector<EventLine>& events, std::string_view code) {
  return std::ranges::any_of(events, [&](const EventLine& e) { return has_code(e, code); });
}

// Empty: the scenario does as the row says.
std::string fault_of(const CodeRow& row) {
  const FileResult result = judge(read_scenario(file_of(row.scenario)));
  if (result.verdict() != Verdict::ok) return row.scenario + " does not do what it expects itself";
  bool reaches_limit = false;
  bool goes_beyond = false;
  for (std::size_t i = 0; i < result.scenario.steps.size(); ++i) {
    const ScenarioStep& step = result.scenario.steps[i];
    const std::vector<EventLine>& happened = result.outcome.steps[i].events;
    const bool is_refused =
        std::ranges::any_of(happened, [](const EventLine& e) { return e.form->name == "refused"; });
    if (step.text == row.at_the_limit && !is_refused && !any_has_code(happened, row.code)) {
      reaches_limit = true;
    }
    if (step.text == row.beyond && any_has_code(step.expected, row.code)) goes_beyond = true;
  }
  if (!reaches_limit) return "no statement `" + row.at_the_limit + "` is allowed";
  if (!goes_beyond) return "no statement `" + row.beyond + "` expects " + row.code;
  return {};
}

TEST(Codes, AreEachInTheTableOnce) {
  std::map<std::string, int> rows;
  for (const CodeRow& row : code_table()) ++rows[row.code];
  for (std::uint16_t number = 1; number < 1'000; ++number) {
    const Code code{number};
    if (!is_known(code)) continue;
    const std::string name{name_of(code)};
    EXPECT_EQ(rows[name], of_other_modes.contains(name) ? 0 : 1) << name;
    rows.erase(name);
  }
  EXPECT_THAT(rows, IsEmpty()) << "what is no code";
}

TEST(Codes, AreReachedOneBeyondTheirLimit) {
  for (const CodeRow& row : code_table()) {
    if (of_the_gateway.contains(row.code)) {
      EXPECT_EQ(row.scenario, "-");
    } else {
      EXPECT_THAT(fault_of(row), IsEmpty()) << row.code;
    }
  }
}

TEST(Codes, AreNotReachedWhereARowIsFalse) {
  const std::vector<CodeRow> rows = code_table();
  const auto found = std::ranges::find(rows, "O07_USE_BLOCK", &CodeRow::code);
  ASSERT_NE(found, rows.end());
  ASSERT_THAT(fault_of(*found), IsEmpty());
  CodeRow another = *found;
  another.code = "O08_BLOCK_MIN";
  EXPECT_THAT(fault_of(another), HasSubstr("expects O08_BLOCK_MIN"));
  CodeRow reversed = *found;
  std::swap(reversed.at_the_limit, reversed.beyond);
  EXPECT_THAT(fault_of(reversed), HasSubstr("30001@12000` is allowed"));
  CodeRow gone = *found;
  gone.beyond += " as gone";
  EXPECT_THAT(fault_of(gone), HasSubstr("as gone` expects"));
  CodeRow nowhere = *found;
  nowhere.scenario = "nowhere";
  EXPECT_THAT(fault_of(nowhere), HasSubstr("nowhere does not"));
}

// The worked cases of the rulebook: what stands behind "Worked:", by section, and what the table of
// section 14 gives. Without the auction's.
std::vector<TableRow> worked_cases() {
  std::ifstream stream{"engine/MARKET-RULES.md"};
  std::vector<TableRow> cases;
  std::string section;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## ")) section = line.substr(3, line.find('.') - 3);
    const std::size_t worked = line.find("Worked: ");
    if (worked != std::string::npos && section != "13") {
      cases.push_back({section, line.substr(worked)});
    } else if (section == "14" && line.starts_with("| ") && !line.starts_with("| given") &&
               !line.starts_with("| ---")) {
      cases.push_back({section, line.substr(2)});
    }
  }
  return cases;
}

// Of a text all of whose cases are in the table no figure is left; of a row of section 14, which is
// named by its beginning, nothing.
TEST(WorkedCases, HaveEachAScenarioInTheTable) {
  const std::vector<TableRow> table = table_under("tools/scenario/CODES.md", "## Worked cases");
  const std::vector<TableRow> cases = worked_cases();
  EXPECT_EQ(cases.size(), 10U) << "of four sections, and section 14's six";
  for (const TableRow& worked : cases) {
    const bool is_row = worked[0] == "14";
    std::string rest = worked[1];
    for (const TableRow& row : table) {
      const std::size_t at = rest.find(row.at(1));
      if (row[0] != worked[0] || at == std::string::npos) continue;
      rest.erase(at, is_row ? std::string::npos : row[1].size());
    }
    EXPECT_TRUE(is_row ? rest.empty() : rest.find_first_of("0123456789") == std::string::npos)
        << "not in the table: " << rest;
  }
}

// The numbers of a text, in one form: without thousands separators, without zeros behind the point.
std::set<std::string> figures_of(std::string_view text) {
  const auto is_digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  std::set<std::string> figures;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(i)) continue;
    std::string figure;
    for (; is_digit(i) || (is_digit(i + 1) && text[i] == ',') ||
           (is_digit(i + 1) && text[i] == '.' && figure.find('.') == std::string::npos);
         ++i) {
      if (text[i] != ',') figure += text[i];
    }
    if (figure.find('.') != std::string::npos) {
      figure.erase(figure.find_last_not_of('0') + 1);
      if (figure.back() == '.') figure.pop_back();
    }
    figures.insert(figure);
  }
  return figures;
}

// Of what a scenario states; what its comments say proves nothing.
std::set<std::string> figures_of_file(const std::filesystem::path& file) {
  std::ifstream stream{file};
  std::string statements;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with('#')) statements += line + '\n';
  }
  return figures_of(statements);
}

// What of a worked case its scenario does not state. A case of section 14 is named by its
// beginning; its whole row counts.
std::set<std::string> not_stated(const TableRow& row) {
  std::string text = row[1];
  for (const TableRow& worked : worked_cases()) {
    if (row[0] == "14" && worked[0] == "14" && worked[1].starts_with(row[1])) text = worked[1];
  }
  std::set<std::string> missing = figures_of(text);
  for (const std::string& figure : figures_of_file(file_of(row[2]))) missing.erase(figure);
  missing.erase("2024");  // the real deals' year: no series of this venue was running
  return missing;
}

TEST(WorkedCases, StateEveryFigure) {
  for (const TableRow& row : table_under("tools/scenario/CODES.md", "## Worked cases")) {
    EXPECT_THAT(not_stated(row), IsEmpty()) << row[2];
  }
}

TEST(WorkedCases, DoNotStateFiguresOfAnotherCase) {
  EXPECT_EQ(figures_of("8,074 kg at 6.50, 5 a = 242,220.00; r = 3/2."),
            (std::set<std::string>{"8074", "6.5", "5", "242220", "3", "2"}));
  EXPECT_THAT(not_stated({"9", "and 68.25..126.75", "block_band_of_thirty_percent"}),
              ElementsAre("126.75"));
  EXPECT_THAT(not_stated({"14", "gross 9,500 of", "quota_outflow_cap_is_reached"}),
              Contains("9500"));
}

TEST(WorkedCases, QuoteTheRulesAndAreAsExpected) {
  std::ifstream stream{"engine/MARKET-RULES.md"};
  const std::string rules{std::istreambuf_iterator<char>{stream}, {}};
  for (const TableRow& row : table_under("tools/scenario/CODES.md", "## Worked cases")) {
    ASSERT_EQ(row.size(), 3U);
    EXPECT_THAT(rules, HasSubstr(row[1]));
    EXPECT_EQ(judge(read_scenario(file_of(row[2]))).verdict(), Verdict::ok) << row[2];
  }
}

}  // namespace
}  // namespace emx::scenario
