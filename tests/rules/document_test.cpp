#include "tools/rules/document.hpp"

#include <gtest/gtest.h>

#include "tests/rules/texts.hpp"
#include "tools/rules/rule_text.hpp"

namespace emx::rules {
namespace {

Document zj_document() { return compile(testing::zj_text, "zj.toml").document; }

TEST(RuleDocuments, AreTheSameAfterTheirBytes) {
  const Document document = zj_document();
  const auto again = document_from(bytes_of(document));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, document);
}

TEST(RuleDocuments, AreReadWholeOrNotAtAll) {
  const std::vector<std::byte> bytes = bytes_of(zj_document());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(document_from(std::span{bytes}.first(size)).has_value()) << size;
  }
  std::vector<std::byte> longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(document_from(longer).has_value());
}

// Every bit counts: with any other one it is another document, or none.
TEST(RuleDocuments, AreSignedToTheLastBit) {
  const admin::PrivateKey key = admin::PrivateKey::make();
  const Document document = zj_document();
  const admin::Signature signature = sign(document, key);
  EXPECT_TRUE(is_signed(document, signature, key.public_key()));
  EXPECT_FALSE(is_signed(document, signature, admin::PrivateKey::make().public_key()));
  std::vector<std::byte> bytes = bytes_of(document);
  for (std::byte& byte : bytes) {
    byte ^= std::byte{1};
    const auto other = document_from(bytes);
    EXPECT_FALSE(other && is_signed(*other, signature, key.public_key()));
    byte ^= std::byte{1};
  }
}

TEST(RuleDocuments, GoIntoTheLogRecordByRecord) {
  const Document document = zj_document();
  const auto records = record_commands(document);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].record, 1);
  EXPECT_EQ(records[1].authority, 2);
  EXPECT_EQ(records[1].version, 3U);
  EXPECT_EQ(records[1].body, document.records[1].body);
  EXPECT_EQ(closing_command(document, {}).records, 2);
}

}  // namespace
}  // namespace emx::rules
