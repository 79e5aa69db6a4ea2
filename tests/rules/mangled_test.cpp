#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/rules/texts.hpp"
#include "tools/admin/request.hpp"
#include "tools/market/names.hpp"
#include "tools/rules/document.hpp"
#include "tools/rules/rule_text.hpp"

// Texts, documents and requests that something has mangled: each is taken, or told what is wrong
// with it; nothing ends the program.

namespace emx::rules {
namespace {

// Unoptimised and sanitised builds are about ten times slower.
#ifdef NDEBUG
constexpr int rounds = 20'000;
#else
constexpr int rounds = 5000;
#endif

// A few bytes changed, lost, doubled, or put in from elsewhere in the text.
std::string mangled(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return random() % (bound == 0 ? 1 : bound); };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, text.substr(below(text.size()), 1 + below(40)));
        break;
      case 3:
        text[at] = "0123456789-\"[]{}=,.\\"[below(20)];
        break;
      default:
        text.insert(at, std::to_string(static_cast<std::int64_t>(random()) << below(32)));
        break;
    }
  }
  return text;
}

// What a document is worth that came from a text without fault: its bytes are read back.
void expect_sound(const Document& document) {
  ASSERT_FALSE(document.records.empty());
  const auto again = document_from(bytes_of(document));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, document);
}

TEST(MangledRules, AreTakenOrHaveFaults) {
  std::mt19937 random{7};
  int taken = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string_view text = round % 2 == 0 ? testing::zj_text : testing::joint_text;
    const Compiled compiled = compile(mangled(std::string{text}, random), "mangled.toml");
    if (!compiled.faults.empty()) continue;
    ++taken;
    expect_sound(compiled.document);
  }
  EXPECT_GT(taken, rounds / 100);
  EXPECT_LT(taken, rounds / 2);
}

TEST(MangledRequests, AreUnderstoodOrToldWhy) {
  const Document document = compile(testing::zj_text, "zj.toml").document;
  const std::string base64 = admin::base64_of(bytes_of(document));
  const std::string head = R"(,"id":7,"person":1,"time":"2026-06-18T02:03:04Z",)";
  const std::string requests[] = {
      R"({"command":"rule-document")" + head + R"("document":")" + base64 + R"(","signature":")" +
          admin::base64_of(admin::Signature{}) + R"("})",
      R"({"command":"activate-rules")" + head + R"("version":3,"parts":["ZJ:17","joint:18"]})",
      R"({"command":"authority-key")" + head + R"("authority":"ZJ","public_key":")" +
          admin::base64_of(admin::PublicKey{}) + R"("})",
      R"({"command":"limit")" + head + R"("limit":"order-value","scope":"firm","value":"5"})"};
  const market::Names nothing;
  std::mt19937 random{7};
  int understood = 0;
  for (const std::string& request : requests) {
    const admin::Request whole = admin::read_request(request, nothing);
    ASSERT_TRUE(std::holds_alternative<admin::CommandRequest>(whole))
        << std::get<admin::BadRequest>(whole).reason;
    for (int round = 0; round < rounds; ++round) {
      const admin::Request read = admin::read_request(mangled(request, random), nothing);
      if (const auto* bad = std::get_if<admin::BadRequest>(&read)) {
        ASSERT_FALSE(bad->reason.empty());
      } else {
        ++understood;
      }
    }
  }
  EXPECT_GT(understood, rounds / 100);
}

}  // namespace
}  // namespace emx::rules
