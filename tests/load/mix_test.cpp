#include "tools/load/mix.hpp"

#include <gtest/gtest.h>

namespace emx::load {

namespace {

TEST(Mix, ReadsWhatItWrites) {
  Mix mix;
  EXPECT_EQ(text_of(mix), "new=50,cancel=40,crossing=10");
  EXPECT_EQ(read_mix("crossing=5,replace=25,new=70", mix), "");
  EXPECT_EQ(mix.passive, 70U);
  EXPECT_EQ(mix.cancel, 0U) << "what is not named has no share";
  EXPECT_EQ(mix.replace, 25U);
  EXPECT_EQ(mix.crossing, 5U);
  EXPECT_EQ(text_of(mix), "new=70,replace=25,crossing=5");
}

TEST(Mix, SaysWhatItsSharesMakeWhereThatIsNotAHundred) {
  Mix mix;
  EXPECT_NE(read_mix("new=50,cancel=40", mix).find("make 90"), std::string::npos);
  EXPECT_NE(read_mix("new=100,cancel=1", mix).find("make 101"), std::string::npos);
}

TEST(Mix, NamesTheShareThatIsNone) {
  for (const char* text : {"", "new", "new=", "new=x", "new=-1", "new=101", "new=5 ", "old=100",
                           "new=50,new=50", "new=100,", "50,40,10"}) {
    Mix mix;
    EXPECT_NE(read_mix(text, mix).find("is no share"), std::string::npos) << text;
  }
}

}  // namespace

}  // namespace emx::load
