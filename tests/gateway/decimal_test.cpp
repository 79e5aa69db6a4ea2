#include "gateway/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace emx::gateway::test {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

TEST(Decimal, ReadsPricesInFen) {
  struct Case {
    const char* text;
    Decimal expected;
  };
  for (const Case& one :
       {Case{"97.49", {9'749, false}}, Case{"97.4", {9'740, false}}, Case{"97", {9'700, false}},
        Case{"97.", {9'700, false}}, Case{".5", {50, false}}, Case{"0097.490", {9'749, false}},
        Case{"97.491", {9'749, true}}, Case{"97.4900001", {9'749, true}},
        Case{"-0.01", {-1, false}}, Case{"-0.019", {-1, true}}, Case{"-0", {0, false}},
        Case{"0.001", {0, true}}}) {
    EXPECT_EQ(decimal_from_text(one.text, price_places), one.expected) << one.text;
  }
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", "-", ".", "-.", "1.2.3", "1e5", "+1", " 1", "1 ", "--1", "0x1", "1,5", "NaN"}) {
    EXPECT_FALSE(decimal_from_text(text, price_places)) << text;
  }
}

TEST(Decimal, SaturatesBeyond64Bits) {
  EXPECT_EQ(decimal_from_text("9223372036854775807", 0), (Decimal{most, false}));
  EXPECT_EQ(decimal_from_text("9223372036854775808", 0), (Decimal{most, false}));
  EXPECT_EQ(decimal_from_text("-9223372036854775808", 0), (Decimal{least, false}));
  EXPECT_EQ(decimal_from_text("-9223372036854775809", 0), (Decimal{least, false}));
  EXPECT_EQ(decimal_from_text("92233720368547758.07", 2), (Decimal{most, false}));
  EXPECT_EQ(decimal_from_text("92233720368547758.06", 2), (Decimal{most - 1, false}));
  EXPECT_EQ(decimal_from_text("92233720368547758.08", 2), (Decimal{most, false}));
  EXPECT_EQ(decimal_from_text("92233720368547759", 2), (Decimal{most, false}));
  EXPECT_EQ(decimal_from_text(std::string(60'000, '9'), 2), (Decimal{most, false}));
}

// Written and read again it is the same; with more digits behind, it is the same and inexact.
TEST(Decimal, ReadsBackWhatItWrites) {
  constexpr unsigned seed = 1;
  SCOPED_TRACE(seed);
  std::mt19937_64 random{seed};
  for (int i = 0; i < 100'000; ++i) {
    const auto fen = static_cast<std::int64_t>(random() >> (random() % 64)) * (i % 2 == 0 ? 1 : -1);
    const std::string text = text_of(Fen{fen});
    EXPECT_EQ(decimal_from_text(text, price_places), (Decimal{fen, false})) << text;
    EXPECT_EQ(decimal_from_text(text + "000", price_places), (Decimal{fen, false})) << text;
    EXPECT_EQ(decimal_from_text(text + "01", price_places), (Decimal{fen, true})) << text;
  }
  EXPECT_EQ(text_of(Fen{least}), "-92233720368547758.08");
  EXPECT_EQ(text_of(Fen{5}), "0.05");
  EXPECT_EQ(text_of(Fen{-5}), "-0.05");
}

TEST(Decimal, AveragesHalfUpToFourDecimals) {
  EXPECT_EQ(average_price_text(0, Lots{0}), "0.0000");
  EXPECT_EQ(average_price_text(Int128{1'200'000} * 100, Lots{100}), "12000.0000");
  EXPECT_EQ(average_price_text(100 + 100 + 101, Lots{3}), "1.0033");
  EXPECT_EQ(average_price_text(1 + 2, Lots{2}), "0.0150");
  EXPECT_EQ(average_price_text(20'001, Lots{20'000}), "0.0100");  // 1.00005 fen
  EXPECT_EQ(average_price_text(201, Lots{200}), "0.0101");        // 1.005 fen: half up
  EXPECT_EQ(average_price_text(Int128{amount_max.value} * 1'000, Lots{1'000}),
            "46116860184273879.0400");
}

}  // namespace

}  // namespace emx::gateway::test
