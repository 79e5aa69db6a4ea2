#include "tools/market/amount_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace emx::market {
namespace {

TEST(AmountText, GroupsDigitsByThree) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(-4'257), "-4,257");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(AmountText, WritesFenAsCny) {
  EXPECT_EQ(cny(0), "0.00");
  EXPECT_EQ(cny(5), "0.05");
  EXPECT_EQ(cny(72'930'000), "729,300.00");
  EXPECT_EQ(cny(-9'749), "-97.49");
}

TEST(AmountText, ReadsCnyAsFen) {
  EXPECT_EQ(fen_from_text("11900"), 1'190'000);
  EXPECT_EQ(fen_from_text("97.49"), 9'749);
  EXPECT_EQ(fen_from_text("97.5"), 9'750);
  EXPECT_EQ(fen_from_text("0.05"), 5);
}

TEST(AmountText, ReadsNothingElse) {
  for (const char* text : {"", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", "1,000", " 1", "1x",
                           "99999999999999999999", "46116860184273879.05"}) {
    EXPECT_EQ(fen_from_text(text), std::nullopt) << text;
  }
  EXPECT_EQ(fen_from_text("46116860184273879.04"), std::int64_t{1} << 62);
}

TEST(AmountText, ReadsCounts) {
  EXPECT_EQ(count_from_text("4611686018427387904"), std::int64_t{1} << 62);
  EXPECT_EQ(count_from_text("4611686018427387905"), std::nullopt);
  EXPECT_EQ(count_from_text("-1"), std::nullopt);
  EXPECT_EQ(count_from_text(""), std::nullopt);
}

}  // namespace
}  // namespace emx::market
