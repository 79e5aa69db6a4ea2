#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "engine/vocabulary/code.hpp"
#include "gateway/dictionaries.hpp"

// What a client is promised in gateway/RULES-OF-ENGAGEMENT.md.

namespace emx::gateway::test {

namespace {

std::string rules() {
  std::ifstream in{"gateway/RULES-OF-ENGAGEMENT.md"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool says(const std::string& text, const std::string& number) {
  return std::regex_search(text, std::regex{"\\b" + number + "\\b"});
}

TEST(RulesOfEngagement, HaveEachCodeInItsWords) {
  const std::string text = rules();
  int codes = 0;
  for (std::uint16_t number = 1; number < 1'000; ++number) {
    const Code code{number};
    if (!is_known(code)) continue;
    ++codes;
    const std::string row = "| " + std::to_string(number) + " | " + std::string{name_of(code)} +
                            " | " + std::string{words_of(code)} + " |";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
  EXPECT_GT(codes, 50);
}

TEST(RulesOfEngagement, NameEachFieldThatIsSpoken) {
  const std::string text = rules();
  EXPECT_FALSE(says(text, "99999")) << "else nothing would be missed";
  int fields = 0;
  for (const std::string_view dictionary : {fixt11_xml, fix50sp2_xml}) {
    const std::string xml{dictionary};
    const std::regex field{"<field number='(\\d+)' name='(\\w+)'"};
    for (std::sregex_iterator at{xml.begin(), xml.end(), field}, end; at != end; ++at) {
      ++fields;
      EXPECT_TRUE(says(text, (*at)[1])) << (*at)[1] << " " << (*at)[2];
    }
  }
  EXPECT_GT(fields, 80);
}

}  // namespace

}  // namespace emx::gateway::test
