#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>

#include "tests/scenario/case_files.hpp"
#include "tools/scenario/report.hpp"
#include "tools/scenario/scenario.hpp"

// What holds for every case of tools/scenario/cases; that each is as it says is a test of ctest's.

namespace emx::scenario {
namespace {

using testing::case_files;
using ::testing::HasSubstr;

std::string read(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

TEST(Cases, AreAllInTheListOfTests) {
  const std::string list = read("tests/scenario/CMakeLists.txt");
  for (const auto& file : case_files()) {
    EXPECT_THAT(list, HasSubstr("  " + file.stem().string() + "\n"));
  }
}

TEST(Cases, IncludeTheOneOfTheReadme) {
  const std::string readme = read("tools/scenario/README.md");
  const std::size_t begin = readme.find("# Outflow is capped");
  ASSERT_NE(begin, std::string::npos);
  std::string text = readme.substr(begin, readme.find("```", begin) - begin);
  std::ostringstream out;
  write_text(judge(parse_scenario(text, "FILE")), out);
  EXPECT_EQ(out.str(), "ok FILE: 7 statements, 8 events\n");
  EXPECT_THAT(readme, HasSubstr("ok FILE: 7 statements, 8 events"));

  const std::size_t traded = text.find("ask 1000@12000");
  ASSERT_NE(traded, std::string::npos);
  text.replace(traded, 8, "ask 2000");
  out.str({});
  write_text(judge(parse_scenario(text, "FILE")), out);
  EXPECT_THAT(readme, HasSubstr(out.str().substr(0, out.str().find("differs"))));
}

// What --print gives is a scenario, and expects what happened.
TEST(Cases, AreTheSameAgainWhenTheyArePrinted) {
  for (const auto& file : case_files()) {
    for (const bool brief : {false, true}) {
      std::ostringstream printed;
      write_played(judge(read_scenario(file)), brief, printed);
      const FileResult again = judge(parse_scenario(printed.str(), file.string()));
      EXPECT_EQ(again.verdict(), Verdict::ok) << file;
      std::ostringstream twice;
      write_played(again, brief, twice);
      EXPECT_EQ(twice.str(), printed.str()) << file;
    }
  }
}

// Bytes, words and lines of the cases, in places where they do not belong.
class Spoiler {
 public:
  explicit Spoiler(std::uint32_t seed) : random_{seed} {}

  std::string spoiled(std::string text, const std::string& other) {
    for (std::size_t times = 1 + below(4); times > 0; --times) {
      if (text.empty()) return other;
      const std::size_t at = below(text.size());
      switch (below(6)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, 1 + below(20));
          break;
        case 2:
          text.insert(at, other.substr(below(other.size()), 1 + below(40)));
          break;
        case 3:
          text.insert(at, std::string(1 + below(30), "0123456789|=@.-"[below(15)]));
          break;
        case 4:
          swap_lines(text);
          break;
        default:
          text.resize(at);
          break;
      }
    }
    return text;
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  void swap_lines(std::string& text) {
    const std::size_t from = text.find('\n', below(text.size()));
    if (from == std::string::npos) return;
    const std::string line = text.substr(from, text.find('\n', from + 1) - from);
    text.erase(from, line.size());
    const std::size_t to = text.find('\n', below(text.size() + 1));
    text.insert(to == std::string::npos ? text.size() : to, line);
  }

  std::mt19937 random_;
};

TEST(Cases, NeverEndTheProgramHoweverTheyAreSpoiled) {
  const auto files = case_files();
  for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Spoiler spoiler{seed};
    const std::string text = read(files[spoiler.below(files.size())]);
    const std::string other = read(files[spoiler.below(files.size())]);
    const FileResult result = judge(parse_scenario(spoiler.spoiled(text, other), "s"));
    std::ostringstream out;
    write_text(result, out);
    if (result.verdict() != Verdict::fault) write_played(result, false, out);
    EXPECT_FALSE(out.str().empty());
  }
}

}  // namespace
}  // namespace emx::scenario
