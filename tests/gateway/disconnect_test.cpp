#include <string>
#include <vector>

#include "tests/gateway/house.hpp"

// Cancel on disconnect: when a session ends, a command for its DAY orders goes to the exchange,
// unless the client chose at Logon to keep them (9711=N).

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Disconnect : public House {
 protected:
  Disconnect() { config.limits.tick = milliseconds{20}; }

  // A client that leaves it to the venue, or says what it wants; going on with its numbers.
  FixClient client_of(const FixClient* before = nullptr, const Fields& more = {},
                      const std::string& comp_id = "ALPHA1") {
    FixClient client = connect(comp_id);
    client.keep_orders(false);
    if (before != nullptr) client.next_out = before->next_out;
    EXPECT_TRUE(client.log_on("secret", more));
    return client;
  }

  void drop(FixClient& client) {
    client.close();
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  }

  static void expect_cancel(const ScriptedSink::Submitted& submitted,
                            const std::string& comp_id = "ALPHA1") {
    ASSERT_EQ(submitted.kind(), CommandKind::mass_cancel);
    const auto command = submitted.as<MassCancelCommand>();
    EXPECT_EQ(command.on_disconnect, 1);
    EXPECT_EQ(command.order_session, session_id_of(comp_id));
    EXPECT_TRUE(command.firm.empty());  // whichever firm the session traded for
    EXPECT_TRUE(command.symbol.empty());
    EXPECT_EQ(command.side, 0);
    EXPECT_EQ(command.header.actor, no_id);  // the venue's own,
    EXPECT_EQ(command.header.session, 0U);   // which uses up no number of the client's
    EXPECT_EQ(submitted.urgency, CommandSink::Urgency::disconnect);
  }

  // What the exchange makes of it: the order's end.
  void cancel_on_disconnect(const ScriptedSink::Submitted& command, std::uint64_t order_id) {
    EventBatch events;
    add_cancelled(events, order_id, 100, Code::c02_disconnect);
    append_bytes(command.bytes, events);
  }
};

TEST_F(Disconnect, LogoutOfTheClientCancels) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  client.send("5", {});
  ASSERT_TRUE(client.is_closed());
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
  EXPECT_EQ(counters().disconnect_cancels, 1U);
}

TEST_F(Disconnect, SoDoesAConnectionThatIsGone) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  drop(client);
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
}

TEST_F(Disconnect, SoDoesALogoutOfTheVenue) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  bool closed = false;
  gateway_->logout_all_and_close([&] { closed = true; });
  EXPECT_EQ(client.receive_business()->type(), "5");
  client.send("5", {});
  ASSERT_TRUE(run_until([&] { return closed; }));
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
}

// A client that answers no goodbye, either.
TEST_F(Disconnect, SoDoesAStopThatNobodyAnswers) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  bool closed = false;
  gateway_->logout_all_and_close([&] { closed = true; });
  ASSERT_TRUE(run_until([&] { return closed; }));
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
}

TEST_F(Disconnect, SoDoesBeingThrownOut) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  client.send_logon("secret");  // in mid-session
  ASSERT_TRUE(client.is_closed());
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
}

TEST_F(Disconnect, SoDoesSilence) {
  start();
  FixClient client = connect();
  client.send("A", {{98, "0"}, {108, "1"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  ASSERT_EQ(client.receive()->type(), "A");
  rest_order(client, "A-1", 11);
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }, milliseconds{20'000}));
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
}

// Control of all above.
TEST_F(Disconnect, ClientThatChoseToKeepsItsOrders) {
  start();
  FixClient client = client_of(nullptr, {{9711, "N"}});
  rest_order(client, "A-1", 11);
  drop(client);
  EXPECT_EQ(sink.submitted.size(), 1U);
  die();
  start();
  FixClient back = client_of(&client, {{9711, "N"}});
  back.send("5", {});
  ASSERT_TRUE(back.is_closed());
  close();
  start();
  EXPECT_TRUE(sink.submitted.empty());
  EXPECT_EQ(counters().disconnect_cancels, 0U);
}

// What the last Logon says holds for all that is open, whenever it was entered.
TEST_F(Disconnect, EachLogonChoosesAnew) {
  start();
  FixClient first = client_of(nullptr, {{9711, "N"}});
  rest_order(first, "A-1", 11);
  drop(first);
  EXPECT_EQ(sink.submitted.size(), 1U);
  FixClient second = client_of(&first, {{9711, "Y"}});
  drop(second);
  ASSERT_EQ(sink.submitted.size(), 2U);
  expect_cancel(last());
  cancel_on_disconnect(last(), 11);
  FixClient third = client_of(&second, {{9711, "N"}});
  EXPECT_EQ(third.receive_business()->at(150), "4");
  rest_order(third, "A-2", 12);
  drop(third);
  EXPECT_EQ(sink.submitted.size(), 3U);
}

// Right password, wrong number or a field that cannot be read: nobody has logged on.
TEST_F(Disconnect, ARefusedLogonChoosesNothing) {
  start();
  FixClient client = client_of(nullptr, {{9711, "N"}});
  rest_order(client, "A-1", 11);
  drop(client);
  const auto refused = [&](std::uint32_t number, const Fields& more) {
    FixClient other = connect();
    other.keep_orders(false);
    other.next_out = number;
    other.send_logon("secret", more);
    return other.is_closed() && counters().logons == 1;
  };
  EXPECT_TRUE(refused(1, {}));
  EXPECT_TRUE(refused(client.next_out, {{369, "many"}}));
  die();
  start();
  EXPECT_TRUE(sink.submitted.empty());
}

TEST_F(Disconnect, WithoutDayOrdersSaysNothing) {
  start();
  FixClient client = client_of();
  drop(client);
  EXPECT_TRUE(sink.submitted.empty());
  FixClient back = client_of(&client);
  back.send("D", with(order_fields("A-1"), 59, "1"));  // GTC
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  back.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  back.send("F", cancel_fields("C-1", "A-2"));
  ASSERT_TRUE(wait_for_commands(3));
  cancel(last(), 100);
  drop(back);
  EXPECT_EQ(sink.submitted.size(), 3U);
  EXPECT_EQ(counters().disconnect_cancels, 0U);
}

// An order that filled is open no more.
TEST_F(Disconnect, AFilledOrderIsNoReason) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  EventBatch events;
  FixClient other = client_of(nullptr, {}, "ALPHA2");
  rest_order(other, "A-2", 12, "2");
  add_trade(events, {.buy_order = 11, .sell_order = 12, .lots = 100, .sell_left = 0});
  append(venue_command<ProceedCommand>(CommandKind::proceed), events);
  client.close();
  drop(other);
  EXPECT_EQ(sink.submitted.size(), 2U);
}

TEST_F(Disconnect, LeavesOtherSessionsAlone) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  FixClient other = client_of(nullptr, {}, "ALPHA2");
  rest_order(other, "A-2", 12);
  other.close();
  ASSERT_TRUE(wait_for_commands(3));
  expect_cancel(last(), "ALPHA2");
  // Control: the first is well.
  client.send("1", {{112, "THERE"}});
  while (const auto message = client.receive()) {
    if (message->at(112) == "THERE") return;
  }
  ADD_FAILURE() << "no answer";
}

// Orders whose entry is still awaited are meant, too.
TEST_F(Disconnect, ComesBehindWhatIsUnderWay) {
  start();
  FixClient client = client_of();
  client.send("D", order_fields("A-1"));
  client.send("F", cancel_fields("C-1", "A-1"));  // waits for the entry of A-1
  ASSERT_TRUE(run_until([&] { return counters().pauses == 1; }));
  drop(client);
  EXPECT_EQ(sink.submitted.size(), 1U);
  accept(sink.submitted[0], 11);
  ASSERT_EQ(sink.submitted.size(), 3U);
  EXPECT_EQ(sink.submitted[1].kind(), CommandKind::cancel_order);
  expect_cancel(sink.submitted[2]);
}

// However full the ring is, what comes by the next logon does not overtake it.
TEST_F(Disconnect, ComesBeforeWhatTheNextSessionSends) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  sink.outcome = CommandSink::Outcome::busy;
  drop(client);
  FixClient back = client_of(&client);
  back.send("D", order_fields("A-2"));
  EXPECT_FALSE(run_until([&] { return counters().commands_busy > 0; }, milliseconds{200}));
  EXPECT_EQ(sink.submitted.size(), 1U);
  sink.outcome = CommandSink::Outcome::queued;
  append(venue_command<ProceedCommand>(CommandKind::proceed));  // an entry: the ring has room
  ASSERT_TRUE(wait_for_commands(3));
  expect_cancel(sink.submitted[1]);
  EXPECT_EQ(sink.submitted[2].as<NewOrderCommand>().cl_ord_id.view(), "A-2");
  EXPECT_EQ(counters().disconnect_cancels, 1U);
}

TEST_F(Disconnect, IsToldAtTheNextLogon) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  drop(client);
  cancel_on_disconnect(last(), 11);
  FixClient back = client_of(&client);
  std::optional<FixMessage> told = back.receive_business();
  while (told && told->at(150) == "0") told = back.receive_business();  // again, with 97=Y
  ASSERT_TRUE(told);
  EXPECT_EQ(told->type(), "8");
  EXPECT_EQ(told->at(150), "4");
  EXPECT_EQ(told->at(39), "4");
  EXPECT_EQ(told->at(11), "A-1");
  EXPECT_EQ(told->at(151), "0");
  EXPECT_EQ(told->at(9701), "802");
  EXPECT_EQ(told->at(58).find("C02_DISCONNECT"), 0U) << told->at(58);
  EXPECT_FALSE(told->has(41));
  EXPECT_FALSE(told->has(97));
  // And not again.
  drop(back);
  EXPECT_EQ(sink.submitted.size(), 2U);
}

// Who was logged on when the venue died has been disconnected.
TEST_F(Disconnect, ADeathOfTheVenueIsOne) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  FixClient keeper = client_of(nullptr, {{9711, "N"}}, "ALPHA2");
  rest_order(keeper, "A-2", 12);
  die();
  start();
  ASSERT_EQ(sink.submitted.size(), 1U);  // before anybody can log on
  expect_cancel(last());
  // Control: once it is in the ledger, the next start has nothing to do.
  cancel_on_disconnect(last(), 11);
  die();
  start();
  EXPECT_TRUE(sink.submitted.empty());
}

// The choice is on disk before the Logon is answered.
TEST_F(Disconnect, TheChoiceOutlivesADeath) {
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = client_of(nullptr, {{9711, "N"}});
  rest_order(client, "A-1", 11);
  die();
  start();
  EXPECT_TRUE(sink.submitted.empty());
  FixClient back = client_of(&client, {{9711, "Y"}});
  die();
  start();
  ASSERT_EQ(sink.submitted.size(), 1U);
  expect_cancel(last());
}

// A venue that stops and takes nothing any more leaves it to its next start.
TEST_F(Disconnect, WhatCouldNotBeSaidIsSaidAtTheNextStart) {
  start();
  FixClient client = client_of();
  rest_order(client, "A-1", 11);
  sink.outcome = CommandSink::Outcome::draining;
  drop(client);
  EXPECT_EQ(sink.submitted.size(), 1U);
  EXPECT_EQ(counters().disconnect_cancels, 0U);
  die();
  sink.outcome = CommandSink::Outcome::queued;
  start();
  ASSERT_EQ(sink.submitted.size(), 1U);
  expect_cancel(last());
}

}  // namespace

}  // namespace emx::gateway::test
