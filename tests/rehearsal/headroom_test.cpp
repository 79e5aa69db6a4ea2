#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/rehearsal/rehearsing.hpp"
#include "tools/rehearsal/report.hpp"

// Rooms other than a province's, before an act and after it, and who may trade with whom.

namespace emx::rehearsal {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Zhejiang's bid is credited 400 of its 20,000; the rest of it stands with a highest ratio.
constexpr std::string_view headroom_scene =
    "quota 2026 ZJ VOC inflow=400\n"
    "zone ZJ JIASHAN key=no\n"
    "day 2026-06-18\n"
    "phase continuous\n"
    "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@12000\n"
    "sell SH045-1 VOC.AIR.YRD.IND.2630 100@12300\n"
    "sell JS066-1 VOC.AIR.YRD.IND.2630 500@12300\n"
    "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 ratio=1/1\n";

class RehearsingHeadroom : public testing::Rehearsing {
 protected:
  RehearsingHeadroom() { play(headroom_scene); }

  [[nodiscard]] json headroom_of(const json& request) const { return said_of(request)["headroom"]; }
  // The row of a code, in "whose: before -> after unit"; of several the first.
  [[nodiscard]] static std::string row(const json& rows, const char* code) {
    for (const json& row : rows) {
      if (row["code"] != code) continue;
      return row["whose"].get<std::string>() + ": " + row["before"].dump() + " -> " +
             row["after"].dump() + ' ' + row["unit"].get<std::string>();
    }
    return "unchanged";
  }
  // "before -> after" of a code's orders; nullptr: those with somebody to trade with.
  [[nodiscard]] static std::string orders(const json& rows, const char* province,
                                          const char* code) {
    for (const json& row : rows) {
      if (row["province"] != province || row["code"] != (code ? json(code) : json())) continue;
      return row["orders_before"].dump() + " -> " + row["orders_after"].dump();
    }
    return "unchanged";
  }
};

// A new approval starts at nothing credited.
TEST_F(RehearsingHeadroom, OfDemand) {
  const json request{
      {"command", "demand"}, {"facility", "ZJ063-1"}, {"pollutant", "VOC"}, {"approved", 9000}};
  const json rows = headroom_of(request);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(row(rows, "D01_DEMAND"), "facility ZJ063-1: 19600 -> 9000 kg");
  EXPECT_EQ(rows[0]["room"], "VOC demand");
  const std::string text = ask(request, false).out;
  EXPECT_THAT(text, HasSubstr("it would be applied\n\nOther rooms that would be others"));
}

// Two more orders rest than it lets: they stay.
TEST_F(RehearsingHeadroom, OfOpenOrdersAboveALoweredLimit) {
  const json said = said_of({{"command", "limit"},
                             {"limit", "open-orders"},
                             {"scope", "instrument"},
                             {"name", "VOC.AIR.YRD.IND.2630"},
                             {"value", "2"}});
  EXPECT_EQ(row(said["headroom"], "O03_OPEN_ORDERS"),
            "instrument VOC.AIR.YRD.IND.2630: null -> -2 orders");
  EXPECT_THAT(said["cancelled"], IsEmpty());
}

// Of 75,248 lots 400 were sold and 600 are reserved. Who wants them all gets those of the order.
TEST_F(RehearsingHeadroom, OfTheAccountThatIsHeldBack) {
  const auto freeze = [](const char* asset, const char* amount) {
    return json{
        {"command", "freeze"}, {"facility", "SH049-1"}, {"asset", asset}, {"amount", amount}};
  };
  json said = said_of(freeze("VOC.AIR.YRD.IND.2630", "74000"));
  EXPECT_EQ(row(said["headroom"], "L02_RIGHTS"), "facility SH049-1: 74248 -> 248 kg");
  EXPECT_THAT(said["cancelled"], IsEmpty());
  said = said_of(freeze("VOC.AIR.YRD.IND.2630", "74800"));
  EXPECT_EQ(row(said["headroom"], "L02_RIGHTS"), "facility SH049-1: 74248 -> 48 kg");
  EXPECT_THAT(said["cancelled"], SizeIs(1));
  said = said_of(freeze("cash", "1.00"));
  const json& cash = said["headroom"];
  ASSERT_THAT(cash, SizeIs(1));
  EXPECT_EQ(cash[0]["before"].get<std::int64_t>() - cash[0]["after"].get<std::int64_t>(), 100);
}

TEST_F(RehearsingHeadroom, OfCarbonThatAGroupMayHold) {
  const json rows = headroom_of({{"command", "parameters"}, {"carbon-extra", 400000}});
  ASSERT_THAT(rows, Not(IsEmpty()));
  for (const json& row : rows) {
    EXPECT_EQ(row["code"], "H01_HOLDING");
    EXPECT_EQ(row["after"].get<std::int64_t>() - row["before"].get<std::int64_t>(), -600000);
  }
}

TEST_F(RehearsingHeadroom, IsNotToldWhereNothingChanges) {
  EXPECT_THAT(headroom_of({{"command", "trust"}, {"from", "SH049-1"}, {"to", "SH045-1"}}),
              IsEmpty());
}

// The link bars Shanghai's two asks, which stay; Zhejiang's bid still has Jiangsu's.
TEST_F(RehearsingHeadroom, CounterpartiesThatALinkBars) {
  const json off{{"command", "link"},
                 {"pollutant", "VOC"},
                 {"seller", "SH"},
                 {"buyer", "ZJ"},
                 {"enabled", false}};
  const json said = said_of(off);
  EXPECT_THAT(said["cancelled"], IsEmpty());
  const json& rows = said["counterparties"];
  EXPECT_EQ(orders(rows, "SH", "E07_LINK"), "0 -> 2");
  EXPECT_EQ(orders(rows, "SH", nullptr), "2 -> 0");
  EXPECT_EQ(orders(rows, "ZJ", "E07_LINK"), "0 -> 1");
  EXPECT_EQ(orders(rows, "ZJ", nullptr), "unchanged");
  EXPECT_THAT(rows, SizeIs(3));
  EXPECT_THAT(ask(off, false).out, HasSubstr("barred from somebody by E07_LINK"));
  json on = off;
  on["enabled"] = true;  // as it is
  EXPECT_THAT(said_of(on)["counterparties"], IsEmpty());
}

TEST_F(RehearsingHeadroom, CounterpartiesThatAZoneOrItsRatioBars) {
  const json missed = said_of({{"command", "zone"},
                               {"province", "ZJ"},
                               {"zone", "JIASHAN"},
                               {"misses", "VOC"}})["counterparties"];
  EXPECT_EQ(orders(missed, "ZJ", "E08_ATTAIN"), "0 -> 1");
  EXPECT_EQ(orders(missed, "ZJ", nullptr), "1 -> 0");
  EXPECT_EQ(orders(missed, "JS", "E08_ATTAIN"), "0 -> 1");
  const json key = said_of({{"command", "zone"},
                            {"province", "ZJ"},
                            {"zone", "JIASHAN"},
                            {"key", true}})["counterparties"];
  EXPECT_EQ(orders(key, "ZJ", "X02_MAX_RATIO"), "0 -> 1");
  EXPECT_EQ(orders(key, "SH", "X02_MAX_RATIO"), "0 -> 2");
}

}  // namespace
}  // namespace emx::rehearsal
