#include "tests/gateway/house.hpp"

// Orders in, reports out: what each command says, and what each event is told as.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class OrderFlow : public House {
 protected:
  // A client that is logged on.
  FixClient trader(const std::string& comp_id = "ALPHA1") {
    FixClient client = connect(comp_id);
    EXPECT_TRUE(client.log_on());
    return client;
  }

  // Sends an order and lets the exchange accept it as `order_id`.
  void rest_order(FixClient& client, const std::string& cl_ord_id, std::uint64_t order_id,
                  const std::string& side = "1", const std::string& quantity = "100") {
    const std::size_t before = sink.submitted.size();
    client.send("D", order_fields(cl_ord_id, side, quantity));
    ASSERT_TRUE(wait_for_commands(before + 1));
    accept(last(), order_id);
    const auto report = client.receive_business();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->at(150), "0");
  }

  // Expects `count` more commands from what was just sent.
  bool submitted(std::size_t count) { return wait_for_commands(count); }
};

TEST_F(OrderFlow, OrderBecomesACommand) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1", "2", "8074", "6000.50"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last().as<NewOrderCommand>();
  EXPECT_EQ(last().urgency, CommandSink::Urgency::order);
  EXPECT_EQ(command.header.kind, static_cast<std::uint16_t>(CommandKind::new_order));
  EXPECT_EQ(command.header.size, sizeof command);
  EXPECT_EQ(command.header.session, session_id_of("ALPHA1"));
  EXPECT_EQ(command.header.epoch, 1U);
  EXPECT_EQ(command.header.msg_seq_num, 2U);
  EXPECT_EQ(command.header.actor, firm_id);
  EXPECT_EQ(command.header.approver, 0U);
  EXPECT_EQ(command.cl_ord_id.view(), "A-1");
  EXPECT_EQ(command.instrument, instrument_id);
  EXPECT_EQ(command.facility, 0U);
  EXPECT_TRUE(command.unresolved.empty());
  EXPECT_EQ(command.price_fen, 600'050);
  EXPECT_EQ(command.quantity_lots, 8'074);
  EXPECT_EQ(command.side, 2U);
  EXPECT_EQ(command.time_in_force, 0U);
  EXPECT_EQ(command.flags, 0U);
}

TEST_F(OrderFlow, OddNumbersReachTheExchangeMarked) {
  start();
  FixClient client = trader();
  struct Case {
    std::string quantity;
    std::string price;
    std::int64_t lots;
    std::int64_t fen;
    unsigned flags;
  };
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<Case> cases = {
      {"10.5", "12000", 10, 1'200'000, order_inexact_quantity},
      {"10.0", "12000.00", 10, 1'200'000, 0},
      {"10", "97.499", 10, 9'749, order_inexact_price},
      {"0.9", "0.009", 0, 0, order_inexact_quantity | order_inexact_price},
      {"-5", "-12.34", -5, -1'234, 0},
      {"99999999999999999999", "99999999999999999999.5", most, most, 0},
      {"-99999999999999999999", "1", std::numeric_limits<std::int64_t>::min(), 100, 0}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    client.send("D", order_fields("ODD-" + std::to_string(i), "1", one.quantity, one.price));
    ASSERT_TRUE(wait_for_commands(i + 1)) << one.quantity << " at " << one.price;
    const auto command = last().as<NewOrderCommand>();
    EXPECT_EQ(command.quantity_lots, one.lots) << one.quantity;
    EXPECT_EQ(command.price_fen, one.fen) << one.price;
    EXPECT_EQ(command.flags, one.flags) << one.quantity << " at " << one.price;
  }
}

TEST_F(OrderFlow, UnknownNamesReachTheExchangeAsTheyCame) {
  start();
  FixClient client = trader();
  client.send("D", with(order_fields("U-1"), 55, "NOSUCH"));
  client.send("D", with(order_fields("U-2"), 1, "NOBODY"));
  client.send("D", with(order_fields("U-3"), 55, "VOC.AIR.YRD.IND.2630-AND-A-LONG-TAIL-BEHIND"));
  ASSERT_TRUE(wait_for_commands(3));
  const auto symbol = sink.submitted[0].as<NewOrderCommand>();
  EXPECT_EQ(symbol.instrument, no_id);
  EXPECT_EQ(symbol.facility, 0U);
  EXPECT_EQ(symbol.unresolved.view(), "NOSUCH");
  const auto account = sink.submitted[1].as<NewOrderCommand>();
  EXPECT_EQ(account.instrument, instrument_id);
  EXPECT_EQ(account.facility, no_id);
  EXPECT_EQ(account.unresolved.view(), "NOBODY");
  EXPECT_EQ(sink.submitted[2].as<NewOrderCommand>().instrument, no_id);
  refuse(sink.submitted[0], Code::p03_unknown_symbol);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(103), "1");
  EXPECT_EQ(report->at(55), "NOSUCH");
}

TEST_F(OrderFlow, NothingIsReportedBeforeItsEntryIsDurable) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_TRUE(client.is_silent(milliseconds{150}));
  accept(last(), 77);
  EXPECT_TRUE(client.receive_business());
}

TEST_F(OrderFlow, AcceptedOrderIsReportedNew) {
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

TEST_F(OrderFlow, RefusedOrderIsReportedRejectedWithCodeLimitAndValue) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const SeqNo entry = refuse(last(), Code::o05_price, 1'317, 1'200);
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
            "O05_PRICE: the price is outside the day's price limits (limit 1317, value 1200)");
  EXPECT_EQ(report->at(38), "100");
  EXPECT_EQ(report->at(151), "0");
  EXPECT_EQ(report->at(14), "0");
}

TEST_F(OrderFlow, FillsAreReportedToBothSides) {
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

TEST_F(OrderFlow, FillOfAFixpointHasNoAggressor) {
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

TEST_F(OrderFlow, CancelIsAnsweredWithItsOwnClOrdId) {
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

TEST_F(OrderFlow, CancelByAnotherSessionOfTheFirmIsToldToBoth) {
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

TEST_F(OrderFlow, CancelOfNothingIsRejectedByTheExchange) {
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

TEST_F(OrderFlow, CancelThatComesTooLateSaysWhatTheOrderIs) {
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

TEST_F(OrderFlow, ReplaceChainsTheClOrdIds) {
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

TEST_F(OrderFlow, RefusedReplaceLeavesTheOrder) {
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

TEST_F(OrderFlow, ExpiryOfADayOrderAndEndOfAnIocOrderDiffer) {
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
  EventBatch events;
  add_accepted(events, last().as<NewOrderCommand>(), 12);
  add_cancelled(events, 12, 100, Code::c01_expired);
  append_bytes(last().bytes, events);
  ASSERT_TRUE(client.receive_business());
  const auto ended = client.receive_business();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->at(150), "4");
  EXPECT_EQ(ended->at(39), "4");
}

TEST_F(OrderFlow, DuplicateClOrdIdGoesToTheExchangeMarked) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  client.send("D", order_fields("A-1"));  // the first is still under way
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(sink.submitted[0].as<NewOrderCommand>().flags, 0U);
  EXPECT_EQ(sink.submitted[1].as<NewOrderCommand>().flags, order_duplicate_cl_ord_id);
  accept(sink.submitted[0], 11);
  refuse(sink.submitted[1], Code::d02_duplicate_cl_ord_id);
  ASSERT_EQ(client.receive_business()->at(150), "0");
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->at(150), "8");
  EXPECT_EQ(reject->at(103), "6");
  // The first order keeps its id.
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
  // Another firm's ids are its own.
  FixClient other = trader("BETA1");
  other.send("D", with(order_fields("A-1"), 1, "B-PLANT"));
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(last().as<NewOrderCommand>().flags, 0U);
}

TEST_F(OrderFlow, ANewDayFreesTheClOrdIdsButThoseOfLiveOrders) {
  start();
  FixClient client = trader();
  rest_order(client, "LIVE", 11);
  rest_order(client, "DEAD", 12);
  client.send("F", cancel_fields("C-1", "DEAD"));
  ASSERT_TRUE(wait_for_commands(3));
  cancel(last(), 100);
  ASSERT_TRUE(client.receive_business());
  append(venue_command<DayOpenCommand>(CommandKind::day_open));
  client.send("D", order_fields("LIVE"));
  client.send("D", order_fields("DEAD"));
  ASSERT_TRUE(wait_for_commands(5));
  EXPECT_EQ(sink.submitted[3].as<NewOrderCommand>().flags, order_duplicate_cl_ord_id);
  EXPECT_EQ(sink.submitted[4].as<NewOrderCommand>().flags, 0U);
}

TEST_F(OrderFlow, ARequestWaitsForTheOrderItNames) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  client.send("F", cancel_fields("C-1", "A-1"));
  client.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(1));
  // Neither the cancel nor what comes after it overtakes the order.
  EXPECT_FALSE(run_until([&] { return sink.submitted.size() > 1; }, milliseconds{150}));
  EXPECT_EQ(counters().pauses, 1U);
  // Another session is not held up.
  FixClient other = trader("BETA1");
  other.send("D", with(order_fields("B-1"), 1, "B-PLANT"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(sink.submitted[0], 11);
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(sink.submitted[2].as<CancelOrderCommand>().order_id, 11U);
  EXPECT_EQ(sink.submitted[3].as<NewOrderCommand>().cl_ord_id.view(), "A-2");
}

TEST_F(OrderFlow, ARequestForAnOrderThatIsRefusedNamesNothing) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  client.send("G", replace_fields("R-1", "A-1", "50", "12000"));
  client.send("F", cancel_fields("C-1", "R-1"));  // waits for the replace
  ASSERT_TRUE(wait_for_commands(1));
  refuse(last(), Code::l01_cash);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<ReplaceOrderCommand>().order_id, 0U);
  EXPECT_FALSE(run_until([&] { return sink.submitted.size() > 2; }, milliseconds{100}));
  refuse(last(), Code::d03_unknown_order);
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 0U);
}

TEST_F(OrderFlow, PossibleResendOfAKnownOrderIsAnsweredWithItsState) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  client.send("D", order_fields("A-1"), {{97, "Y"}});
  const auto pending = client.receive_business();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->at(150), "I");
  EXPECT_EQ(pending->at(39), "A");
  EXPECT_EQ(pending->at(17), "0");
  accept(last(), 11);
  ASSERT_TRUE(client.receive_business());
  client.send("D", order_fields("A-1"), {{43, "Y"}, {122, time_now()}});
  const auto state = client.receive_business();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at(150), "I");
  EXPECT_EQ(state->at(39), "0");
  EXPECT_EQ(state->at(37), "11");
  EXPECT_EQ(state->at(151), "100");
  EXPECT_EQ(state->at(17), "0");
  EXPECT_EQ(sink.submitted.size(), 1U);
  // Control: one that was never seen is entered, and 97=Y is no mark on it.
  client.send("D", order_fields("A-2"), {{97, "Y"}});
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().flags, 0U);
}

TEST_F(OrderFlow, PossibleResendOfARefusedOrderSaysSo) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  refuse(last(), Code::l01_cash);
  ASSERT_TRUE(client.receive_business());
  client.send("D", order_fields("A-1"), {{97, "Y"}});
  const auto state = client.receive_business();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at(150), "I");
  EXPECT_EQ(state->at(39), "8");
  EXPECT_EQ(sink.submitted.size(), 1U);
}

TEST_F(OrderFlow, BusyRingIsToldAndConsumesNothing) {
  start();
  FixClient client = trader();
  sink.outcome = CommandSink::Outcome::busy;
  client.send("D", order_fields("A-1"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(45), "2");
  EXPECT_EQ(reject->at(372), "D");
  EXPECT_EQ(reject->at(379), "A-1");
  EXPECT_EQ(reject->at(380), "4");
  EXPECT_EQ(reject->at(9701), "991");
  EXPECT_EQ(reject->at(58).substr(0, 8), "S01_BUSY");
  EXPECT_FALSE(reject->has(1137));
  sink.outcome = CommandSink::Outcome::queued;
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().flags, 0U);
  EXPECT_EQ(counters().commands_busy, 1U);
}

TEST_F(OrderFlow, DrainingTakesCancelsOnly) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  gateway_->begin_drain();
  client.send("D", order_fields("A-2"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(9701), "992");
  client.send("G", replace_fields("R-1", "A-1", "10", "12000"));
  EXPECT_EQ(client.receive_business()->at(9701), "992");
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().kind(), CommandKind::cancel_order);
}

TEST_F(OrderFlow, FullIndexRefusesOrdersAndStillTakesCancels) {
  config.limits.cl_ord_ids_per_firm_max = 2;
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12);
  client.send("D", order_fields("A-3"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(380), "8");
  EXPECT_EQ(reject->at(9701), "311");
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(3));
  cancel(last(), 100);
  EXPECT_EQ(client.receive_business()->at(150), "4");
}

TEST_F(OrderFlow, OrderOfAFirmThatDoesNotExistIsNotTaken) {
  config.sessions[2].firm = "GAMMA";
  start();
  FixClient client = trader("BETA1");
  client.send("D", order_fields("G-1"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(380), "6");
  EXPECT_TRUE(sink.submitted.empty());
}

TEST_F(OrderFlow, RequestThatMistakesItsOrderIsNotTaken) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  client.send("F", cancel_fields("C-1", "A-1", "2"));
  const auto side = client.receive_business();
  ASSERT_TRUE(side);
  EXPECT_EQ(side->type(), "j");
  EXPECT_NE(side->at(58).find("Side (54)"), std::string::npos);
  client.send("F", with(cancel_fields("C-1", "A-1"), 55, "OTHER"));
  EXPECT_NE(client.receive_business()->at(58).find("Symbol (55)"), std::string::npos);
  client.send("G", with(replace_fields("R-1", "A-1", "10", "12000"), 59, "3"));
  EXPECT_NE(client.receive_business()->at(58).find("TimeInForce (59)"), std::string::npos);
  EXPECT_EQ(sink.submitted.size(), 1U);
  client.send("F", cancel_fields("C-1", "A-1"));  // the id was not consumed
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<CancelOrderCommand>().flags, 0U);
}

}  // namespace

}  // namespace emx::gateway::test
