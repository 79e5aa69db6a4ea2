#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/falsified_record.hpp"
#include "tests/model/market_audit.hpp"
#include "tests/model/stage.hpp"

// That the audit finds what breaks the rules of order types, expiry, calls, mass cancels and views:
// a true record is falsified in one place, and the finding must name its topic.

namespace emx::model {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Lines = std::vector<std::string>;

Stage scene() {
  Stage stage;
  for (const char* name : {"JS-A", "JS-B", "JS-C"}) stage.add(name, Province::js);
  for (const char* name : {"ZJ-A", "ZJ-B"}) stage.add(name, Province::zj);
  return stage;
}

template <class Change>
void send(Stage& stage, NewOrder order, Change change) {
  change(order);
  stage.run(order);
}

// The last new order was sent otherwise.
template <class Change>
Lines if_sent(const Record& record, Change change) {
  return findings(told<NewOrder>(record, change));
}

// --- Terms -------------------------------------------------------------------------------------

TEST(MarketAudit, FindsImmediateOrdersThatRestOrFillInPart) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  stage.buy("JS-B", 15, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.time_in_force = TimeInForce::ioc; }),
              Contains("terms: an immediate order rests"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.time_in_force = TimeInForce::fok; }),
              Contains("terms: a FOK was filled in part"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.min_quantity = 11; }),
              Contains("terms: less than the minimum"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.post_only = true; }),
              Contains("terms: a post-only order took"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.type = OrderType::market; }),
              Contains("terms: an immediate order rests"));
}

TEST(MarketAudit, FindsO09ForAnOrderThatIsNone) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'198);
  send(stage, stage.order(Side::buy, "JS-B", 15, 1'198),
       [](NewOrder& o) { o.time_in_force = TimeInForce::fok; });
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.time_in_force = TimeInForce::ioc; }),
              Contains("terms: O09 for an order that is none"));
}

TEST(MarketAudit, FindsOrdersTakenInTheWrongPhase) {
  Stage stage = scene();
  stage.phase(Phase::opening_call);
  stage.buy("JS-B", 15, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.post_only = true; }),
              Contains("terms: taken in a phase that is not for it"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.min_quantity = 1; }),
              Contains("terms: taken in a phase that is not for it"));
  EXPECT_THAT(findings(told<SetPhase>(record, [](SetPhase& p) { p.phase = Phase::pause; })),
              Contains("terms: taken in a phase that is not for it"));
}

TEST(MarketAudit, FindsHeadroomThatWasNotAskedFor) {
  Stage stage = scene();
  SetQuota caps = Stage::caps(Province::zj);
  caps.inflow_cap = 0;
  stage.run(caps);
  stage.buy("ZJ-A", 5, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.refuse_if_no_headroom = true; }),
              Contains("terms: taken without headroom"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.local_only = true; }),
              Contains("terms: a local order needs no headroom"));
}

TEST(MarketAudit, FindsTradesBeyondLocalOnlyAndMaxRatio) {
  Stage stage = scene();
  stage.add("ZJ-K", Province::zj, "key");
  stage.sell("JS-A", 10, 1'198);
  send(stage, stage.order(Side::buy, "ZJ-K", 10, 1'198), [](NewOrder& o) { o.max_ratio = {3, 2}; });
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record,
                      [](NewOrder& o) {
                        o.max_ratio = {4, 3};
                      }),
              Contains("pair: traded although it may not"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.local_only = true; }),
              Contains("pair: traded although it may not"));
}

// --- Icebergs ----------------------------------------------------------------------------------

// #1 shows 4 of 30, #2 stands behind it; #3 takes 4, 5 and 4 again.
Stage sweep() {
  Stage stage = scene();
  send(stage, stage.order(Side::sell, "JS-A", 30, 1'198),
       [](NewOrder& o) { o.display_quantity = 4; });
  stage.sell("JS-C", 5, 1'198);
  stage.buy("JS-B", 13, 1'198);
  return stage;
}

// As if the first order of the record had been another.
template <class Change>
Record first_sent(Record record, Change change) {
  for (auto& [command, lines] : record) {
    if (auto* order = std::get_if<NewOrder>(&command)) {
      change(*order);
      return record;
    }
  }
  ADD_FAILURE() << "no order";
  return record;
}

TEST(MarketAudit, FindsIcebergsThatTradeMoreThanTheyShow) {
  const Record record = sweep().record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(first_sent(record, [](NewOrder& o) { o.display_quantity = 3; })),
              Contains("terms: traded more of an order than it displays"));
}

// Who shows anew queues last: an order that stands there was passed over without a SKIP.
TEST(MarketAudit, FindsIcebergsThatKeepTheirPlace) {
  const Record record = sweep().record();
  EXPECT_THAT(findings(first_sent(record, [](NewOrder& o) { o.display_quantity = 2; })),
              Contains("skip: missing in the pass"));
  // Behind #2 although nothing was shown anew.
  EXPECT_THAT(findings(first_sent(record, [](NewOrder& o) { o.display_quantity = 5; })),
              Contains("skip: missing in the pass"));
}

TEST(MarketAudit, FindsSkipsThatNameWhatIsHidden) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::js, Province::zj, false});
  send(stage, stage.order(Side::sell, "JS-A", 30, 1'198),
       [](NewOrder& o) { o.display_quantity = 4; });
  stage.buy("ZJ-A", 5, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "price=1198 qty=4", "price=1198 qty=5")),
              Contains("skip: names more than is displayed"));
}

// --- Time --------------------------------------------------------------------------------------

// #1 is a DAY order, #2 ends on the day after.
Stage night() {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'300);
  send(stage, stage.order(Side::sell, "JS-A", 10, 1'300), [](NewOrder& o) {
    o.time_in_force = TimeInForce::gtd;
    o.expire_date = {2026, 6, 19};
  });
  return stage;
}

TEST(MarketAudit, FindsWrongExpiryDates) {
  const Record record = night().record();
  EXPECT_THAT(findings(with(record, "expires=2026-06-19", "expires=2026-06-20")),
              Contains("terms: expires on another day"));
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.time_in_force = TimeInForce::gtc; }),
              Contains("terms: expires on another day"));
}

TEST(MarketAudit, FindsOrdersThatOutliveTheirTime) {
  Stage stage = night();
  stage.phase(Phase::closed);
  const Record first = stage.record();
  EXPECT_THAT(findings(first), IsEmpty());
  EXPECT_THAT(findings(without(first, "cancelled #1")), Contains("terms: #1 outlived its time"));
  stage.run(DayOpen{{2026, 6, 19}});
  stage.phase(Phase::closed);
  const Record second = stage.record();
  EXPECT_THAT(findings(second), IsEmpty());
  EXPECT_THAT(findings(without(second, "cancelled #2")), Contains("terms: #2 outlived its time"));
}

TEST(MarketAudit, FindsOrdersThatOutliveDaysAndYears) {
  Stage later = night();
  later.next_day({2026, 6, 20});
  EXPECT_THAT(findings(later.record()), IsEmpty());
  EXPECT_THAT(findings(without(later.record(), "cancelled #2")),
              Contains("terms: #2 outlived its time"));
  Stage stage = scene();
  stage.next_day({2026, 12, 30});
  stage.phase(Phase::pre_open);
  send(stage, stage.order(Side::buy, "JS-A", 10, 1'198),
       [](NewOrder& o) { o.time_in_force = TimeInForce::gtc; });
  stage.next_day({2027, 1, 4});
  EXPECT_THAT(findings(stage.record()), IsEmpty());
  EXPECT_THAT(findings(without(stage.record(), "cancelled #1")),
              Contains("terms: #1 outlived its time"));
}

TEST(MarketAudit, FindsOrdersThatExpireTooEarly) {
  Stage stage = night();
  stage.cancel("JS-A", 2);
  EXPECT_THAT(findings(with(stage.record(), "C03_REQUESTED", "C01_EXPIRED")),
              Contains("terms: expired before its time"));
}

TEST(MarketAudit, FindsAPermitThatWasNotTestedAgain) {
  Stage stage = scene();
  SetFacility terms;
  terms.facility = terms.firm = "JS-P";
  terms.province = Province::js;
  terms.zone = "plain";
  terms.pollutants = {Pollutant::voc};
  terms.permit_valid_to = {2026, 6, 18};
  stage.add(terms);
  send(stage, stage.order(Side::buy, "JS-P", 10, 1'198),
       [](NewOrder& o) { o.time_in_force = TimeInForce::gtc; });
  stage.next_day({2026, 6, 19});
  EXPECT_THAT(findings(stage.record()), IsEmpty());
  EXPECT_THAT(findings(without(stage.record(), "cancelled #1")),
              Contains("pair: #1 rests although it may not"));
}

// --- Calls -------------------------------------------------------------------------------------

Stage call() {
  Stage stage = scene();
  stage.phase(Phase::opening_call);
  stage.sell("JS-A", 10, 1'195);
  stage.buy("JS-B", 15, 1'200);
  stage.phase(Phase::continuous);
  return stage;
}

TEST(MarketAudit, FindsCallsAtOtherPricesAndVolumes) {
  const Record record = call().record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "sell=#1 price=1200", "sell=#1 price=1201")),
              Contains("call: traded at another price"));
  EXPECT_THAT(findings(with(record, "price=1200 volume=10", "price=1199 volume=10")),
              Contains("call: a price that no order has"));
  EXPECT_THAT(findings(with(record, "volume=10", "volume=11")),
              Contains("call: did not trade the volume it announced in " + Stage::voc));
  EXPECT_THAT(findings(with(record, "volume=10", "volume=9")),
              Contains("call: traded more than its volume"));
  EXPECT_THAT(findings(with(record, "volume=10", "volume=16")),
              Contains("call: a volume that cannot be"));
}

TEST(MarketAudit, FindsCallsThatEndWithoutTheirPrice) {
  Record record = call().record();
  record.back().second.clear();
  EXPECT_THAT(findings(record), Contains("call: no price although a pair may trade"));
}

TEST(MarketAudit, FindsPricesWithoutACall) {
  const Record record = call().record();
  EXPECT_THAT(findings(told<SetPhase>(record, [](SetPhase& p) { p.phase = Phase::halt; })),
              Contains("call: no call has ended in " + Stage::voc));
  EXPECT_THAT(findings(told<SetPhase>(record, [](SetPhase& p) { p.phase = Phase::closing_call; })),
              Contains("call: no call has ended in " + Stage::voc));
}

// --- Mass cancels ------------------------------------------------------------------------------

TEST(MarketAudit, FindsMassCancelsOfOthersOrders) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'300);
  stage.sell("JS-B", 10, 1'300);
  MassCancel cancel;
  cancel.actor = "JS-A";
  stage.run(cancel);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "cancelled #1", "cancelled #2")),
              Contains("mass: cancelled what was not named"));
  EXPECT_THAT(findings(without(record, "cancelled #1")),
              Contains("mass: left an order that it names"));
  EXPECT_THAT(findings(with(record, "C04_MASS", "C03_REQUESTED")),
              Contains("mass: a cancel of another kind"));
}

// The DAY order goes, the GTC order stays.
TEST(MarketAudit, FindsCancelsOnDisconnectOfOthersOrders) {
  Stage stage = scene();
  stage.sell("JS-A", 10, 1'300);
  send(stage, stage.order(Side::sell, "JS-A", 10, 1'300),
       [](NewOrder& o) { o.time_in_force = TimeInForce::gtc; });
  MassCancel cancel;
  cancel.firm = "JS-A";
  cancel.on_disconnect = true;
  stage.run(cancel);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(with(record, "cancelled #1", "cancelled #2")),
              Contains("mass: cancelled what was not named"));
  EXPECT_THAT(findings(without(record, "cancelled #1")),
              Contains("mass: left an order that it names"));
  EXPECT_THAT(findings(with(record, "C02_DISCONNECT", "C04_MASS")),
              Contains("mass: a cancel of another kind"));
  EXPECT_THAT(findings(told<MassCancel>(record, [](MassCancel& m) { m.on_disconnect = false; })),
              Contains("mass: left an order that it names"));
}

// --- Executable views --------------------------------------------------------------------------

// JS-A is shown nothing that crosses its own order, until the link is said to be on.
TEST(MarketAudit, FindsViewsThatCrossTheViewersOwn) {
  Stage stage = scene();
  stage.run(SetLink{Pollutant::voc, Province::zj, Province::js, false});
  stage.sell("ZJ-A", 10, 1'190);
  stage.buy("JS-A", 10, 1'198);
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(findings(told<SetLink>(record, [](SetLink& link) { link.enabled = true; })),
              Contains("view: shows JS-A what crosses its own order"));
}

// Its own LOCAL_ONLY order is compared with what such an order is shown.
TEST(MarketAudit, ComparesViewsOnTheOrdersOwnTerms) {
  Stage stage = scene();
  stage.sell("ZJ-A", 10, 1'190);
  send(stage, stage.order(Side::buy, "JS-A", 10, 1'198), [](NewOrder& o) { o.local_only = true; });
  const Record record = stage.record();
  EXPECT_THAT(findings(record), IsEmpty());
  EXPECT_THAT(if_sent(record, [](NewOrder& o) { o.local_only = false; }),
              Contains("view: shows JS-A what crosses its own order"));
}

}  // namespace
}  // namespace emx::model
