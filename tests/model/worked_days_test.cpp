#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/model/lines_of_kind.hpp"
#include "tests/model/stage.hpp"

// How long an order lives, and how many end at once: market-rules 2, 8.6 and 9, on the reference
// market alone.

namespace emx::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Lines = std::vector<std::string>;

Stage scene() {
  Stage stage;
  stage.add("JS-A", Province::js);
  stage.add("JS-B", Province::js);
  return stage;
}

Lines good_till_cancel(Stage& stage, NewOrder order) {
  order.time_in_force = TimeInForce::gtc;
  return stage.run(order);
}

Lines good_till(Stage& stage, NewOrder order, const Day& date) {
  order.time_in_force = TimeInForce::gtd;
  order.expire_date = date;
  return stage.run(order);
}

// --- Dates ---

TEST(Expiry, SaysItsDate) {
  Stage stage = scene();
  const NewOrder order = stage.order(Side::sell, "JS-A", 5, 1'300);
  EXPECT_THAT(good_till_cancel(stage, order).front(), HasSubstr(" expires=2026-09-16"));
  EXPECT_THAT(good_till(stage, order, {2026, 6, 18}).front(), HasSubstr(" expires=2026-06-18"));
  EXPECT_THAT(stage.run(order).front(), HasSubstr(" expires=-"));
  EXPECT_THAT(good_till(stage, order, {2026, 6, 17}),
              ElementsAre("refused O01_QUANTITY limit=20622 value=20621"));
}

TEST(Expiry, CloseEndsDayOrdersAndThoseOfTheDay) {
  Stage stage = scene();
  const NewOrder order = stage.order(Side::sell, "JS-A", 5, 1'300);
  good_till(stage, order, {2026, 6, 18});
  good_till(stage, order, {2026, 6, 19});
  stage.run(order);
  good_till_cancel(stage, order);
  EXPECT_THAT(stage.phase(Phase::closed), ElementsAre(StartsWith("cancelled #1 C01_EXPIRED"),
                                                      StartsWith("cancelled #3 C01_EXPIRED")));
  EXPECT_THAT(stage.run(DayOpen{{2026, 6, 19}}), IsEmpty());
  stage.phase(Phase::continuous);
  EXPECT_THAT(of_kind(stage.buy("JS-B", 5, 1'300), "trade"), ElementsAre(HasSubstr("sell=#2 ")));
  EXPECT_THAT(stage.phase(Phase::closed), IsEmpty());
}

TEST(Expiry, DateWithoutTradingEndsAtTheNextDay) {
  Stage stage = scene();
  const NewOrder order = stage.order(Side::sell, "JS-A", 5, 1'300);
  good_till(stage, order, {2026, 6, 20});
  good_till(stage, order, {2026, 6, 22});
  stage.buy("JS-B", 5, 1'100);
  EXPECT_THAT(stage.next_day({2026, 6, 22}), ElementsAre(StartsWith("cancelled #1 C01_EXPIRED")));
  EXPECT_THAT(stage.phase(Phase::closed), ElementsAre(StartsWith("cancelled #2 C01_EXPIRED")));
}

TEST(Expiry, LastsNinetyDaysWhateverIsReplaced) {
  Stage stage = scene();
  good_till_cancel(stage, stage.order(Side::sell, "JS-A", 5, 1'300));
  stage.next_day({2026, 9, 15});
  stage.phase(Phase::pre_open);
  EXPECT_THAT(stage.replace("JS-A", 1, 6, 1'301), ElementsAre(StartsWith("replaced #1")));
  EXPECT_THAT(stage.next_day({2026, 9, 16}), IsEmpty());
  EXPECT_THAT(stage.phase(Phase::closed), ElementsAre(StartsWith("cancelled #1 C01_EXPIRED")));
}

// What was reserved for five years is released; carbon has no tenure.
TEST(Expiry, YearEndsEveryTenureOrder) {
  Stage stage = scene();
  SetInstrument shea;
  shea.symbol = "SHEA25";
  shea.pollutant = Pollutant::co2e;
  shea.scheme = Scheme::shea;
  shea.medium = Medium::carbon;
  shea.book_class = BookClass::any;
  shea.tick_fen = 1;
  stage.add_book(shea, 500);
  stage.next_day({2026, 12, 30});
  stage.phase(Phase::pre_open);
  EXPECT_THAT(good_till_cancel(stage, stage.order(Side::buy, "JS-A", 10, 1'198)),
              ElementsAre(HasSubstr("reserved=59960 ")));
  good_till_cancel(stage, stage.order(Side::buy, "JS-A", 10, 500, "SHEA25"));
  EXPECT_THAT(stage.next_day({2027, 1, 4}),
              ElementsAre("cancelled #1 C01_EXPIRED remaining=10 released=59960"));
  EXPECT_THAT(stage.cancel("JS-A", 2), ElementsAre(HasSubstr("cancelled #2 C03_REQUESTED")));
}

// A series whose last year is over takes no orders.
TEST(Expiry, SeriesEnds) {
  Stage stage = scene();
  stage.next_day({2031, 1, 2});
  stage.phase(Phase::continuous);
  EXPECT_THAT(stage.buy("JS-B", 5, 1'198), ElementsAre("refused P01_PHASE limit=3 value=3"));
}

TEST(DayOpen, TestsRestingOrdersAgainByFacility) {
  Stage stage = scene();
  SetFacility terms;
  terms.province = Province::js;
  terms.zone = "plain";
  terms.pollutants = {Pollutant::voc};
  terms.permit_valid_to = {2026, 6, 18};
  for (const char* name : {"JS-C", "JS-D"}) {
    terms.facility = terms.firm = name;
    stage.add(terms);
  }
  good_till_cancel(stage, stage.order(Side::buy, "JS-D", 5, 1'100));
  good_till_cancel(stage, stage.order(Side::sell, "JS-C", 5, 1'300));
  good_till_cancel(stage, stage.order(Side::buy, "JS-C", 5, 1'100));
  good_till_cancel(stage, stage.order(Side::buy, "JS-A", 5, 1'100));
  EXPECT_THAT(stage.next_day({2026, 6, 19}), ElementsAre(StartsWith("cancelled #2 E01_PERMIT"),
                                                         StartsWith("cancelled #3 E01_PERMIT"),
                                                         StartsWith("cancelled #1 E01_PERMIT")));
}

// --- Mass cancel ---

struct Filters {
  std::string actor{};
  std::string firm{};
  std::string symbol{};
  int session = 0;
  std::optional<Side> side{};
};

// JS-A: #2 sell, #3 buy; JS-B: #1 buy, #4 sell in session 2.
Lines mass_cancel(const Filters& filters) {
  Stage stage = scene();
  stage.buy("JS-B", 5, 1'100);
  stage.sell("JS-A", 5, 1'300);
  stage.buy("JS-A", 5, 1'101);
  NewOrder other = stage.order(Side::sell, "JS-B", 5, 1'300);
  other.session = 2;
  stage.run(other);
  const Lines lines = stage.run(
      MassCancel{filters.actor, filters.firm, filters.symbol, filters.session, filters.side});
  Lines numbers;
  for (const std::string& line : lines) {
    const std::size_t end = line.find(" C04_MASS");
    numbers.push_back(end == std::string::npos ? line : line.substr(10, end - 10));
  }
  return numbers;
}

TEST(MassCancel, TakesFacilitiesThenArrivals) {
  EXPECT_THAT(mass_cancel({}), ElementsAre("#2", "#3", "#1", "#4"));
}

TEST(MassCancel, OfAFirmIsItsOwn) {
  EXPECT_THAT(mass_cancel({.actor = "JS-A"}), ElementsAre("#2", "#3"));
  EXPECT_THAT(mass_cancel({.actor = "JS-A", .firm = "JS-B"}), ElementsAre("#2", "#3"));
  EXPECT_THAT(mass_cancel({.firm = "JS-B"}), ElementsAre("#1", "#4"));
}

TEST(MassCancel, NamesSessionSymbolAndSide) {
  EXPECT_THAT(mass_cancel({.session = 2}), ElementsAre("#4"));
  EXPECT_THAT(mass_cancel({.actor = "JS-A", .session = 2}), IsEmpty());
  EXPECT_THAT(mass_cancel({.side = Side::buy}), ElementsAre("#3", "#1"));
  EXPECT_THAT(mass_cancel({.symbol = Stage::voc, .side = Side::sell}), ElementsAre("#2", "#4"));
  EXPECT_THAT(mass_cancel({.firm = "NOBODY", .symbol = "NONE"}),
              ElementsAre("refused P03_UNKNOWN_SYMBOL"));
  EXPECT_THAT(mass_cancel({.firm = "NOBODY"}), ElementsAre("refused P04_UNKNOWN_ACCOUNT"));
}

// A session ends: its firm's DAY orders of that session go, all others stay.
TEST(MassCancel, OnDisconnectTakesDayOrders) {
  Stage stage = scene();
  NewOrder order = stage.order(Side::sell, "JS-B", 5, 1'300);
  order.session = 2;
  stage.run(order);
  good_till_cancel(stage, order);
  stage.sell("JS-B", 5, 1'300);
  MassCancel lost;
  lost.firm = "JS-B";
  lost.session = 2;
  lost.on_disconnect = true;
  EXPECT_THAT(stage.run(lost), ElementsAre(StartsWith("cancelled #1 C02_DISCONNECT")));
  EXPECT_THAT(stage.run(lost), IsEmpty());
  lost.on_disconnect = false;
  EXPECT_THAT(stage.run(lost), ElementsAre(StartsWith("cancelled #2 C04_MASS")));
}

}  // namespace
}  // namespace emx::model
