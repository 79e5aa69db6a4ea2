#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/rehearsal/rehearsing.hpp"
#include "tools/rehearsal/report.hpp"

// What an act does on a later day.

namespace emx::rehearsal {
namespace {

using audit::testing::Answer;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* voc_symbol = "VOC.AIR.YRD.IND.2630";

// Zhejiang's inflow cap is used: 600 of its bid stand locked over Shanghai's ask. Jiangsu's ask is
// for the day only.
constexpr std::string_view capped_scene =
    "quota 2026 ZJ VOC inflow=400\n"
    "trust SH049-1 SH045-1 approved-by=2\n"
    "trust SH049-1 ZJ063-1 approved-by=2\n"
    "day 2026-06-18\n"
    "phase continuous\n"
    "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n"
    "sell SH045-1 VOC.AIR.YRD.IND.2630 100@12300 gtd=2026-06-25\n"
    "sell JS066-1 VOC.AIR.YRD.IND.2630 500@12300\n"
    "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n";

json quota(int year, int inflow) {
  return {{"command", "quota"}, {"year", year},     {"province", "ZJ"},
          {"pollutant", "VOC"}, {"inflow", inflow}, {"outflow", 50000},
          {"gross", 1000000},   {"pace", 100000},   {"holding", 1000000000}};
}

json transfer_to(const char* facility) {
  return {{"command", "transfer"},
          {"from", "SH049-1"},
          {"to", facility},
          {"symbol", voc_symbol},
          {"quantity", 1000}};
}

class RehearsingWhatComesLater : public testing::Rehearsing {
 protected:
  RehearsingWhatComesLater() { play(capped_scene); }

  [[nodiscard]] json later_of(const json& request) const { return said_of(request)["later"]; }
  // The one row.
  [[nodiscard]] json only(const json& request) const {
    const json rows = later_of(request);
    EXPECT_THAT(rows, SizeIs(1)) << rows.dump(2);
    return rows.empty() ? json{} : rows[0];
  }
};

// In the new year all orders of pollutants end, whatever the quota is.
TEST_F(RehearsingWhatComesLater, QuotaOfAnotherYear) {
  const json row = only(quota(2027, 5000));
  EXPECT_EQ(row["when"], "2027-01-01");
  EXPECT_EQ(row["what"], "the quotas of 2027 count");
  ASSERT_THAT(row["rooms"], Not(IsEmpty()));
  EXPECT_EQ(row["rooms"][0], json::parse(R"({"year":2027,"province":"ZJ","pollutant":"VOC",
      "room":"net inflow","before_kg":600000,"after_kg":5000})"));
  EXPECT_THAT(row["cancelled"], IsEmpty());
  EXPECT_THAT(row["kept"], IsEmpty());
  EXPECT_THAT(row["trades"], IsEmpty());
  EXPECT_THAT(said_of(quota(2027, 5000))["rooms"], IsEmpty());
  EXPECT_THAT(later_of(quota(2026, 5000)), IsEmpty());  // all of it is told at once
}

// The band counts from the next trade date: what rests outside of it then is cancelled. The order
// for the day is gone by then, band or no band.
TEST_F(RehearsingWhatComesLater, BandOfAnInstrument) {
  const json request{{"command", "instrument"}, {"symbol", voc_symbol}, {"band", 1}};
  EXPECT_THAT(said_of(request)["cancelled"], IsEmpty());
  const json row = only(request);
  EXPECT_EQ(row["when"], "2026-06-19");
  ASSERT_THAT(row["cancelled"], SizeIs(1));
  EXPECT_EQ(row["cancelled"][0]["facility"], "SH045-1");
  EXPECT_EQ(row["cancelled"][0]["code"], "O05_PRICE");
  ASSERT_THAT(row["price_limits"], SizeIs(1));
  EXPECT_EQ(row["price_limits"][0]["upper_after_fen"], 1209000);
  EXPECT_EQ(row["price_limits"][0]["upper_before_fen"], 1317000);
  const std::string text = ask(request, false).out;
  EXPECT_THAT(text, HasSubstr("\nLater, 2026-06-19: price limits of VOC.AIR.YRD.IND.2630 by the "
                              "band\n\nOrders that would end\n"));
  EXPECT_THAT(text, HasSubstr("10,790.00..13,170.00"));
  // The same band changes nothing.
  EXPECT_THAT(later_of({{"command", "instrument"}, {"symbol", voc_symbol}, {"band", 10}}),
              IsEmpty());
}

// Its last days are none any more.
TEST_F(RehearsingWhatComesLater, CloseThatAnOrderEndsAt) {
  const json request{
      {"command", "calendar"}, {"year", 2026}, {"closed", "2026-06-24,2026-06-25,2026-06-26"}};
  const json row = only(request);
  EXPECT_EQ(row["when"], "2026-06-23");
  EXPECT_EQ(row["what"], "orders would end 2026-06-23, without it 2026-06-25");
  ASSERT_THAT(row["cancelled"], SizeIs(1));
  EXPECT_EQ(row["cancelled"][0]["facility"], "SH045-1");
  EXPECT_THAT(later_of({{"command", "calendar"}, {"year", 2026}, {"closed", "2026-06-24"}}),
              IsEmpty());
}

TEST_F(RehearsingWhatComesLater, LimitForATime) {
  const json request{{"command", "limit"}, {"limit", "order-quantity"},
                     {"scope", "firm"},    {"name", "SH049"},
                     {"value", "5"},       {"until", "2026-06-18T07:00:00Z"}};
  const json row = only(request);
  EXPECT_EQ(row["when"], "2026-06-18 15:00:00.000");
  EXPECT_EQ(row["what"], "limit order-quantity of firm SH049: none");
}

// Its rights go four days on, or do not.
TEST_F(RehearsingWhatComesLater, Transfer) {
  const json row = only(transfer_to("SH045-1"));
  EXPECT_EQ(row["when"], "2026-06-22");
  EXPECT_THAT(row["what"].get<std::string>(), HasSubstr("carried out; credited 1,000"));
  const json across = only(transfer_to("ZJ063-1"));
  EXPECT_THAT(across["what"].get<std::string>(), HasSubstr("ended by Q01_NET_INFLOW"));
}

// An order that outlives the permit of its facility ends with it.
TEST_F(RehearsingWhatComesLater, PermitThatEnds) {
  const auto permit = [](const char* date) {
    return json{{"command", "facility"}, {"facility", "SH049-1"}, {"permit", date}};
  };
  const json row = only(permit("2026-06-30"));
  EXPECT_EQ(row["when"], "2026-07-01");
  ASSERT_THAT(row["cancelled"], SizeIs(1));
  EXPECT_EQ(row["cancelled"][0]["code"], "E01_PERMIT");
  EXPECT_THAT(later_of(permit("2027-12-31")), IsEmpty());
  EXPECT_THAT(later_of(permit("2999-12-31")), IsEmpty());  // the last day of all
}

// The day's pace is anew on the next day, and the bid trades then, with the act or without: it is
// no effect of the act.
TEST_F(RehearsingWhatComesLater, IsNotToldOfWhatComesAnyway) {
  play(
      "quota 2026 ZJ VOC pace=400\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n");
  const json row = only({{"command", "instrument"}, {"symbol", voc_symbol}, {"band", 5}});
  EXPECT_THAT(row["trades"], IsEmpty());
  EXPECT_THAT(row["price_limits"], SizeIs(1));
  EXPECT_THAT(row["rooms"], IsEmpty());
  const json barred =
      only({{"command", "facility"}, {"facility", "SH049-1"}, {"permit", "2026-06-18"}});
  ASSERT_THAT(barred["trades"], SizeIs(1));  // but these would not come
  EXPECT_EQ(barred["trades"][0]["sold_before"], 400);
  EXPECT_EQ(barred["trades"][0]["sold_after"], 0);
}

TEST_F(RehearsingWhatComesLater, IsNothingWhereItEndsAtOnce) {
  const json off{{"command", "link"},
                 {"pollutant", "VOC"},
                 {"seller", "SH"},
                 {"buyer", "ZJ"},
                 {"enabled", false}};
  EXPECT_THAT(later_of(off), IsEmpty());
  EXPECT_THAT(ask(off, false).out, Not(HasSubstr("Later")));
}

}  // namespace
}  // namespace emx::rehearsal
