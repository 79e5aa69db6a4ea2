#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/lines_of_kind.hpp"
#include "tests/model/stage.hpp"

// The worked cases of MARKET-RULES.md, by section, on the reference market alone: what the model
// says of them is what a person reads there.

namespace emx::model {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Lines = std::vector<std::string>;

SetInstrument book(const std::string& symbol, Pollutant pollutant) {
  SetInstrument terms;
  terms.symbol = symbol;
  terms.basin = "YRD";
  terms.pollutant = pollutant;
  return terms;
}

SetInstrument taihu_cod() {
  SetInstrument terms = book("COD.WAT.TAIHU.IND.2630", Pollutant::cod);
  terms.basin = "TAIHU";
  terms.medium = Medium::water;
  return terms;
}

SetInstrument shea() {
  SetInstrument terms = book("SHEA25", Pollutant::co2e);
  terms.scheme = Scheme::shea;
  terms.medium = Medium::carbon;
  terms.book_class = BookClass::any;
  terms.tick_fen = 1;
  terms.levels_max = 4'096;
  return terms;
}

// --- Section 2 ---

TEST(Section2, JingdeDealIsTheSumOfItsPublishedAmounts) {
  Stage stage;
  stage.add_book(book("SO2.AIR.YRD.IND.2630", Pollutant::so2), 600'000);
  stage.add_book(book("NOX.AIR.YRD.IND.2630", Pollutant::nox), 450'000);
  stage.add("AH-B", Province::ah);
  stage.add("AH-S", Province::ah);
  stage.sell("AH-S", 8'074, 600, "SO2.AIR.YRD.IND.2630");
  stage.sell("AH-S", 21'648, 450, "NOX.AIR.YRD.IND.2630");
  EXPECT_THAT(stage.buy("AH-B", 8'074, 600, "SO2.AIR.YRD.IND.2630"),
              Contains(HasSubstr("amount=24222000 ")));
  EXPECT_THAT(stage.buy("AH-B", 21'648, 450, "NOX.AIR.YRD.IND.2630"),
              Contains(HasSubstr("amount=48708000 ")));
  EXPECT_EQ(24'222'000 + 48'708'000, 72'930'000);
}

TEST(Section2, CarbonHasNoYears) {
  Stage stage;
  stage.add_book(shea(), 9'749);
  stage.add("SH-B", Province::sh);
  stage.add("SH-S", Province::sh);
  stage.sell("SH-S", 7, 9'749, "SHEA25");
  EXPECT_THAT(
      stage.buy("SH-B", 7, 9'749, "SHEA25"),
      ElementsAre("accepted #2 arrival=2 price=9749 qty=7 reserved=68311 warning=NONE expires=-",
                  "trade 1 buy=#2 sell=#1 price=9749 qty=7 credited=7 retired=0 ratio=1/1 "
                  "cross=0 code=NONE aggressor=buy left=0/0",
                  "bill 1 amount=68243 buyer_fee=68 seller_fee=68 released=0 years=1",
                  "post SHEA25 SH-S SH-B 7", "post cash SH-B SH-S 68243",
                  "post cash SH-B VENUE-FEES 68", "post cash SH-S VENUE-FEES 68"));
}

// --- Section 5 ---

TEST(Section5, NamesTheFirstEntryRuleThatFails) {
  Stage stage;
  SetFacility terms;
  terms.firm = "F";
  terms.zone = "plain";
  terms.basin = "YRD";
  terms.pollutants = {Pollutant::voc};
  auto answer = [&stage, number = 0](SetFacility facility, Side side) mutable {
    facility.facility = "T" + std::to_string(++number);
    facility.firm = facility.facility;
    stage.add(facility);
    const Lines lines = side == Side::buy ? stage.buy(facility.facility, 1, 1'100)
                                          : stage.sell(facility.facility, 1, 1'300);
    return lines.front();
  };
  SetFacility expired = terms;
  expired.permit_valid_to = {2026, 6, 17};
  expired.credit = Credit::negative;
  EXPECT_EQ(answer(expired, Side::buy), "refused E01_PERMIT limit=20621 value=20622");  // days
  SetFacility last_day = terms;
  last_day.permit_valid_to = {2026, 6, 18};
  EXPECT_THAT(answer(last_day, Side::buy), StartsWith("accepted"));
  SetFacility uncovered = terms;
  uncovered.pollutants = {Pollutant::so2};
  EXPECT_EQ(answer(uncovered, Side::buy), "refused E01_PERMIT limit=1 value=4");  // bits
  SetFacility negative = terms;
  negative.credit = Credit::negative;
  EXPECT_EQ(answer(negative, Side::buy), "refused E02_CREDIT limit=1 value=2");
  EXPECT_EQ(answer(negative, Side::sell), "refused E02_CREDIT limit=1 value=2");
  SetFacility watched = terms;
  watched.credit = Credit::watch;
  EXPECT_THAT(answer(watched, Side::sell), StartsWith("accepted"));
  SetFacility bank = terms;
  bank.source_class = SourceClass::fin;
  bank.pollutants = {};
  EXPECT_EQ(answer(bank, Side::buy), "refused E11_NOT_EMITTER limit=2 value=6");
  SetFacility power = terms;
  power.source_class = SourceClass::power;
  EXPECT_EQ(answer(power, Side::buy), "refused E05_POWER limit=2 value=1");
  SetFacility farm = terms;
  farm.source_class = SourceClass::agri;
  EXPECT_EQ(answer(farm, Side::sell), "refused E06_AGRI limit=2 value=4");
}

TEST(Section5, NegativeBuyerMayBuyCarbonOnly) {
  Stage stage;
  stage.add_book(shea(), 500);
  SetFacility terms;
  terms.facility = terms.firm = "SH-B";
  terms.zone = "plain";
  terms.pollutants = {Pollutant::voc, Pollutant::co2e};
  terms.credit = Credit::negative;
  stage.add(terms);
  EXPECT_THAT(stage.buy("SH-B", 1, 500, "SHEA25").front(), StartsWith("accepted"));
  EXPECT_THAT(stage.sell("SH-B", 1, 500, "SHEA25"),
              ElementsAre("refused E02_CREDIT limit=1 value=2"));
  EXPECT_THAT(stage.buy("SH-B", 1, 1'198), ElementsAre("refused E02_CREDIT limit=1 value=2"));
}

TEST(Section5, NationalSchemeKeepsAwayFromShea) {
  Stage stage;
  stage.add_book(shea(), 500);
  SetFacility terms;
  terms.facility = terms.firm = "SH-B";
  terms.zone = "plain";
  terms.pollutants = {Pollutant::co2e};
  terms.ets = Ets::national;
  stage.add(terms);
  EXPECT_THAT(stage.buy("SH-B", 1, 500, "SHEA25"),
              ElementsAre("refused E10_DOUBLE_ETS limit=1 value=1"));
}

TEST(Section5, WaterKeepsToItsBasin) {
  Stage stage;
  stage.add_book(taihu_cod(), 300'000);
  SetFacility terms;
  terms.facility = terms.firm = "AH-B";
  terms.province = Province::ah;
  terms.zone = "plain";
  terms.basin = "CHAOHU";
  terms.pollutants = {Pollutant::cod};
  stage.add(terms);
  EXPECT_THAT(stage.buy("AH-B", 1, 300, "COD.WAT.TAIHU.IND.2630"),
              ElementsAre("refused E04_BASIN"));
}

// A reserve needs no permit, buys in its own province, at ratio 1, and pays no fee as a seller.
TEST(Section5, ReserveBuysAtHomeOnly) {
  Stage stage;
  SetFacility reserve;
  reserve.facility = reserve.firm = "ZJ-R";
  reserve.province = Province::zj;
  reserve.zone = "key";
  reserve.source_class = SourceClass::reserve;
  stage.add(reserve);
  stage.add("ZJ-S", Province::zj);
  stage.add("JS-S", Province::js);
  stage.sell("JS-S", 100, 1'190);
  stage.sell("ZJ-S", 100, 1'191);
  EXPECT_THAT(
      stage.buy("ZJ-R", 150, 1'200),
      ElementsAre("accepted #3 arrival=3 price=1200 qty=150 reserved=900900 warning=NONE expires=-",
                  "trade 1 buy=#3 sell=#2 price=1191 qty=100 credited=100 retired=0 ratio=1/1 "
                  "cross=0 code=NONE aggressor=buy left=50/0",
                  "bill 1 amount=595500 buyer_fee=596 seller_fee=596 released=4504 years=5",
                  "post VOC.AIR.YRD.IND.2630 ZJ-S ZJ-R 100", "post cash ZJ-R ZJ-S 595500",
                  "post cash ZJ-R VENUE-FEES 596", "post cash ZJ-S VENUE-FEES 596",
                  "skip #3 class=JS/-/0 code=X01_LOCAL_ONLY price=1190 qty=100"));
  stage.add("JS-B", Province::js);
  stage.sell("ZJ-R", 10, 1'189);
  EXPECT_THAT(of_kind(stage.buy("JS-B", 10, 1'189), "bill"),
              ElementsAre("bill 2 amount=59450 buyer_fee=59 seller_fee=0 released=0 years=5"));
}

// --- Section 6 ---

TEST(Section6, SlicingCannotChangeWhatIsCredited) {
  for (const std::vector<std::int64_t>& slices :
       {std::vector<std::int64_t>{1'000}, {1, 999}, {7, 7, 7, 979}, {333, 334, 333}}) {
    Stage stage;
    stage.add("ZJ-B", Province::zj, "key");
    stage.add("JS-S", Province::js);
    stage.buy("ZJ-B", 1'000, 1'198);
    for (const std::int64_t slice : slices) stage.sell("JS-S", slice, 1'198);
    const Holdings holdings = stage.market().holdings();
    EXPECT_EQ(holdings.rights.at(Stage::voc).at("ZJ-B"), 1'000'666);
    EXPECT_EQ(holdings.retired.at(Stage::voc), 334);
  }
}

TEST(Section6, ToReceiveAHundredSellAHundredAndFifty) {
  Stage stage;
  stage.add("ZJ-B", Province::zj, "key");
  stage.add("JS-S", Province::js);
  stage.run(SetDemand{"ZJ-B", Pollutant::voc, 100});
  stage.sell("JS-S", 1'000, 1'198);
  EXPECT_THAT(of_kind(stage.buy("ZJ-B", 1'000, 1'198), "trade"),
              ElementsAre(HasSubstr("qty=150 credited=100 retired=50 ratio=3/2")));
}

TEST(Section6, OnlyBuyingUpstreamCostsMore) {
  Stage stage;
  stage.add_book(taihu_cod(), 300'000);
  SetFacility terms;
  terms.zone = "plain";
  terms.basin = "TAIHU";
  terms.pollutants = {Pollutant::cod};
  terms.facility = terms.firm = "UP";
  terms.reach = 1;
  stage.add(terms);
  terms.facility = terms.firm = "DOWN";
  terms.reach = 3;
  stage.add(terms);
  stage.sell("UP", 10, 300, "COD.WAT.TAIHU.IND.2630");
  EXPECT_THAT(stage.buy("DOWN", 10, 300, "COD.WAT.TAIHU.IND.2630"),
              Contains(HasSubstr("ratio=1/1")));
  stage.sell("DOWN", 10, 300, "COD.WAT.TAIHU.IND.2630");
  EXPECT_THAT(stage.buy("UP", 10, 300, "COD.WAT.TAIHU.IND.2630"),
              Contains(HasSubstr("credited=6 retired=4 ratio=3/2")));
}

// The maximum, not the product: a key zone that misses its target has ratio 2.
TEST(Section6, MissedTargetOutweighsKeyZone) {
  Stage stage;
  stage.run(SetZone{Province::zj, "key", "TAIHU", {Pollutant::voc}, true});
  stage.add("ZJ-B", Province::zj, "key");
  stage.add("ZJ-S", Province::zj, "key");
  stage.sell("ZJ-S", 9, 1'198);
  EXPECT_THAT(stage.buy("ZJ-B", 9, 1'198),
              Contains(HasSubstr("qty=9 credited=4 retired=5 ratio=2/1 cross=0")));
}

// --- Section 7 and the cases of 14 about quotas ---

TEST(Section14, RaisedInflowCapTradesAtOnceAtTheOlderPrice) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 1'000;
  stage.run(caps);
  stage.sell("JS-S", 1'000, 1'198);
  stage.buy("ZJ-B", 1'000, 1'198);
  stage.sell("JS-S", 2'000, 1'190);
  EXPECT_THAT(stage.buy("ZJ-B", 3'000, 1'200),
              ElementsAre(HasSubstr("warning=Q01_NET_INFLOW"),
                          "skip #4 class=JS/-/0 code=Q01_NET_INFLOW price=1190 qty=2000"));
  caps.inflow_cap += 800;
  const Lines lines = stage.run(caps);
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre("trade 2 buy=#4 sell=#3 price=1190 qty=800 credited=800 retired=0 "
                          "ratio=1/1 cross=1 code=Q01_NET_INFLOW aggressor=none left=2200/1200"));
  EXPECT_THAT(of_kind(lines, "quota"),
              ElementsAre("quota ZJ VOC 2026 net=1800 today=1800 gross=1800",
                          "quota JS VOC 2026 net=-1800 today=-1800 "
                          "gross=1800"));
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #4 class=JS/-/0 code=Q01_NET_INFLOW price=1190 qty=1200"));
}

TEST(Section14, OutflowCapCutsTheSecondBuyer) {
  Stage stage;
  stage.add("SH-S", Province::sh);
  stage.add("AH-B", Province::ah);
  stage.add("ZJ-B", Province::zj);
  SetQuota caps = Stage::caps(Province::sh);
  caps.outflow_cap = 5'000;
  stage.run(caps);
  stage.sell("SH-S", 8'000, 1'198);
  EXPECT_THAT(
      of_kind(stage.buy("AH-B", 4'000, 1'198), "trade"),
      ElementsAre(HasSubstr("qty=4000 credited=4000 retired=0 ratio=1/1 cross=1 code=NONE")));
  const Lines lines = stage.buy("ZJ-B", 4'000, 1'198);
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("qty=1000 ")));
  EXPECT_THAT(of_kind(lines, "trade"),
              ElementsAre(HasSubstr("code=Q02_NET_OUTFLOW aggressor=buy left=3000/3000")));
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #3 class=SH/-/0 code=Q02_NET_OUTFLOW price=1198 qty=3000"));
  EXPECT_THAT(stage.cancel("ZJ-B", 3),
              ElementsAre(HasSubstr("cancelled #3 C03_REQUESTED remaining=3000")));
}

TEST(Section14, UsedUpDemandCancelsTheRest) {
  Stage stage;
  stage.add("ZJ-B", Province::zj, "key");
  stage.add("JS-S", Province::js);
  stage.run(SetDemand{"ZJ-B", Pollutant::voc, 1'000});
  stage.sell("JS-S", 5'000, 1'198);
  EXPECT_THAT(
      stage.buy("ZJ-B", 4'000, 1'198),
      ElementsAre(
          "accepted #2 arrival=2 price=1198 qty=4000 reserved=23983960 warning=NONE expires=-",
          "trade 1 buy=#2 sell=#1 price=1198 qty=1500 credited=1000 retired=500 ratio=3/2 "
          "cross=1 code=D01_DEMAND aggressor=buy left=2500/3500",
          "bill 1 amount=8985000 buyer_fee=8985 seller_fee=8985 released=0 years=5",
          "post VOC.AIR.YRD.IND.2630 JS-S ZJ-B 1000",
          "post VOC.AIR.YRD.IND.2630 JS-S ENV-RETIRED 500", "post cash ZJ-B JS-S 8985000",
          "post cash ZJ-B VENUE-FEES 8985", "post cash JS-S VENUE-FEES 8985",
          "quota ZJ VOC 2026 net=1000 today=1000 gross=1000",
          "quota JS VOC 2026 net=-1500 today=-1500 gross=1500",
          "demand ZJ-B VOC approved=1000 credited=1000",
          "cancelled #2 D01_DEMAND remaining=2500 released=14989975"));
  EXPECT_THAT(stage.buy("ZJ-B", 1, 1'198), ElementsAre("refused D01_DEMAND limit=1000 value=1000"));
}

TEST(Section14, FourRealDealsSumToZero) {
  Stage stage;
  stage.add("SH-S", Province::sh);
  stage.add("JS-S", Province::js);
  stage.add("AH-S", Province::ah);
  stage.add("ZJ-B", Province::zj);
  stage.add("AH-B", Province::ah);
  const auto deal = [&stage](const char* buyer, const char* seller, std::int64_t kg) {
    stage.sell(seller, kg, 1'198);
    return of_kind(stage.buy(buyer, kg, 1'198), "quota");
  };
  deal("ZJ-B", "SH-S", 4'000);
  EXPECT_THAT(deal("AH-B", "SH-S", 257), Contains(HasSubstr("quota SH VOC 2026 net=-4257 ")));
  EXPECT_THAT(deal("ZJ-B", "JS-S", 5'000), Contains(HasSubstr("quota JS VOC 2026 net=-5000 ")));
  const Lines last = deal("ZJ-B", "AH-S", 4'000);
  EXPECT_THAT(last, Contains(HasSubstr("quota ZJ VOC 2026 net=13000 ")));
  EXPECT_THAT(last, Contains(HasSubstr("quota AH VOC 2026 net=-3743 ")));
  EXPECT_EQ(-4'257 - 5'000 + 13'000 - 3'743, 0);
}

TEST(Section14, GrossCapLeavesFiveHundred) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  SetQuota caps = Stage::caps(Province::zj);
  caps.gross_cap = 10'000;
  stage.run(caps);
  stage.sell("JS-S", 9'500, 1'198);
  stage.buy("ZJ-B", 9'500, 1'198);
  stage.sell("JS-S", 1'000, 1'198);
  EXPECT_THAT(of_kind(stage.buy("ZJ-B", 1'000, 1'198), "trade"),
              ElementsAre("trade 2 buy=#4 sell=#3 price=1198 qty=500 credited=500 retired=0 "
                          "ratio=1/1 cross=1 code=Q03_GROSS aggressor=buy left=500/500"));
}

TEST(Section14, FarBidHoldsNoHeadroom) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("ZJ-C", Province::zj);
  stage.add("JS-S", Province::js);
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 1'000;
  stage.run(caps);
  EXPECT_THAT(stage.buy("ZJ-B", 1'000, 1'080).front(), HasSubstr("warning=NONE"));
  stage.sell("JS-S", 1'000, 1'198);
  EXPECT_THAT(stage.buy("ZJ-C", 1'000, 1'198), Contains(HasSubstr("qty=1000 credited=1000")));
}

TEST(Section7, EarlierRowNamesATie) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  SetQuota caps = Stage::caps(Province::zj);
  caps.daily_pace = caps.holding_cap = caps.gross_cap = 600;
  caps.holding_cap = 1'000'600;  // 1,000,000 kg were issued to ZJ-B
  stage.run(caps);
  stage.sell("JS-S", 1'000, 1'198);
  EXPECT_THAT(stage.buy("ZJ-B", 1'000, 1'198), Contains(HasSubstr("qty=600 ")));
  EXPECT_THAT(stage.record().back().second, Contains(HasSubstr("code=Q03_GROSS aggressor")));
}

// Pace lasts for the day and net for the year; holdings stay.
TEST(Section7, CountersRestartWithDayAndYear) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  const auto trade_on = [&stage](Day day) {
    stage.run(SetPhase{"", Phase::closed});
    stage.run(DayOpen{day});
    stage.run(SetPhase{"", Phase::continuous});
    stage.sell("JS-S", 100, 1'198);
    return of_kind(stage.buy("ZJ-B", 100, 1'198), "quota ZJ");
  };
  EXPECT_THAT(trade_on({2026, 12, 30}),
              ElementsAre("quota ZJ VOC 2026 net=100 today=100 gross=100"));
  EXPECT_THAT(trade_on({2026, 12, 31}),
              ElementsAre("quota ZJ VOC 2026 net=200 today=100 gross=200"));
  for (const Province province : {Province::js, Province::zj}) {
    SetQuota caps = Stage::caps(province);
    caps.year = 2027;
    stage.run(caps);
  }
  EXPECT_THAT(trade_on({2027, 1, 4}), ElementsAre("quota ZJ VOC 2027 net=100 today=100 gross=100"));
}

// --- Section 8 ---

TEST(Section8, BetterPriceThenTimeAtTheRestingPrice) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.sell("JS-S", 10, 1'199);
  stage.sell("JS-S", 10, 1'198);
  stage.sell("JS-S", 10, 1'198);
  EXPECT_THAT(
      of_kind(stage.buy("JS-B", 25, 1'200), "trade"),
      ElementsAre(HasSubstr("sell=#2 price=1198 qty=10 "), HasSubstr("sell=#3 price=1198 qty=10 "),
                  HasSubstr("sell=#1 price=1199 qty=5 ")));
}

TEST(Section8, OneSkipForEachClassAndCodeInOrder) {
  Stage stage;
  stage.run(SetZone{Province::js, "grey", "TAIHU", {Pollutant::voc}, false});
  stage.add("SH-S", Province::sh);
  stage.add("JS-S", Province::js);
  stage.add("JS-G", Province::js, "grey");
  stage.add("AH-S", Province::ah);
  stage.add("ZJ-S", Province::zj);
  stage.add("ZJ-B", Province::zj);
  stage.run(SetLink{Pollutant::voc, Province::ah, Province::zj, false});
  SetQuota caps = Stage::caps(Province::js);
  caps.outflow_cap = 0;
  stage.run(caps);
  stage.run(SetFirm{"ZJ-B", "one"});
  stage.run(SetFirm{"SH-S", "one"});
  stage.sell("AH-S", 5, 1'190);
  stage.sell("JS-G", 6, 1'191);
  stage.sell("JS-S", 7, 1'192);
  stage.sell("JS-S", 8, 1'192);
  stage.sell("JS-S", 9, 1'193);
  stage.sell("SH-S", 10, 1'194);
  stage.sell("ZJ-S", 11, 1'195);
  EXPECT_THAT(of_kind(stage.buy("ZJ-B", 11, 1'198), "skip"),
              ElementsAre("skip #8 class=SH/-/0 code=E03_RELATED price=1194 qty=10",
                          "skip #8 class=JS/-/0 code=Q02_NET_OUTFLOW price=1192 qty=15",
                          "skip #8 class=JS/grey/0 code=Q02_NET_OUTFLOW price=1191 qty=6",
                          "skip #8 class=AH/-/0 code=E07_LINK price=1190 qty=5"));
}

// Those that rank behind the last fill were not passed over, when nothing of the taker is left.
TEST(Section8, NobodyBehindTheLastFillIsSkipped) {
  Stage stage;
  stage.add("ZJ-S", Province::zj);
  stage.add("JS-S", Province::js);
  stage.add("ZJ-B", Province::zj);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.sell("ZJ-S", 5, 1'190);
  stage.sell("JS-S", 5, 1'191);
  EXPECT_THAT(of_kind(stage.buy("ZJ-B", 5, 1'198), "skip"), IsEmpty());
}

TEST(Section8, MissedZoneBuysInsideOnly) {
  Stage stage;
  stage.run(SetZone{Province::js, "grey", "TAIHU", {Pollutant::voc}, false});
  stage.add("JS-S", Province::js);
  stage.add("JS-G", Province::js, "grey");
  stage.add("JS-H", Province::js, "grey");
  stage.sell("JS-S", 5, 1'190);
  stage.sell("JS-G", 5, 1'191);
  const Lines lines = stage.buy("JS-H", 10, 1'198);
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("sell=#2 price=1191 qty=5 ")));
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #3 class=JS/-/0 code=E08_ATTAIN price=1190 qty=5"));
}

TEST(Section8, RestOfAnImmediateOrderIsCancelledAfterItsSkips) {
  Stage stage;
  stage.add("JS-S", Province::js);
  stage.add("ZJ-B", Province::zj);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.sell("JS-S", 5, 1'190);
  EXPECT_THAT(
      stage.buy_ioc("ZJ-B", 10, 1'198),
      ElementsAre(HasSubstr("accepted #2"), "skip #2 class=JS/-/0 code=E07_LINK price=1190 qty=5",
                  "cancelled #2 C01_EXPIRED remaining=10 released=59960"));
}

// A sale out of ZJ makes room for ZJ's own bid, in the same command.
TEST(Section8, FillThatFreesHeadroomIsFollowedByTheFixpoint) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("ZJ-S", Province::zj);
  stage.add("JS-S", Province::js);
  stage.add("AH-B", Province::ah);
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 0;
  stage.run(caps);
  stage.sell("JS-S", 50, 1'198);
  stage.buy("ZJ-B", 50, 1'198);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::ah, false});
  stage.buy("AH-B", 30, 1'200);
  const Lines lines = stage.sell("ZJ-S", 30, 1'200);
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("buy=#3 sell=#4 price=1200 qty=30 "),
                                                   HasSubstr("buy=#2 sell=#1 price=1198 qty=30 ")));
  EXPECT_THAT(of_kind(lines, "trade").back(), HasSubstr("code=Q01_NET_INFLOW aggressor=none"));
  EXPECT_THAT(lines.back(), "skip #2 class=JS/-/0 code=Q01_NET_INFLOW price=1198 qty=20");
}

// The fixpoint reports for a bid that is gone what it passed over at its last fill.
TEST(Section8, FixpointReportsABidThatIsGone) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  stage.add("AH-S", Province::ah);
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  stage.run(SetLink{Pollutant::voc, Province::ah, Province::zj, false});
  stage.sell("JS-S", 50, 1'190);
  stage.sell("JS-S", 60, 1'191);
  stage.sell("AH-S", 10, 1'192);
  stage.buy("ZJ-B", 10, 1'198);
  const Lines lines = stage.run(SetLink{Pollutant::voc, Province::ah, Province::zj, true});
  EXPECT_THAT(of_kind(lines, "trade"), ElementsAre(HasSubstr("sell=#3 price=1192 qty=10 ")));
  EXPECT_THAT(of_kind(lines, "skip"),
              ElementsAre("skip #4 class=JS/-/0 code=E07_LINK price=1190 qty=50"));
}

TEST(Section8, ReplaceKeepsPriorityOnlyForLessAtTheSamePrice) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.sell("JS-S", 10, 1'198);
  stage.sell("JS-S", 10, 1'198);
  EXPECT_THAT(stage.replace("JS-S", 1, 9, 1'198),
              ElementsAre("replaced #1 arrival=1 price=1198 qty=9 remaining=9 reserved=9 "
                          "warning=NONE"));
  EXPECT_THAT(stage.replace("JS-S", 1, 9, 1'198),
              ElementsAre("replaced #1 arrival=3 price=1198 qty=9 remaining=9 reserved=9 "
                          "warning=NONE"));
  EXPECT_THAT(
      of_kind(stage.buy("JS-B", 12, 1'198), "trade"),
      ElementsAre(HasSubstr("sell=#2 price=1198 qty=10 "), HasSubstr("sell=#1 price=1198 qty=2 ")));
  EXPECT_THAT(stage.replace("JS-S", 1, 2, 1'198),
              ElementsAre("refused O01_QUANTITY limit=3 value=2"));
  EXPECT_THAT(stage.replace("JS-S", 1, 3, 1'198),
              ElementsAre("replaced #1 arrival=3 price=1198 qty=3 remaining=1 reserved=1 "
                          "warning=NONE"));
  EXPECT_THAT(stage.replace("JS-B", 1, 3, 1'198), ElementsAre("refused D03_UNKNOWN_ORDER"));
  EXPECT_THAT(stage.replace("JS-S", 2, 3, 1'198), ElementsAre("refused D04_TOO_LATE"));
  EXPECT_THAT(stage.replace("JS-S", 9, 3, 1'198), ElementsAre("refused D03_UNKNOWN_ORDER"));
}

TEST(Section8, PreOpenRestsAndContinuousStartsWithTheFixpoint) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.run(SetPhase{Stage::voc, Phase::pre_open});
  EXPECT_THAT(stage.buy_ioc("JS-B", 1, 1'198), ElementsAre("refused P01_PHASE limit=3 value=2"));
  stage.buy("JS-B", 10, 1'200);
  EXPECT_THAT(stage.sell("JS-S", 10, 1'190), ElementsAre(StartsWith("accepted #2")));
  EXPECT_THAT(of_kind(stage.run(SetPhase{"", Phase::continuous}), "trade"),
              ElementsAre(HasSubstr("price=1200 qty=10 credited=10 retired=0 ratio=1/1 cross=0 "
                                    "code=NONE aggressor=none")));
}

TEST(Section8, BreakTakesCancelsOnlyAndCloseEndsTheDay) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.buy("JS-B", 10, 1'190);
  stage.buy("JS-B", 10, 1'191);
  stage.sell("JS-S", 10, 1'200);
  stage.run(SetPhase{"", Phase::pause});
  EXPECT_THAT(stage.buy("JS-B", 1, 1'198), ElementsAre("refused P01_PHASE limit=3 value=4"));
  EXPECT_THAT(stage.replace("JS-B", 1, 5, 1'190), ElementsAre("refused P01_PHASE limit=3 value=4"));
  EXPECT_THAT(stage.cancel("JS-B", 1), ElementsAre(StartsWith("cancelled #1 C03_REQUESTED")));
  EXPECT_THAT(stage.run(DayOpen{{2026, 6, 19}}), ElementsAre("refused P01_PHASE limit=1 value=4"));
  EXPECT_THAT(
      stage.run(SetPhase{"", Phase::closed}),
      ElementsAre(StartsWith("cancelled #2 C01_EXPIRED"), StartsWith("cancelled #3 C01_EXPIRED")));
  EXPECT_THAT(stage.run(DayOpen{{2026, 6, 18}}),
              ElementsAre("refused P01_PHASE limit=20622 value=20622"));
  EXPECT_THAT(stage.run(DayOpen{{2026, 6, 19}}), IsEmpty());
}

// --- Section 9 ---

TEST(Section9, BandRoundsInward) {
  Stage stage;
  stage.run(shea());
  EXPECT_THAT(stage.run(SetReferencePrice{"SHEA25", 9'749}),
              ElementsAre("band SHEA25 reference=9749 lower=8775 upper=10723"));
  EXPECT_THAT(stage.run(SetReferencePrice{Stage::voc, 1'198'000}),
              ElementsAre("band VOC.AIR.YRD.IND.2630 reference=1198 lower=1079 upper=1317"));
}

TEST(Section9, NewBandCancelsWhatLiesOutside) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.buy("JS-B", 1, 1'079);
  stage.sell("JS-S", 1, 1'317);
  EXPECT_THAT(stage.run(SetReferencePrice{Stage::voc, 1'190'000}),
              ElementsAre(StartsWith("band"), StartsWith("cancelled #2 O05_PRICE")));
}

// --- Section 10 ---

TEST(Section10, NamesTheFirstTestThatFails) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-C", Province::js);
  NewOrder order;
  order.actor = "JS-C";
  order.symbol = "NONE";
  order.facility = "NOBODY";
  order.price_fen = 1'000'500;
  order.quantity = 0;
  order.duplicate = true;
  const auto refused = [&](const char* why) {
    return std::vector<std::string>{std::string{"refused "} + why} == stage.run(order);
  };
  EXPECT_TRUE(refused("P03_UNKNOWN_SYMBOL"));
  order.symbol = Stage::voc;
  EXPECT_TRUE(refused("P04_UNKNOWN_ACCOUNT"));
  order.facility = "JS-B";
  EXPECT_TRUE(refused("P05_NOT_YOUR_ACCOUNT limit=0 value=1"));
  order.actor = "JS-B";
  EXPECT_TRUE(refused("D02_DUPLICATE_CLORDID"));
  order.duplicate = false;
  stage.run(SetPhase{"", Phase::halt});
  EXPECT_TRUE(refused("P01_PHASE limit=3 value=5"));
  stage.run(SetPhase{"", Phase::continuous});
  EXPECT_TRUE(refused("O06_TICK_OR_LOT limit=1000 value=1000500"));
  order.price_fen = 1'000'000;
  EXPECT_TRUE(refused("O05_PRICE limit=1079000 value=1000000"));
  order.price_fen = 1'198'000;
  EXPECT_TRUE(refused("O01_QUANTITY limit=1 value=0"));
  order.quantity = std::int64_t{1} << 31;
  EXPECT_TRUE(refused("O01_QUANTITY limit=2147483647 value=2147483648"));
  order.quantity = 30'001;
  EXPECT_TRUE(refused("O07_USE_BLOCK limit=30000 value=30001"));
  order.quantity = 30'000;
  stage.run(SetDemand{"JS-B", Pollutant::voc, 0});
  EXPECT_TRUE(refused("D01_DEMAND"));
}

TEST(Section10, CeaIsReferenceDataOnly) {
  Stage stage;
  SetInstrument cea = shea();
  cea.symbol = "CEA25";
  cea.scheme = Scheme::cea;
  cea.venue_of_record = "CEEX";
  stage.add_book(cea, 9'000);
  stage.add("SH-B", Province::sh);
  EXPECT_THAT(stage.buy("SH-B", 1, 9'000, "CEA25"), ElementsAre("refused P02_VENUE"));
}

TEST(Section10, OrdersAreFundedWhenTaken) {
  Stage stage;
  SetFacility poor;
  poor.facility = poor.firm = "JS-P";
  poor.province = Province::js;
  poor.zone = "plain";
  poor.pollutants = {Pollutant::voc};
  stage.run(SetFirm{"JS-P", ""});
  stage.run(poor);
  stage.run(SetDemand{"JS-P", Pollutant::voc, ample});
  stage.run(Deposit{"JS-P", 59'960});
  stage.run(Issue{"JS-P", Stage::voc, 10});
  EXPECT_THAT(stage.buy("JS-P", 10, 1'199),
              ElementsAre("refused L01_CASH limit=59960 value=60010"));
  EXPECT_THAT(stage.buy("JS-P", 10, 1'198), ElementsAre(HasSubstr("reserved=59960 ")));
  EXPECT_THAT(stage.buy("JS-P", 1, 1'079), ElementsAre("refused L01_CASH limit=0 value=5400"));
  EXPECT_THAT(stage.sell("JS-P", 11, 1'300), ElementsAre("refused L02_RIGHTS limit=10 value=11"));
  EXPECT_THAT(stage.sell("JS-P", 10, 1'300), ElementsAre(HasSubstr("reserved=10 ")));
  EXPECT_THAT(stage.sell("JS-P", 1, 1'300), ElementsAre("refused L02_RIGHTS limit=0 value=1"));
}

TEST(Section10, LostPermitCancelsRestingOrdersInOrderOfArrival) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.buy("JS-B", 1, 1'100);
  stage.sell("JS-B", 1, 1'300);
  SetFacility terms;
  terms.facility = terms.firm = "JS-B";
  terms.province = Province::js;
  terms.zone = "plain";
  terms.basin = "TAIHU";
  terms.pollutants = {Pollutant::so2};
  EXPECT_THAT(stage.run(terms), ElementsAre(StartsWith("cancelled #1 E01_PERMIT"),
                                            StartsWith("cancelled #2 E01_PERMIT")));
}

// --- Section 11 ---

TEST(Section11, WorkedBill) {
  Stage stage;
  stage.add("ZJ-B", Province::zj);
  stage.add("JS-S", Province::js);
  stage.sell("JS-S", 4'000, 1'190);
  const Lines lines = stage.buy("ZJ-B", 4'000, 1'200);
  EXPECT_THAT(lines.front(), HasSubstr("reserved=24024000 "));
  EXPECT_THAT(of_kind(lines, "bill"),
              ElementsAre("bill 1 amount=23800000 buyer_fee=23800 seller_fee=23800 "
                          "released=200200 years=5"));
  const Holdings holdings = stage.market().holdings();
  EXPECT_EQ(holdings.cash.at("ZJ-B"), ample * 1'000 - 23'823'800);
  EXPECT_EQ(holdings.cash.at("JS-S"), ample * 1'000 + 23'776'200);
  EXPECT_EQ(holdings.venue_fees, 47'600);
}

// One kg is 59.90 CNY and 5.99 fen of fee; the fee of all fills is that of their sum.
TEST(Section11, SlicingCannotChangeTheFee) {
  Stage stage;
  stage.add("JS-B", Province::js);
  stage.add("JS-S", Province::js);
  stage.buy("JS-B", 30, 1'198);
  EXPECT_THAT(of_kind(stage.sell("JS-S", 1, 1'198), "bill"),
              ElementsAre(HasSubstr("amount=5990 buyer_fee=6 seller_fee=6 ")));
  EXPECT_THAT(of_kind(stage.sell("JS-S", 1, 1'198), "bill"),
              ElementsAre(HasSubstr("amount=5990 buyer_fee=6 seller_fee=6 ")));
  EXPECT_THAT(of_kind(stage.sell("JS-S", 8, 1'198), "bill"),
              ElementsAre(HasSubstr("amount=47920 buyer_fee=48 seller_fee=48 ")));
  EXPECT_THAT(of_kind(stage.sell("JS-S", 20, 1'198), "bill"),
              ElementsAre(HasSubstr("amount=119800 buyer_fee=120 seller_fee=120 released=0 ")));
  EXPECT_THAT(stage.record().back().second, Not(Contains(HasSubstr("quota"))));
}

}  // namespace
}  // namespace emx::model
