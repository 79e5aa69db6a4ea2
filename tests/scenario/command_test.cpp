#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/scenario/market.hpp"

// `emx scenario` as it is called: what it returns, and where it says what.

namespace emx::scenario {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using testing::with;

struct Answer {
  int exit_code;
  std::string out;
};

// A folder with three files, of which one is good, one differs and one is at fault.
class Command : public ::testing::Test {
 protected:
  Command() {
    std::string name = (std::filesystem::temp_directory_path() / "emx-scenario-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    folder = name;
    write("good", with("| phase halt | nothing |\n"));
    write("other", with("| phase halt | bill amount=1 |\n"));
    write("bad", with("| phase stop | |\n"));
  }
  ~Command() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  void write(const std::string& file, std::string_view text) const {
    std::ofstream{folder / file, std::ios::binary} << text;
  }

  // Standard output, or with "2>&1 >/dev/null" in the arguments standard error.
  [[nodiscard]] Answer run(const std::string& arguments) const {
    const std::string line =
        "cd '" + folder.string() + "' && '" EMX_PROGRAM "' scenario " + arguments;
    std::FILE* const pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error{"no pipe"};
    Answer answer{};
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      answer.out += static_cast<char>(c);
    }
    answer.exit_code = WEXITSTATUS(::pclose(pipe));
    return answer;
  }

  std::filesystem::path folder;
};

TEST_F(Command, ReturnsZeroWhereAllIsAsExpected) {
  const Answer answer = run("good");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.out, "ok good: 3 statements, 0 events\n");
  EXPECT_THAT(run("--quiet good").out, IsEmpty());
}

TEST_F(Command, ReturnsOneWhereAnOutcomeDiffers) {
  const Answer answer = run("--quiet other good");
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("other:24: phase halt\n  - bill amount=1\n"),
                                HasSubstr("differs other:"), Not(HasSubstr("ok good"))));
}

TEST_F(Command, ReturnsTwoForAFileAtFault) {
  const Answer answer = run("bad other good");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(
      answer.out,
      AllOf(StartsWith("bad:24: do: \"stop\" is no phase; expected one of closed"),
            HasSubstr("fault bad: 1 fault"), HasSubstr("differs other"), HasSubstr("ok good")));
  EXPECT_EQ(run("none").exit_code, 2);
}

TEST_F(Command, AnswersAsJson) {
  const Answer answer = run("--json good other bad");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.out, AllOf(StartsWith("{"), HasSubstr("\"verdict\": \"fault\""),
                                HasSubstr("\"verdict\": \"differs\""), HasSubstr("\"line\": 24"),
                                HasSubstr("\"column\": \"do\"")));
}

TEST_F(Command, PrintsWhatHappened) {
  EXPECT_THAT(run("--print good other").out, HasSubstr("| phase halt       | nothing |\n"));
  EXPECT_THAT(run("--print bad").out, IsEmpty());
  EXPECT_THAT(run("--print bad 2>&1 >/dev/null").out, HasSubstr("\"stop\" is no phase"));
}

TEST_F(Command, HasHelp) {
  const Answer answer = run("--help");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("FILE"), HasSubstr("--print"), HasSubstr("--brief"),
                                HasSubstr("--json"), HasSubstr("Exit codes: 0")));
  EXPECT_NE(run("").exit_code, 0);
}

}  // namespace
}  // namespace emx::scenario
