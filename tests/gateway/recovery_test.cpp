#include <map>
#include <random>
#include <set>

#include "gateway/session_records.hpp"
#include "tests/gateway/house.hpp"

// What a client finds after the gateway was stopped, or died.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Recovery : public House {
 protected:
  Recovery() { config.limits.tick = milliseconds{20}; }

  // The next connection of the same client.
  FixClient reconnect(const FixClient& before) {
    FixClient client = connect("ALPHA1");
    client.next_out = before.next_out;
    client.next_in = before.next_in;
    return client;
  }

  SessionRecord record_on_disk() {
    const SessionRecords records{config.directory};
    return records.find("ALPHA1").value();
  }
};

TEST_F(Recovery, CleanStopKeepsTheExactNumbersAndRepeatsNothing) {
  start();
  FixClient client = connect();
  client.answer_test_requests(true);
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  bool closed = false;
  gateway_->logout_all_and_close([&] { closed = true; });
  const auto logout = client.receive_business();
  ASSERT_TRUE(logout);
  ASSERT_EQ(logout->type(), "5");
  client.send("5", {});
  ASSERT_TRUE(run_until([&] { return closed; }));
  ASSERT_TRUE(client.is_closed());
  die();
  EXPECT_EQ(record_on_disk().reserved_to, client.next_in);
  EXPECT_EQ(record_on_disk().next_in, client.next_out);

  start();
  FixClient back = reconnect(client);
  back.send_logon("secret");
  const auto answer = back.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(34), std::to_string(client.next_in));
  EXPECT_TRUE(back.is_silent(milliseconds{200}));
  // The order is still known.
  back.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<CancelOrderCommand>().order_id, 11U);
  EXPECT_EQ(last().as<CancelOrderCommand>().header.epoch, 1U);
}

// The Logout is the last word, but for what the client asks to be sent again.
TEST_F(Recovery, NothingIsSaidAfterTheGoodbye) {
  config.limits.logout_deadline = milliseconds{300};
  start();
  FixClient client = connect();  // does not answer test requests
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  gateway_->logout_all_and_close([] {});
  std::string types;
  while (const auto message = client.receive()) types += message->type();
  EXPECT_EQ(types.substr(types.size() - 2), "15") << types;
  EXPECT_EQ(types.find('5'), types.size() - 1) << types;
}

// A report is the client's once it has proved that it has it, and its own Logout is no proof.
TEST_F(Recovery, LogoutOfTheClientProvesNothing) {
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  client.send("5", {});
  ASSERT_TRUE(client.is_closed());
  close();
  start();
  FixClient back = reconnect(client);
  ++back.next_in;
  ASSERT_TRUE(back.log_on());
  EXPECT_EQ(back.receive_business()->at(97), "Y");
}

TEST_F(Recovery, CleanStopDoesNotWaitForeverForASilentClient) {
  config.limits.logout_deadline = milliseconds{200};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  close();  // expects the end itself
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Recovery, ReportsPastTheWatermarkComeAgainMarked) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  const auto first = client.receive_business();
  ASSERT_TRUE(first);
  die();

  start();
  FixClient back = reconnect(client);
  back.send_logon("secret");
  const auto answer = back.receive();
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->type(), "A");
  // Ahead of all that was sent, never behind.
  EXPECT_GT(std::stoul(answer->at(34)), client.next_in);
  const auto again = back.receive_business();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(17), first->at(17));
  EXPECT_EQ(again->at(97), "Y");
  EXPECT_EQ(again->at(60), first->at(60));
  EXPECT_EQ(again->at(151), first->at(151));
  EXPECT_GT(std::stoul(again->at(34)), std::stoul(answer->at(34)));
  EXPECT_EQ(counters().reports_possible_resend, 1U);
  // A client that asks for the gap gets it filled, and the report in it is told again.
  back.send("2", {{7, std::to_string(client.next_in)}, {16, "0"}});
  const auto gap = back.receive();
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->type(), "4");
  EXPECT_EQ(gap->at(34), std::to_string(client.next_in));
  EXPECT_EQ(gap->at(36), again->at(34));
  const auto third = back.receive();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->at(17), first->at(17));
  EXPECT_EQ(third->at(43), "Y");
  EXPECT_EQ(third->at(97), "Y");
  // The session goes on where the client is.
  rest_order(back, "A-2", 12);
}

TEST_F(Recovery, ReportsThatWereNeverSentComeToo) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last();
  die();
  accept(command, 11);  // durable at the moment of death: nobody was told
  start();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());
  const auto report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_EQ(report->at(97), "Y");
}

TEST_F(Recovery, WhatTheClientHasConfirmedDoesNotComeAgain) {
  start();
  FixClient client = connect();
  client.answer_test_requests(false);
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  const auto question = client.receive();
  ASSERT_TRUE(question);
  ASSERT_EQ(question->type(), "1");
  client.send("0", {{112, question->at(112)}});
  // Until the answer is on disk.
  EXPECT_FALSE(client.receive_business(milliseconds{800}));
  die();
  EXPECT_EQ(record_on_disk().watermark, 6U);
  start();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());
  EXPECT_TRUE(back.is_silent(milliseconds{200}));
}

// A question that falls into a gap, or whose answer does, is never answered. The next one is.
TEST_F(Recovery, TheClientIsAskedAgainAfterAGap) {
  std::uint32_t next_out = 1;
  for (const std::uint64_t order : {6U, 7U}) {  // the number of its entry, too
    const bool ours = order == 6;
    start();
    FixClient client = connect();
    client.next_out = next_out;
    ASSERT_TRUE(client.log_on());
    rest_order(client, "A-" + std::to_string(order), order);
    const auto question = client.receive();
    ASSERT_TRUE(question);
    ASSERT_EQ(question->type(), "1");
    EXPECT_FALSE(client.receive(milliseconds{100})) << "it is asked once";
    if (ours) {
      client.send("2", {{7, question->at(34)}, {16, "0"}});
    } else {
      client.send("4", {{123, "Y"}, {36, std::to_string(client.next_out + 2)}});
      ++client.next_out;
    }
    auto next = client.receive();
    while (next && next->type() == "4") next = client.receive();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->type(), "1");
    EXPECT_NE(next->at(112), question->at(112));
    client.send("0", {{112, next->at(112)}});
    client.send("5", {});
    ASSERT_TRUE(client.is_closed());
    close();
    EXPECT_EQ(record_on_disk().watermark, order);
    next_out = client.next_out;
  }
}

// Control to the one above: the question alone moves nothing.
TEST_F(Recovery, WhatTheClientHasNotConfirmedComesAgain) {
  start();
  FixClient client = connect();
  client.answer_test_requests(false);
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  EXPECT_FALSE(client.receive_business(milliseconds{800}));
  die();
  EXPECT_LT(record_on_disk().watermark, 6U);
  start();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());
  EXPECT_TRUE(back.receive_business());
}

TEST_F(Recovery, IncomingNumbersGoOnAfterTheLastInTheLedger) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);          // number 2, in the ledger
  client.send("D", order_fields("A-2"));  // number 3, lost with the ring
  ASSERT_TRUE(wait_for_commands(2));
  die();
  start();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());  // number 4
  auto request = back.receive_business();
  while (request && request->type() == "8") request = back.receive_business();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->type(), "2");
  EXPECT_EQ(request->at(7), "3");
  // The client sends the lost order again, as FIX has it; it is entered, once.
  back.next_out = 3;
  back.send("D", order_fields("A-2"), {{43, "Y"}, {122, time_now()}});
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().cl_ord_id.view(), "A-2");
  EXPECT_EQ(last().as<NewOrderCommand>().header.msg_seq_num, 3U);
}

TEST_F(Recovery, AnOrderInTheLedgerIsNotEnteredTwice) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last();
  die();
  accept(command, 11);
  start();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());
  ASSERT_TRUE(back.receive_business());
  back.send("D", order_fields("A-1"), {{97, "Y"}});
  const auto state = back.receive_business();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at(150), "I");
  EXPECT_EQ(state->at(37), "11");
  EXPECT_TRUE(sink.submitted.empty());
  // Control: one the ledger does not have is entered.
  back.send("D", order_fields("A-2"), {{97, "Y"}});
  EXPECT_TRUE(wait_for_commands(1));
}

// The refusal comes after the number it answers is durable: else the same message, sent again after
// a crash, would become an order after all.
TEST_F(Recovery, ARequestThatWasNotTakenStaysSo) {
  config.limits.tick = milliseconds{60'000};  // nothing else saves the number
  for (const auto outcome : {CommandSink::Outcome::busy, CommandSink::Outcome::draining}) {
    start();
    FixClient client = connect();
    client.next_out = record_on_disk().next_in;
    ASSERT_TRUE(client.log_on());
    sink.outcome = outcome;
    client.send("D", order_fields("A-1"));
    ASSERT_EQ(client.receive_business()->type(), "j");
    die();
    EXPECT_EQ(record_on_disk().next_in, client.next_out);
    sink.outcome = CommandSink::Outcome::queued;
    start();
    FixClient back = reconnect(client);
    ASSERT_TRUE(back.log_on());
    back.send("1", {{112, "NO-GAP"}});
    EXPECT_EQ(back.receive()->at(112), "NO-GAP");
    back.send("5", {});
    ASSERT_TRUE(back.is_closed());
    close();
  }
}

// The number can be durable no earlier than what came before it.
TEST_F(Recovery, ARefusalWaitsForTheOrdersBeforeIt) {
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  sink.outcome = CommandSink::Outcome::busy;
  client.send("D", order_fields("A-2"));
  ASSERT_TRUE(run_until([&] { return counters().commands_busy == 1; }));
  EXPECT_TRUE(client.is_silent(milliseconds{100}));
  EXPECT_EQ(record_on_disk().next_in, 2U) << "the Logon and no more";
  accept(last(), 11);
  EXPECT_EQ(client.receive_business()->at(11), "A-1");
  EXPECT_EQ(client.receive_business()->at(379), "A-2");
  EXPECT_EQ(record_on_disk().next_in, 4U);
}

// However many are to come: only so many wait, and no more is read meanwhile.
TEST_F(Recovery, RefusalsThatWaitAreBounded) {
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-0"));
  ASSERT_TRUE(wait_for_commands(1));
  sink.outcome = CommandSink::Outcome::busy;
  constexpr int sent = 1'500;
  for (int i = 1; i <= sent; ++i) client.send("D", order_fields("A-" + std::to_string(i)));
  ASSERT_TRUE(run_until([&] { return counters().commands_busy >= 1'000; }));
  EXPECT_FALSE(run_until([&] { return counters().commands_busy > 1'000; }, milliseconds{100}));
  accept(last(), 11);
  EXPECT_EQ(client.receive_business()->at(11), "A-0");
  for (int i = 1; i <= sent; ++i) {
    const auto refusal = client.receive_business();
    ASSERT_TRUE(refusal) << i;
    ASSERT_EQ(refusal->at(379), "A-" + std::to_string(i));
  }
}

TEST_F(Recovery, ARefusalComesBeforeTheGoodbye) {
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  sink.outcome = CommandSink::Outcome::draining;
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(run_until([&] { return counters().commands_draining == 1; }));
  bool closed = false;
  gateway_->logout_all_and_close([&] { closed = true; });
  EXPECT_EQ(client.receive_business()->type(), "j");
  EXPECT_EQ(client.receive_business()->type(), "5");
  client.send("5", {});
  EXPECT_TRUE(run_until([&] { return closed; }));
}

// A request that waits belongs to the numbers that it came with.
TEST_F(Recovery, ARequestThatOutlivesItsEpochKeepsIt) {
  config.sessions[0].allow_reset = true;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1"));
  client.send("F", cancel_fields("C-1", "A-1"));
  ASSERT_TRUE(run_until([&] { return counters().pauses == 1; }));
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient back = connect();
  ASSERT_TRUE(back.log_on("secret", {{141, "Y"}}));
  accept(sink.submitted[0], 11);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<CancelOrderCommand>().header.epoch, 1U);
  EXPECT_EQ(last().as<CancelOrderCommand>().header.msg_seq_num, 3U);
  // Control: what comes under the new numbers is of the new epoch.
  back.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
}

// What a client had not confirmed when its numbers start again cannot be asked for any more.
TEST_F(Recovery, ReportsInFlightAtAResetComeAgainMarked) {
  config.sessions[0].allow_reset = true;
  config.limits.tick = milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient back = connect();
  ASSERT_TRUE(back.log_on("secret", {{141, "Y"}}));
  const auto report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_EQ(report->at(97), "Y");
  EXPECT_EQ(report->at(34), "2");
}

TEST_F(Recovery, NumbersAreReservedAheadOfTheirUse) {
  config.limits.numbers_per_block = 4;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  for (std::uint64_t i = 0; i < 50; ++i) rest_order(client, "A-" + std::to_string(i), 100 + i);
  const std::uint32_t seen = client.next_in;
  die();
  EXPECT_GE(record_on_disk().reserved_to, seen);
}

TEST_F(Recovery, ReportsThatFoundNoRoomComeAfterTheNextStart) {
  config.limits.reports_waiting_max = 2;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient other = connect("ALPHA2");
  ASSERT_TRUE(other.log_on());
  auto command = venue_command<NewOrderCommand>(CommandKind::new_order);
  command.header.session = session_id_of("ALPHA1");
  command.header.actor = firm_id;
  command.header.msg_seq_num = 1;
  command.price_fen = 1'200'000;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    command.cl_ord_id = ClOrdId{"A-" + std::to_string(i)};
    accept({{std::as_bytes(std::span{&command, 1}).begin(),
             std::as_bytes(std::span{&command, 1}).end()},
            CommandSink::Urgency::order},
           i);
  }
  EXPECT_EQ(counters().reports_dropped, 2U);
  FixClient back = reconnect(client);
  back.answer_test_requests(true);
  ASSERT_TRUE(back.log_on());
  std::vector<std::string> ids;
  while (const auto message = back.receive(milliseconds{200})) {
    if (message->type() == "8") ids.push_back(message->at(11));
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"A-1", "A-2"}));
  die();
  start();
  FixClient again = reconnect(back);
  ASSERT_TRUE(again.log_on());
  ids.clear();
  while (const auto message = again.receive(milliseconds{200})) {
    if (message->type() == "8") ids.push_back(message->at(11) + message->at(97));
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"A-3Y", "A-4Y"}));
}

TEST_F(Recovery, LostRecordsStartANewEpoch) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  die();
  std::filesystem::remove_all(config.directory / "fix");
  start();
  // Lost is also that the client chose to keep its orders.
  ASSERT_EQ(sink.submitted.size(), 1U);
  EXPECT_EQ(last().kind(), CommandKind::mass_cancel);
  FixClient back = connect();
  ASSERT_TRUE(back.log_on());
  EXPECT_EQ(back.next_in, 2U);
  const auto again = back.receive_business();  // all it may have missed
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(97), "Y");
  back.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
}

// Many lives of one client and one gateway, which dies at any moment (how far each life gets is a
// matter of time, too, so the seed does not fix all of it). Every report reaches the
// client; none comes twice unmarked; no order is entered twice.
TEST_F(Recovery, NothingIsLostOrDoubledOverManyDeaths) {
  const unsigned seed = 20'260'618;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  config.limits.numbers_per_block = 8;
  std::set<std::string> durable;        // ExecIDs the ledger gives to this client
  std::map<std::string, int> unmarked;  // how often each came without 43 or 97
  std::set<std::string> received;
  std::vector<std::string> entered;     // ClOrdIDs the exchange took
  std::vector<std::string> unanswered;  // ClOrdIDs the client has no answer to
  std::uint64_t next_order = 1;
  std::uint32_t next_out = 1;
  std::uint32_t seen_to = 1;

  for (int life = 0; life < 40; ++life) {
    start();
    FixClient client = connect();
    client.next_out = next_out;
    client.answer_test_requests(chance(50));
    const auto note = [&](const FixMessage& message) {
      if (message.at(43) != "Y" && message.type() != "3") {
        EXPECT_GE(std::stoul(message.at(34)), seen_to) << "a number came twice";
        seen_to = static_cast<std::uint32_t>(std::stoul(message.at(34))) + 1;
      }
      if (message.type() == "2") {  // the client has nothing it wants to repeat
        const std::string begin = message.at(7);
        client.send_raw(frame_of({{35, "4"},
                                  {34, begin},
                                  {43, "Y"},
                                  {49, "ALPHA1"},
                                  {52, time_now()},
                                  {56, "EMX"},
                                  {122, time_now()},
                                  {123, "Y"},
                                  {36, std::to_string(client.next_out)}}));
      }
      if (message.type() != "8" || message.at(17) == "0") return;
      received.insert(message.at(17));
      if (message.at(43) != "Y" && message.at(97) != "Y") ++unmarked[message.at(17)];
      std::erase(unanswered, message.at(11));
    };
    client.send_logon("secret");
    const auto logon = client.receive();
    ASSERT_TRUE(logon);
    ASSERT_EQ(logon->type(), "A") << logon->at(58);
    note(*logon);
    for (const std::string& id : std::vector<std::string>{unanswered}) {
      client.send("D", order_fields(id), {{97, "Y"}});
    }
    for (int step = 0; step < 40; ++step) {
      if (chance(60)) {
        const std::string id = std::to_string(life) + "-" + std::to_string(step);
        unanswered.push_back(id);
        client.send("D", order_fields(id));
      }
      while (chance(50)) {
        if (const auto message = client.receive(milliseconds{3})) note(*message);
      }
      while (!sink.submitted.empty() && chance(70)) {
        const auto command = sink.submitted.front();
        sink.submitted.erase(sink.submitted.begin());
        entered.emplace_back(command.as<NewOrderCommand>().cl_ord_id.view());
        const SeqNo entry = accept(command, next_order++);
        durable.insert(std::to_string(entry.value) + "-0");
      }
    }
    if (chance(30)) {  // to the last message, and long enough for questions
      while (const auto message = client.receive(milliseconds{100})) note(*message);
    }
    next_out = client.next_out;
    die();
  }
  start();
  FixClient client = connect();
  client.next_out = next_out;
  client.send_logon("secret");
  while (const auto message = client.receive(milliseconds{300})) {
    if (message->type() == "8" && message->at(17) != "0") {
      received.insert(message->at(17));
      if (message->at(43) != "Y" && message->at(97) != "Y") ++unmarked[message->at(17)];
    }
  }
  EXPECT_EQ(received, durable);
  EXPECT_GT(durable.size(), 50U);
  for (const auto& [id, times] : unmarked) EXPECT_EQ(times, 1) << id;
  const std::set<std::string> distinct{entered.begin(), entered.end()};
  EXPECT_EQ(distinct.size(), entered.size());
}

// One that was restored from an older copy, or another one: what comes next in it would pass for
// what clients have had.
TEST_F(Recovery, ALedgerThatEndsBeforeTheRecordsIsRefused) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  close();
  make_gateway();
  try {
    gateway_->start();
    FAIL() << "it has started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string_view{error.what()}.find("the ledger ends at 0"), std::string_view::npos)
        << error.what();
  }
  die();
  start();  // control: with the whole ledger
}

// Control: a report that came twice unmarked would be seen. A gateway that takes its ledger for
// news sends one.
TEST_F(Recovery, LedgerShownAsNewsIsToldUnmarked) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  die();
  start_forgetful();
  FixClient back = reconnect(client);
  ASSERT_TRUE(back.log_on());
  auto report = back.receive_business();
  while (report && report->type() == "2") report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_FALSE(report->has(97));
}

}  // namespace

}  // namespace emx::gateway::test
