#include "gateway/reports.hpp"

#include <limits>

#include "engine/vocabulary/date.hpp"
#include "tests/gateway/house.hpp"

// What each event is told as.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Reports : public House {};

TEST_F(Reports, NothingIsReportedBeforeItsEntryIsDurable) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_TRUE(client.is_silent(milliseconds{150}));
  accept(last(), 77);
  EXPECT_TRUE(client.receive_business());
}

TEST_F(Reports, AcceptedOrderIsReportedNew) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const SeqNo entry = accept(last(), 77, Code::q01_net_inflow);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->type(), "8");
  EXPECT_EQ(report->at(150), "0");
  EXPECT_EQ(report->at(39), "0");
  EXPECT_EQ(report->at(17), std::to_string(entry.value) + "-0");
  EXPECT_EQ(report->at(37), "77");
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_FALSE(report->has(41));
  EXPECT_EQ(report->at(1), "A-PLANT");
  EXPECT_EQ(report->at(55), "VOC.AIR.YRD.IND.2630");
  EXPECT_EQ(report->at(54), "1");
  EXPECT_EQ(report->at(38), "100");
  EXPECT_EQ(report->at(40), "2");
  EXPECT_EQ(report->at(44), "12000.00");
  EXPECT_EQ(report->at(59), "0");
  EXPECT_EQ(report->at(14), "0");
  EXPECT_EQ(report->at(151), "100");
  EXPECT_EQ(report->at(6), "0.0000");
  EXPECT_EQ(report->at(60), "20260618-06:30:00.123");
  EXPECT_EQ(report->at(58), "Q01_NET_INFLOW: the buyer province's net inflow cap is reached");
  EXPECT_EQ(report->at(9701), "201");
  EXPECT_EQ(report->at(9706), std::to_string(entry.value));
  EXPECT_EQ(report->at(9707), "5");
  EXPECT_FALSE(report->has(97));
  EXPECT_FALSE(report->has(43));
}

TEST_F(Reports, RefusedOrderIsReportedRejectedWithCodeLimitAndValue) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const SeqNo entry = refuse(last(), Code::o05_price, 1'317'000, 1'200'050);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->type(), "8");
  EXPECT_EQ(report->at(150), "8");
  EXPECT_EQ(report->at(39), "8");
  EXPECT_EQ(report->at(37), "NONE");
  EXPECT_EQ(report->at(17), std::to_string(entry.value) + "-0");
  EXPECT_EQ(report->at(103), "16");
  EXPECT_EQ(report->at(9701), "305");
  EXPECT_EQ(report->at(58),
            "O05_PRICE: the price is outside the day's price limits (limit 13170.00 CNY, value "
            "12000.50 CNY)");
  EXPECT_EQ(report->at(38), "100");
  EXPECT_EQ(report->at(151), "0");
  EXPECT_EQ(report->at(14), "0");
}

// In the client's own units, and nothing that is none of its business or not what it sent.
TEST_F(Reports, RefusalsSayWhatALimitMeans) {
  start();
  FixClient client = trader();
  struct Case {
    Code code;
    std::int64_t limit;
    std::int64_t value;
    std::string figures;
    std::string quantity = "100";
    std::string price = "12000";
  };
  const auto phase = [](Phase value) { return static_cast<std::int64_t>(value); };
  const std::string beyond = "99999999999999999999";
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<Case> cases = {
      {Code::l01_cash, 150, 1'198'000, " (limit 1.50 CNY, value 11980.00 CNY)"},
      {Code::l02_rights, 10, 100, " (limit 10, value 100)"},
      {Code::d01_demand, 10, 100, " (limit 10, value 100)"},
      {Code::e01_permit, date_of(2026, 6, 17).value, date_of(2026, 6, 18).value,
       " (the permit ended on 2026-06-17, trade date 2026-06-18)"},
      {Code::e02_credit, 1, 2, " (credit NEGATIVE, at worst WATCH)"},
      {Code::e04_basin, 0, 0, " (the facility's basin is HUAIHE, the instrument's TAIHU)"},
      {Code::e11_not_emitter, 2, 6, " (class FIN, the book is IND)"},
      {Code::k01_killed, 0, 0, " (all orders)"},
      {Code::k01_killed, 2, 4, " (all orders of the firm's group)"},
      {Code::p05_not_your_account, 48, 12, ""},
      {Code::p01_phase, phase(Phase::continuous), phase(Phase::halt), " (now halt)"},
      {Code::p01_phase, phase(Phase::continuous), phase(Phase::continuous),
       " (the book has no reference price yet, or its last year is over)"},
      {Code::o02_value, 999'999'999, std::numeric_limits<std::int64_t>::max(), ""},
      {Code::o02_value, 100'000, 500'050, " (limit 1000.00 CNY, value 5000.50 CNY)"},
      {Code::o04_rate, 25, 1'000'001, " (25 a second; the next in 2 ms)"},
      {Code::o06_tick_or_lot, 1'000, 1'200'500, " (limit 10.00 CNY, value 12005.00 CNY)", "100",
       "12005"},
      {Code::o06_tick_or_lot, 1, 1, "", "1.5"},
      {Code::o06_tick_or_lot, 1'000, 1'200'000, "", "100", "12000.001"},
      {Code::o01_quantity, 1, 0, " (limit 1, value 0)", "0"},
      {Code::o01_quantity, 1'000, most, "", beyond},
      {Code::o05_price, 1'317'000, most, "", "100", beyond}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    client.send("D", order_fields("A-" + std::to_string(i), "1", one.quantity, one.price));
    ASSERT_TRUE(wait_for_commands(i + 1));
    refuse(last(), one.code, one.limit, one.value);
    const auto report = client.receive_business();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->at(58), text_of(one.code) + one.figures);
    // The numbers are echoed, or left out if they had to be cut.
    EXPECT_EQ(report->has(38), one.quantity != beyond && one.quantity != "1.5");
    EXPECT_EQ(report->has(44), one.price != beyond && one.price != "12000.001");
  }
}

TEST_F(Reports, FillsAreReportedToBothSides) {
  start();
  FixClient buyer = trader("ALPHA1");
  FixClient seller = trader("BETA1");
  seller.send("D", with(order_fields("B-1", "2", "1000"), 1, "B-PLANT"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 10);
  ASSERT_TRUE(seller.receive_business());
  buyer.send("D", order_fields("A-1", "1", "300", "12010"));
  ASSERT_TRUE(wait_for_commands(2));
  EventBatch events;
  add_accepted(events, last().as<NewOrderCommand>(), 11);
  add_trade(events, {.trade_no = 5,
                     .buy_order = 11,
                     .sell_order = 10,
                     .lots = 150,
                     .price_ticks = 1'200,
                     .buy_left = 150,
                     .sell_left = 850});
  add_trade(events, {.trade_no = 6,
                     .buy_order = 11,
                     .sell_order = 10,
                     .lots = 150,
                     .price_ticks = 1'201,
                     .buy_left = 0,
                     .sell_left = 700});
  const SeqNo entry = append_bytes(last().bytes, events);
  const std::string seq = std::to_string(entry.value);

  ASSERT_EQ(buyer.receive_business()->at(150), "0");
  const auto first = buyer.receive_business();
  const auto second = buyer.receive_business();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->at(150), "F");
  EXPECT_EQ(first->at(39), "1");
  EXPECT_EQ(first->at(17), seq + "-1-B");
  EXPECT_EQ(first->at(31), "12000.00");
  EXPECT_EQ(first->at(32), "150");
  EXPECT_EQ(first->at(14), "150");
  EXPECT_EQ(first->at(151), "150");
  EXPECT_EQ(first->at(38), "300");
  EXPECT_EQ(first->at(6), "12000.0000");
  EXPECT_EQ(first->at(1003), "5");
  EXPECT_EQ(first->at(880), "5");
  EXPECT_EQ(first->at(1057), "Y");
  EXPECT_EQ(first->at(9702), "3/2");
  EXPECT_EQ(first->at(9703), "100");
  EXPECT_EQ(first->at(9704), "50");
  EXPECT_EQ(second->at(17), seq + "-2-B");
  EXPECT_EQ(second->at(39), "2");
  EXPECT_EQ(second->at(151), "0");
  EXPECT_EQ(second->at(14), "300");
  EXPECT_EQ(second->at(6), "12005.0000");

  const auto sold = seller.receive_business();
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->at(17), seq + "-1-S");
  EXPECT_EQ(sold->at(11), "B-1");
  EXPECT_EQ(sold->at(37), "10");
  EXPECT_EQ(sold->at(39), "1");
  EXPECT_EQ(sold->at(32), "150");
  EXPECT_EQ(sold->at(151), "850");
  EXPECT_EQ(sold->at(1057), "N");
  EXPECT_EQ(sold->at(1003), "5");
  EXPECT_EQ(sold->at(60), first->at(60));
  ASSERT_TRUE(seller.receive_business());
  EXPECT_TRUE(seller.is_silent(milliseconds{50}));
}

TEST_F(Reports, FillOfAFixpointHasNoAggressor) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12, "2");
  EventBatch events;
  add_trade(events, {.buy_order = 11, .sell_order = 12, .lots = 100, .aggressor = 0});
  append(venue_command<ProceedCommand>(CommandKind::proceed), events);
  const auto bought = client.receive_business();
  ASSERT_TRUE(bought);
  EXPECT_EQ(bought->at(150), "F");
  EXPECT_FALSE(bought->has(1057));
}

TEST_F(Reports, CancelIsAnsweredWithItsOwnClOrdId) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().kind(), CommandKind::cancel_order);
  EXPECT_EQ(last().urgency, CommandSink::Urgency::cancel);
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
  EXPECT_EQ(last().as<CancelOrderCommand>().orig_cl_ord_id.view(), "A-1");
  cancel(last(), 100);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(150), "4");
  EXPECT_EQ(report->at(39), "4");
  EXPECT_EQ(report->at(11), "C-1");
  EXPECT_EQ(report->at(41), "A-1");
  EXPECT_EQ(report->at(151), "0");
  EXPECT_EQ(report->at(9701), "803");
  EXPECT_TRUE(client.is_silent(milliseconds{50}));
}

TEST_F(Reports, CancelByAnotherSessionOfTheFirmIsToldToBoth) {
  start();
  FixClient owner = trader("ALPHA1");
  FixClient other = trader("ALPHA2");
  rest_order(owner, "A-1", 11);
  other.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(2));
  ASSERT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
  cancel(last(), 100);
  const auto told = owner.receive_business();
  const auto answered = other.receive_business();
  ASSERT_TRUE(told && answered);
  EXPECT_EQ(told->at(11), "A-1");
  EXPECT_EQ(answered->at(11), "C-1");
  EXPECT_NE(told->at(17), answered->at(17));
}

TEST_F(Reports, CancelOfNothingIsRejectedByTheExchange) {
  start();
  FixClient client = trader();
  client.send("F", cancel_fields("C-1", "NEVER"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 0U);
  refuse(last(), Code::d03_unknown_order);
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "9");
  EXPECT_EQ(reject->at(37), "NONE");
  EXPECT_EQ(reject->at(11), "C-1");
  EXPECT_EQ(reject->at(41), "NEVER");
  EXPECT_EQ(reject->at(39), "8");
  EXPECT_EQ(reject->at(434), "1");
  EXPECT_EQ(reject->at(102), "1");
  EXPECT_EQ(reject->at(9701), "952");
}

TEST_F(Reports, CancelThatComesTooLateSaysWhatTheOrderIs) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12, "2");
  EventBatch events;
  add_trade(events, {.buy_order = 11, .sell_order = 12, .lots = 100});
  append(venue_command<ProceedCommand>(CommandKind::proceed), events);
  ASSERT_TRUE(client.receive_business());
  ASSERT_TRUE(client.receive_business());
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(3));
  refuse(last(), Code::d04_too_late);
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "9");
  EXPECT_EQ(reject->at(37), "11");
  EXPECT_EQ(reject->at(39), "2");
  EXPECT_EQ(reject->at(102), "0");
}

TEST_F(Reports, ReplaceChainsTheClOrdIds) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  client.send("G", replace_fields("R-1", "A-1", "250", "11990"));
  ASSERT_TRUE(wait_for_commands(2));
  const auto command = last().as<ReplaceOrderCommand>();
  EXPECT_EQ(command.header.kind, static_cast<std::uint16_t>(CommandKind::replace_order));
  EXPECT_EQ(command.order_id, 11U);
  EXPECT_EQ(command.price_fen, 1'199'000);
  EXPECT_EQ(command.quantity_lots, 250);
  replace(last(), 250);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(150), "5");
  EXPECT_EQ(report->at(39), "0");
  EXPECT_EQ(report->at(11), "R-1");
  EXPECT_EQ(report->at(41), "A-1");
  EXPECT_EQ(report->at(38), "250");
  EXPECT_EQ(report->at(44), "11990.00");
  EXPECT_EQ(report->at(151), "250");
  // The order now goes by the new id, and the cancel finds it by that.
  client.send("F", cancel_fields("C-1", "R-1"));
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
}

TEST_F(Reports, RefusedReplaceLeavesTheOrder) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  client.send("G", replace_fields("R-1", "A-1", "250", "99999"));
  ASSERT_TRUE(wait_for_commands(2));
  refuse(last(), Code::o05_price, 1, 2);
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "9");
  EXPECT_EQ(reject->at(434), "2");
  EXPECT_EQ(reject->at(102), "99");
  EXPECT_EQ(reject->at(39), "0");
  // The refused id names no order.
  client.send("F", cancel_fields("C-1", "R-1"));
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 0U);
}

TEST_F(Reports, ExpiryOfADayOrderAndEndOfAnIocOrderDiffer) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  EventBatch close;
  add_cancelled(close, 11, 100, Code::c01_expired);
  append(venue_command<PhaseCommand>(CommandKind::phase), close);
  const auto expired = client.receive_business();
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->at(150), "C");
  EXPECT_EQ(expired->at(39), "C");
  EXPECT_EQ(expired->at(11), "A-1");
  client.send("D", with(order_fields("A-2"), 59, "3"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().time_in_force, 3U);
  const auto end_at_once = [&](std::uint64_t id) {
    EventBatch events;
    add_accepted(events, last().as<NewOrderCommand>(), id);
    add_cancelled(events, id, 100, Code::c01_expired);
    append_bytes(last().bytes, events);
    EXPECT_TRUE(client.receive_business());
    return client.receive_business();
  };
  const auto ended = end_at_once(12);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->at(150), "4");
  EXPECT_EQ(ended->at(39), "4");
  client.send("D", with(order_fields("A-3"), 59, "1"));
  ASSERT_TRUE(wait_for_commands(3));
  const auto good_till = end_at_once(13);  // 90 days later
  ASSERT_TRUE(good_till);
  EXPECT_EQ(good_till->at(150), "C");
}

}  // namespace

}  // namespace emx::gateway::test
