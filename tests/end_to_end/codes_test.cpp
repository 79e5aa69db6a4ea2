#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/heard.hpp"
#include "tests/scenario/code_table.hpp"

// Every code that a FIX client can be given is given to one, by the fact that the table of
// tools/scenario/CODES.md names: each is run, and what it heard of the venue is looked at.
// That every code has a row is for scenario_test to say.
namespace emx::end_to_end {

namespace {

using scenario::testing::code_table;
using scenario::testing::CodeRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Of acts that no FIX message is.
const std::set<std::string_view> not_by_fix{"P06_FOUR_EYES", "P07_RULE_SET", "P08_NOT_ITS_RULE",
                                            "P09_UNSIGNED_RULE", "P10_RULE_VERSION"};

// What became of a fact, and what it came to know.
struct Course {
  int exit_code = -1;
  std::set<std::string> heard{};
};

// `fact` as ctest calls it: "refusals_test.Refusals.SayCodeAndWords".
Course run_fact(const std::string& fact) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "heard").string();
  const std::size_t dot = fact.find('.');
  const auto program = std::filesystem::path{emx_program()}.parent_path() / fact.substr(0, dot);
  demo::ChildProcess process{{.command = {program, "--gtest_filter=" + fact.substr(dot + 1)},
                              .output = folder.path() / "output",
                              .environment = {std::string{heard_variable} + '=' + file}}};
  Course course;
  course.exit_code = process.wait(std::chrono::seconds{120}).value_or(-1);
  std::ifstream stream{file};
  for (std::string line; std::getline(stream, line);) course.heard.insert(line);
  return course;
}

// Empty: the fact has an order allowed, and hears the code.
std::string fault_of(const std::string& fact, const std::string& code) {
  static std::map<std::string, Course> courses;
  const auto [found, is_new] = courses.try_emplace(fact);
  Course& course = found->second;
  if (is_new) course = run_fact(fact);
  if (course.exit_code != 0) return fact + " ends with " + std::to_string(course.exit_code);
  for (const std::string& expected : {code, std::string{heard_allowed}}) {
    if (!course.heard.contains(expected)) return fact + " does not hear " + expected;
  }
  return {};
}

TEST(CodesThroughFix, AreEachHeardByTheFactOfTheTable) {
  const std::vector<CodeRow> rows = code_table();
  ASSERT_FALSE(rows.empty());
  for (const CodeRow& row : rows) {
    if (not_by_fix.contains(row.code)) {
      EXPECT_EQ(row.fact, "-") << row.code;
    } else {
      EXPECT_THAT(fault_of(row.fact, row.code), IsEmpty());
    }
  }
}

TEST(CodesThroughFix, AreNotHeardWhereARowIsFalse) {
  const std::string fact = "refusals_test.Refusals.EndsDayOrdersAtTheClose";
  EXPECT_THAT(fault_of(fact, "C01_EXPIRED"), IsEmpty());
  EXPECT_THAT(fault_of(fact, "C02_DISCONNECT"), HasSubstr("does not hear C02_DISCONNECT"));
  EXPECT_THAT(fault_of(fact + "AndMore", "C01_EXPIRED"), HasSubstr("does not hear C01_EXPIRED"));
  EXPECT_THAT(fault_of("no_test.No.Fact", "C01_EXPIRED"), HasSubstr("ends with 127"));
}

}  // namespace

}  // namespace emx::end_to_end
