#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tools/market/symbol_parts.hpp"
#include "tools/scenario/event_line.hpp"
#include "tools/scenario/sections.hpp"
#include "tools/scenario/vocabulary.hpp"

// The language's pieces: tables, values, events.

namespace emx::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Section> sections_of(std::string_view text) {
  market::Faults faults;
  auto sections = read_sections(text, "s", faults);
  EXPECT_THAT(faults, IsEmpty());
  return sections;
}

TEST(Sections, AreTablesUnderTheirNames) {
  const auto sections = sections_of(
      "\xEF\xBB\xBF# a comment\r\nsteps  # here\r\n\r\n| do |expect |\n| --- | :-- |\n"
      "|a  b|  |  # why\nzones\n");
  ASSERT_EQ(sections.size(), 2U);
  EXPECT_EQ(sections[0].name, "steps");
  EXPECT_EQ(sections[0].line, 2U);
  EXPECT_THAT(sections[0].columns, ElementsAre("do", "expect"));
  ASSERT_EQ(sections[0].rows.size(), 1U);
  EXPECT_EQ(sections[0].rows[0].line, 6U);
  EXPECT_THAT(sections[0].rows[0].cells, ElementsAre("a  b", ""));
  EXPECT_THAT(sections[1].columns, IsEmpty());
}

TEST(Sections, DropCommasBetweenDigitsOnly) {
  const auto sections = sections_of("steps\n| do |\n| 729,300.00 a,b 1, ,2 |\n");
  EXPECT_THAT(sections[0].rows[0].cells, ElementsAre("729300.00 a,b 1, ,2"));
}

TEST(SymbolParts, AreWhatASymbolSays) {
  const market::SymbolParts air = market::parts_of("VOC.AIR.YRD.IND.2630");
  EXPECT_EQ(air.pollutant, "VOC");
  EXPECT_EQ(air.first_year, "2026");
  EXPECT_EQ(air.last_year, "2030");
  EXPECT_EQ(market::parts_of("COD.WAT.TAIHU.AGR.2630").medium, "WATER");
  EXPECT_EQ(market::parts_of("SHEA25").scheme, "SHEA");
  EXPECT_EQ(market::parts_of("CEA25").last_year, "2025");
  EXPECT_EQ(market::parts_of("SHEA").first_year, "");
  EXPECT_EQ(market::parts_of("VOC.AIR").pollutant, "");
  EXPECT_EQ(market::parts_of("VOC.AIR.YRD.IND.26x0").last_year, "");
}

class Events : public ::testing::Test {
 protected:
  Events() {
    SetInstrumentCommand instrument{};
    instrument.header.kind = static_cast<std::uint16_t>(CommandKind::set_instrument);
    instrument.symbol = Symbol{"SHEA25"};
    names.apply(std::as_bytes(std::span{&instrument, 1}));
  }

  EventLine read(std::string_view text) {
    std::string fault;
    auto event = read_event(text, event_forms(), {names, orders}, fault);
    EXPECT_TRUE(event) << fault;
    return event.value_or(EventLine{});
  }
  bool meets(std::string_view expected, std::string_view happened) {
    return fits(read(expected), read(happened));
  }

  market::Names names;
  std::set<std::string, std::less<>> orders{"a", "b"};
};

TEST_F(Events, FitWhenAllThatIsNamedIsSo) {
  constexpr std::string_view happened =
      "trade b a 4000@11900 code=Q02_NET_OUTFLOW credited=4000 retired=0 ratio=1/1";
  EXPECT_TRUE(meets("trade", happened));
  EXPECT_TRUE(meets("trade b a", happened));
  EXPECT_TRUE(meets("trade b a 4000@11900.00 code=Q02", happened));
  EXPECT_TRUE(meets("trade b code=Q02_NET_OUTFLOW retired=0", happened));
  EXPECT_FALSE(meets("trade a", happened));
  EXPECT_FALSE(meets("trade b a 4001@11900", happened));
  EXPECT_FALSE(meets("trade b a 4000@11910", happened));
  EXPECT_FALSE(meets("trade b a 4000@11900 code=none", happened));
  EXPECT_FALSE(meets("trade b a 4000@11900 ratio=3/2", happened));
  EXPECT_FALSE(meets("trade b a 4000@11900 across=no", happened));
  EXPECT_FALSE(meets("skip b", happened));
}

TEST_F(Events, CompareFiguresByWhatTheyMean) {
  EXPECT_TRUE(meets("bill amount=238000", "bill amount=238000.00"));
  EXPECT_TRUE(meets("bill amount=238000.0", "bill amount=238000"));
  EXPECT_FALSE(meets("bill amount=238000.01", "bill amount=238000.00"));
  EXPECT_TRUE(meets("quota ZJ VOC net=-5", "quota ZJ VOC net=-5"));
  EXPECT_FALSE(meets("quota ZJ VOC net=5", "quota ZJ VOC net=-5"));
  EXPECT_TRUE(
      meets("refused O02 limit=4611686018427387904", "refused O02 limit=4611686018427387904"));
  EXPECT_TRUE(meets("band SHEA25 87.75..107.23", "band SHEA25 87.75..107.23"));
  EXPECT_TRUE(meets("indicative SHEA25 none", "indicative SHEA25 none"));
}

TEST_F(Events, AreWrittenWithWhatIsAskedFor) {
  EventLine happened = read("trade b a 1@2 code=none credited=1 retired=0");
  happened.fields[0].telling = false;
  EXPECT_EQ(text_of(happened), "trade b a 1@2 credited=1 retired=0");
  const EventLine like = read("trade b a code=Q01");
  EXPECT_EQ(text_of(happened, &like), "trade b a code=none");
}

// What is written can be read, and says the same.
TEST_F(Events, AreReadAsTheyAreWritten) {
  for (const std::string_view text :
       {"refused L01_CASH limit=1.00 value=2.00", "accepted a 4000@97.49 reserved=1 warning=none",
        "replaced a 1@2 open=1 priority=kept", "cancelled a 1 C01_EXPIRED released=3.00",
        "skip a ZJ E07_LINK 1@2 zone=none local=yes", "skip a none E03_RELATED 1@2",
        "uncrossed SHEA25 1@2", "indicative SHEA25 1@2 imbalance=-3",
        "band SHEA25 1..2 reference=1.50", "posting CNY BANK VENUE-FEES 1.00",
        "demand BANK VOC used=1 approved=2"}) {
    EXPECT_EQ(text_of(read(text)), text);
  }
}

}  // namespace
}  // namespace emx::scenario
