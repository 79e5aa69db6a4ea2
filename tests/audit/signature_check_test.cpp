#include "tools/audit/signature_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/audit/played.hpp"

// Documents of rules against the keys in the log; no replay stands behind it here.

namespace emx::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing;

class SignedRules : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play_file("tests/exchange/golden.emx", folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  SignedRules() : entries{read_ledger(folder->path())} {}

  [[nodiscard]] std::string check() const {
    SignatureCheck signatures;
    for (const Entry& entry : entries) {
      if (std::string words = signatures.apply(entry.view()); !words.empty()) return words;
    }
    return {};
  }
  // Changes the first command of a kind that was not refused.
  template <class Command>
  void change(CommandKind kind, void (*by)(Command&)) {
    for (Entry& entry : entries) {
      const auto header = read_record<CommandHeader>(entry.command);
      if (header.kind != static_cast<std::uint16_t>(kind) || entry.events_count != 0) continue;
      auto command = read_record<Command>(entry.command);
      by(command);
      std::memcpy(entry.command.data(), &command, sizeof command);
      return;
    }
    FAIL() << "no such command";
  }

  std::vector<Entry> entries;
  static TempFolder* folder;
};

TempFolder* SignedRules::folder = nullptr;

TEST_F(SignedRules, AgreeWithTheLedger) { EXPECT_THAT(check(), IsEmpty()); }

TEST_F(SignedRules, FindARuleThatWasChanged) {
  change<RuleRecordCommand>(CommandKind::rule_record, [](auto& c) { c.body[8] ^= 1; });
  EXPECT_EQ(check(), "rule set 1: the document of SH does not have its signature");
}

TEST_F(SignedRules, FindADateThatWasChanged) {
  change<RuleDocumentCommand>(CommandKind::rule_document, [](auto& c) { ++c.effective_date; });
  EXPECT_THAT(check(), HasSubstr("SH does not have its signature"));
}

TEST_F(SignedRules, FindASignatureThatWasChanged) {
  change<RuleDocumentCommand>(CommandKind::rule_document, [](auto& c) { c.signature[0] ^= 1; });
  EXPECT_THAT(check(), HasSubstr("SH does not have its signature"));
}

// The golden ledger has a key of SH in the middle; who still has the one before signs nothing.
TEST_F(SignedRules, FindAClosingByTheKeyBefore) {
  std::vector<Entry*> closings;
  for (Entry& entry : entries) {
    if (entry.events_count != 0 || read_record<CommandHeader>(entry.command).kind !=
                                       static_cast<std::uint16_t>(CommandKind::rule_document)) {
      continue;
    }
    const auto command = read_record<RuleDocumentCommand>(entry.command);
    if (command.authority == static_cast<std::uint8_t>(Authority::sh)) closings.push_back(&entry);
  }
  ASSERT_GE(closings.size(), 2U);
  // The last two are the same document, by the key before and by the new one.
  const auto before = read_record<RuleDocumentCommand>(closings[closings.size() - 2]->command);
  auto last = read_record<RuleDocumentCommand>(closings.back()->command);
  ASSERT_EQ(before.version, last.version);
  ASSERT_EQ(before.effective_date, last.effective_date);
  ASSERT_NE(before.signature, last.signature);
  last.signature = before.signature;
  std::memcpy(closings.back()->command.data(), &last, sizeof last);
  EXPECT_EQ(check(), "rule set 7: the document of SH does not have its signature");
}

TEST_F(SignedRules, FindAnotherKey) {
  change<SetAuthorityKeyCommand>(CommandKind::set_authority_key,
                                 [](auto& c) { c.public_key[0] ^= 1; });
  EXPECT_THAT(check(), HasSubstr("SH does not have its signature"));
}

}  // namespace
}  // namespace emx::audit
