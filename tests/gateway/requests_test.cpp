#include <limits>
#include <tuple>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tests/gateway/house.hpp"

// What becomes of requests: the commands they make, the order they keep, and what is not taken.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Requests : public House {};

TEST_F(Requests, OrderBecomesACommand) {
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

// What an order may say of how it wants to be treated gets into its command, and back into reports.
TEST_F(Requests, TermsOfAnOrderReachTheExchange) {
  start();
  FixClient client = trader();
  Fields terms = with(order_fields("A-1"), 59, "6");
  terms.insert(terms.end(), {{432, "20260630"},
                             {18, "6"},
                             {110, "5"},
                             {1138, "20"},
                             {9708, "Y"},
                             {9709, "3/2"},
                             {9710, "Y"}});
  client.send("D", terms);
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last().as<NewOrderCommand>();
  EXPECT_EQ(command.order_type, static_cast<std::uint8_t>(OrderType::limit));
  EXPECT_EQ(command.time_in_force, static_cast<std::uint8_t>(TimeInForce::gtd));
  EXPECT_EQ(command.expire_date, date_of(2026, 6, 30).value);
  EXPECT_EQ(command.instructions, order_instructions_all);
  EXPECT_EQ(command.min_quantity_lots, 5);
  EXPECT_EQ(command.display_quantity_lots, 20);
  EXPECT_EQ(command.max_ratio_n, 3U);
  EXPECT_EQ(command.max_ratio_d, 2U);
  EXPECT_EQ(command.flags, 0U);
  accept(last(), 77);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  for (const auto& [tag, value] :
       {std::pair{40, "2"}, std::pair{59, "6"}, std::pair{432, "20260630"}, std::pair{18, "6"},
        std::pair{110, "5"}, std::pair{1138, "20"}, std::pair{9708, "Y"}, std::pair{9709, "3/2"},
        std::pair{9710, "Y"}}) {
    EXPECT_EQ(report->at(tag), value) << tag;
  }
  // Without a word none of it; a N is none, either.
  client.send("D", with(with(order_fields("A-2"), 9708, "N"), 9710, "N"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().instructions, 0U);
  accept(last(), 78);
  const auto plain = client.receive_business();
  ASSERT_TRUE(plain);
  for (const int tag : {432, 18, 110, 1138, 9708, 9709, 9710}) EXPECT_FALSE(plain->has(tag)) << tag;
}

// It has no price of its own, and is immediate where it says nothing else.
TEST_F(Requests, MarketOrderHasNoPrice) {
  start();
  FixClient client = trader();
  const Fields market = without(with(order_fields("A-1"), 40, "1"), 44);
  client.send("D", without(market, 59));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last().as<NewOrderCommand>();
  EXPECT_EQ(command.order_type, static_cast<std::uint8_t>(OrderType::market));
  EXPECT_EQ(command.time_in_force, static_cast<std::uint8_t>(TimeInForce::ioc));
  EXPECT_EQ(command.price_fen, 0);
  refuse(last(), Code::p01_phase);
  const auto refused = client.receive_business();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->at(40), "1");
  EXPECT_FALSE(refused->has(44));
  client.send("D", with(with(market, 11, "A-2"), 59, "4"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().time_in_force,
            static_cast<std::uint8_t>(TimeInForce::fok));
  accept(last(), 77);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(40), "1");
  EXPECT_FALSE(report->has(44));
}

TEST_F(Requests, OddNumbersReachTheExchangeMarked) {
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
  for (const int tag : {110, 1138}) {
    client.send("D", with(order_fields("ODD-" + std::to_string(tag)), tag, "1.5"));
    ASSERT_TRUE(
        run_until([&] { return sink.submitted.size() == cases.size() + (tag == 110 ? 1 : 2); }));
    EXPECT_EQ(last().as<NewOrderCommand>().flags, order_inexact_quantity) << tag;
  }
}

TEST_F(Requests, UnknownNamesReachTheExchangeAsTheyCame) {
  start();
  FixClient client = trader();
  client.send("D", with(order_fields("U-1"), 55, "NOSUCH"));
  client.send("D", with(order_fields("U-2"), 1, "NOBODY"));
  client.send("D", with(order_fields("U-3"), 55, "VOC.AIR.YRD.IND.2630-AND-A-TAIL"));
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

// Else it would be echoed as another name than the client's.
TEST_F(Requests, NamesThatTheLedgerCannotHoldAreRejected) {
  start();
  FixClient client = trader();
  for (const std::string& name : {std::string(33, 'x'), std::string{"\0abc", 4}}) {
    for (const auto& [type, body] : std::vector<std::pair<std::string, Fields>>{
             {"D", with(order_fields("U-1"), 55, name)},
             {"D", with(order_fields("U-1"), 1, name)},
             {"F", with(cancel_fields("C-1", "A-1"), 55, name)},
             {"F", with(cancel_fields("C-1", "A-1"), 1, name)},
             {"G", with(replace_fields("R-1", "A-1", "1", "1"), 1, name)}}) {
      client.send(type, body);
      const auto reject = client.receive_business();
      ASSERT_TRUE(reject);
      EXPECT_EQ(reject->type(), "3");
      EXPECT_EQ(reject->at(371), std::to_string(body.back().first));
      EXPECT_EQ(reject->at(373), "5");
    }
  }
  // Control: the longest name there may be.
  client.send("D", with(order_fields("U-1"), 55, std::string(32, 'x')));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().unresolved.view(), std::string(32, 'x'));
}

TEST_F(Requests, DuplicateClOrdIdGoesToTheExchangeMarked) {
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

TEST_F(Requests, ANewDayFreesTheClOrdIdsButThoseOfLiveOrders) {
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

TEST_F(Requests, ARequestWaitsForTheOrderItNames) {
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

// Though nothing of a connection that waits is handled, its end is seen; what waits goes on.
TEST_F(Requests, AClientThatLeavesWhileItsRequestWaitsMayComeBack) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(run_until([&] { return counters().pauses == 1; }));
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient back = connect();
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  accept(sink.submitted[0], 11);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
  EXPECT_EQ(back.receive_business()->at(11), "A-1");
  cancel(last(), 100);
  EXPECT_EQ(back.receive_business()->at(11), "C-1");
}

TEST_F(Requests, ARequestForAnOrderThatIsRefusedNamesNothing) {
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

TEST_F(Requests, PossibleResendOfAKnownOrderIsAnsweredWithItsState) {
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

TEST_F(Requests, PossibleResendOfARefusedOrderSaysSo) {
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

// It would read like an order that was replaced.
TEST_F(Requests, PossibleResendOfARefusedReplaceIsRefusedAgain) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  for (const auto& [type, body, response_to] :
       {std::tuple{"G", replace_fields("R-1", "A-1", "999", "12000"), "2"},
        std::tuple{"F", cancel_fields("C-1", "A-1"), "1"}}) {
    const std::size_t before = sink.submitted.size();
    client.send(type, body);
    ASSERT_TRUE(wait_for_commands(before + 1));
    refuse(last(), Code::l01_cash, 100, 250);
    ASSERT_EQ(client.receive_business()->type(), "9");
    client.send(type, body, {{97, "Y"}});
    const auto again = client.receive_business();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->type(), "9");
    EXPECT_EQ(again->at(11), body[0].second);
    EXPECT_EQ(again->at(41), "A-1");
    EXPECT_EQ(again->at(37), "11");
    EXPECT_EQ(again->at(39), "0");
    EXPECT_EQ(again->at(434), response_to);
    EXPECT_EQ(again->at(9701), "401");
    EXPECT_EQ(again->at(58).substr(0, 9), "L01_CASH:");
    EXPECT_EQ(sink.submitted.size(), before + 1);
  }
  // Control: of one that was done, the order's state is the answer.
  client.send("F", cancel_fields("C-2", "A-1"));
  ASSERT_TRUE(wait_for_commands(4));
  cancel(last(), 100);
  ASSERT_EQ(client.receive_business()->at(150), "4");
  client.send("F", cancel_fields("C-2", "A-1"), {{97, "Y"}});
  const auto state = client.receive_business();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at(150), "I");
  EXPECT_EQ(state->at(39), "4");
}

// Never a second order: not on another day, either.
TEST_F(Requests, PossibleResendIsNoSecondOrderOnALaterDay) {
  start();
  FixClient client = trader();
  rest_order(client, "DEAD", 11);
  EventBatch expired;
  add_cancelled(expired, 11, 100, Code::c01_expired);
  append(venue_command<ProceedCommand>(CommandKind::proceed), expired);
  ASSERT_EQ(client.receive_business()->at(150), "C");
  client.send("D", order_fields("REFUSED"));
  ASSERT_TRUE(wait_for_commands(2));
  refuse(last(), Code::l01_cash);
  ASSERT_EQ(client.receive_business()->at(150), "8");

  append(venue_command<DayOpenCommand>(CommandKind::day_open));
  client.send("D", order_fields("DEAD"), {{97, "Y"}});
  const auto dead = client.receive_business();
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->at(150), "I");
  EXPECT_EQ(dead->at(37), "11");
  EXPECT_EQ(dead->at(39), "C");
  client.send("D", order_fields("REFUSED"), {{97, "Y"}});
  const auto refused = client.receive_business();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->at(39), "8");
  EXPECT_EQ(refused->at(9701), "401");
  EXPECT_EQ(sink.submitted.size(), 2U);

  // After that nobody knows, unless the request itself says how old it is.
  append(venue_command<DayOpenCommand>(CommandKind::day_open));
  client.send("D", with(order_fields("DEAD"), 60, "20260617-06:30:00"), {{97, "Y"}});
  const auto old = client.receive_business();
  ASSERT_TRUE(old);
  EXPECT_EQ(old->type(), "j");
  EXPECT_EQ(old->at(380), "0");
  EXPECT_NE(old->at(58).find("TransactTime (60)"), std::string::npos);
  EXPECT_EQ(sink.submitted.size(), 2U);
  // Controls: what is new is entered whatever its time; and so is what may be a repetition of
  // today.
  client.send("D", with(order_fields("NEW"), 60, "20260617-06:30:00"));
  ASSERT_TRUE(wait_for_commands(3));
  client.send("D", with(order_fields("TODAY"), 60, "20260618-06:31:00"), {{97, "Y"}});
  ASSERT_TRUE(wait_for_commands(4));
}

TEST_F(Requests, FullDiskIsToldAsSuch) {
  start();
  FixClient client = trader();
  sink.outcome = CommandSink::Outcome::no_space;
  client.send("D", order_fields("A-1"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(380), "4");
  EXPECT_EQ(reject->at(58), "the venue's disk is nearly full: only cancels are taken");
  EXPECT_FALSE(reject->has(9701));
  sink.outcome = CommandSink::Outcome::queued;
  client.send("D", order_fields("A-1"));  // nothing was consumed
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().flags, 0U);
}

TEST_F(Requests, BusyRingIsToldAndConsumesNothing) {
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

// More than a session may send is not taken, costs nobody else anything, and may be sent again.
TEST_F(Requests, AboveTheRateAreToldAndConsumeNothing) {
  config.limits.messages_per_second_max = 2;
  start();
  FixClient client = trader();
  FixClient other = trader("BETA1");
  for (const char* id : {"A-1", "A-2", "A-3"}) client.send("D", order_fields(id));
  ASSERT_TRUE(wait_for_commands(2));
  for (std::size_t i = 0; i < 2; ++i) {
    accept(sink.submitted[i], i + 11);
    EXPECT_EQ(client.receive_business()->at(150), "0");
  }
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(372), "D");
  EXPECT_EQ(reject->at(379), "A-3");
  EXPECT_EQ(reject->at(380), "8");
  EXPECT_EQ(reject->at(58), "more than 2 messages a second; it was not taken, send it again");
  EXPECT_EQ(sink.submitted.size(), 2U);
  EXPECT_EQ(counters().commands_throttled, 1U);
  // What lets go has a rate of its own, and so have others.
  client.send("q", {{11, "Q-1"}, {530, "7"}, {60, time_now()}});
  other.send("D", order_fields("B-1"));
  ASSERT_TRUE(wait_for_commands(4));
  // Nothing was consumed.
  ASSERT_FALSE(run_until([] { return false; }, std::chrono::milliseconds{600}));
  client.send("D", order_fields("A-3"));
  ASSERT_TRUE(wait_for_commands(5));
  EXPECT_EQ(last().as<NewOrderCommand>().flags, 0U);
}

TEST_F(Requests, DrainingTakesCancelsOnly) {
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

TEST_F(Requests, FullIndexRefusesOrdersAndStillTakesCancels) {
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

TEST_F(Requests, OrderOfAFirmThatDoesNotExistIsNotTaken) {
  config.sessions[2].concern = trader_of("GAMMA");
  start();
  FixClient client = trader("BETA1");
  client.send("D", order_fields("G-1"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(380), "6");
  EXPECT_TRUE(sink.submitted.empty());
}

TEST_F(Requests, RequestThatMistakesItsOrderIsNotTaken) {
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
