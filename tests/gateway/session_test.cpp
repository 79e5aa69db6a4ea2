#include <optional>
#include <random>
#include <set>
#include <tuple>

#include "tests/gateway/house.hpp"

// The session layer: what is malformed, out of order, too much or too slow.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Session : public House {};

TEST_F(Session, MissingAndWrongFieldsAreRejectedByName) {
  start();
  FixClient client = trader();
  struct Case {
    std::string type;
    Fields body;
    std::string tag;
    std::string reason;  // FIX 373
  };
  const Fields order = order_fields("A-1");
  const std::vector<Case> cases = {
      {"D", without(order, 11), "11", "1"},
      {"D", without(order, 1), "1", "1"},
      {"D", without(order, 55), "55", "1"},
      {"D", without(order, 54), "54", "1"},
      {"D", without(order, 38), "38", "1"},
      {"D", without(order, 44), "44", "1"},
      {"D", without(order, 40), "40", "1"},
      {"D", without(order, 60), "60", "1"},
      {"D", with(order, 40, "3"), "40", "5"},
      {"D", with(order, 40, "1"), "44", "5"},  // a market order with a price
      {"D", with(order, 59, "2"), "59", "5"},
      {"D", with(order, 59, "6"), "432", "1"},
      {"D", with(order, 432, "20260630"), "432", "5"},  // of no GTD order
      {"D", with(with(order, 59, "6"), 432, "20260230"), "432", "6"},
      {"D", with(order, 18, "1"), "18", "5"},
      {"D", with(order, 110, "x"), "110", "6"},
      {"D", with(order, 1138, "x"), "1138", "6"},
      {"D", with(order, 9708, "yes"), "9708", "6"},
      {"D", with(order, 9709, "3"), "9709", "6"},
      {"D", with(order, 9709, "3/2x"), "9709", "6"},
      {"D", with(order, 9709, "256/1"), "9709", "6"},
      {"D", with(order, 9709, "0/1"), "9709", "5"},
      {"D", with(order, 54, "5"), "54", "5"},
      {"D", with(order, 38, "ten"), "38", "6"},
      {"D", with(order, 44, "1e3"), "44", "6"},
      {"D", with(order, 11, std::string(41, 'x')), "11", "5"},
      {"D", with(order, 11, ""), "11", "4"},
      {"D", with(order, 99, "1"), "99", "0"},
      {"D", with(order, 41, "X"), "41", "2"},
      {"F", without(cancel_fields("C-1", "A-1"), 41), "41", "1"},
      {"G", without(replace_fields("R-1", "A-1", "1", "1"), 44), "44", "1"},
      {"G", with(replace_fields("R-1", "A-1", "1", "1"), 40, "1"), "40", "5"},
      {"G", with(replace_fields("R-1", "A-1", "1", "1"), 110, "1"), "110", "2"}};
  for (const Case& one : cases) {
    const std::string number = std::to_string(client.next_out);
    client.send(one.type, one.body);
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject) << one.tag;
    EXPECT_EQ(reject->type(), "3") << one.tag;
    EXPECT_EQ(reject->at(45), number);
    EXPECT_EQ(reject->at(371), one.tag);
    EXPECT_EQ(reject->at(372), one.type);
    EXPECT_EQ(reject->at(373), one.reason) << one.tag;
  }
  EXPECT_TRUE(sink.submitted.empty());
  EXPECT_EQ(counters().session_rejects, cases.size());
  // Control: the longest ClOrdID there may be, and the session is well.
  client.send("D", with(order, 11, std::string(40, 'x')));
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Session, ProperMessagesThatAreNotSpokenAreRejectedAsUnsupported) {
  start();
  FixClient client = trader();
  client.send("R", {{131, "Q-1"}, {55, "X"}, {54, "1"}});
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(45), "2");
  EXPECT_EQ(reject->at(372), "R");
  EXPECT_EQ(reject->at(380), "3");
  EXPECT_FALSE(reject->has(1137));
  client.send("8", {{37, "1"}, {17, "1"}, {150, "0"}, {39, "0"}, {54, "1"}, {151, "1"}, {14, "0"}});
  EXPECT_EQ(client.receive_business()->at(380), "3");
  client.send("zz", {{11, "A-1"}});
  const auto unknown = client.receive_business();
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->type(), "3");
  EXPECT_EQ(unknown->at(373), "11");
  // The strict dictionary is back.
  client.send("D", without(order_fields("A-1"), 44));
  EXPECT_EQ(client.receive_business()->at(371), "44");
}

TEST_F(Session, GarbledMessagesAreSkippedAndTheGapIsAskedFor) {
  start();
  FixClient client = trader();
  std::string order = client.next_message("D", order_fields("A-1"));
  std::string broken = order;
  broken[broken.size() - 2] = broken[broken.size() - 2] == '0' ? '1' : '0';
  client.send_raw(broken + "some noise between messages");
  client.send("D", order_fields("A-2"));
  const auto request = client.receive_business();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->type(), "2");
  EXPECT_EQ(request->at(7), "2");
  EXPECT_TRUE(sink.submitted.empty());
  EXPECT_GE(counters().messages_garbled, 1U);
  // Sent again, it is taken, and what came after it follows in its turn.
  client.send_raw(order);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(sink.submitted[0].as<NewOrderCommand>().cl_ord_id.view(), "A-1");
  EXPECT_EQ(sink.submitted[1].as<NewOrderCommand>().cl_ord_id.view(), "A-2");
}

// Nobody can say which message it would be: it is ignored, and uses up nothing.
TEST_F(Session, MessageWithoutAReadableNumberIsGarbled) {
  start();
  FixClient client = trader();
  for (const char* number : {"99999999999", "-1", "", "two"}) {
    client.send_raw(
        frame_of({{35, "D"}, {34, number}, {49, "ALPHA1"}, {52, time_now()}, {56, "EMX"}}));
  }
  client.send_raw(frame_of({{35, "D"}, {49, "ALPHA1"}, {52, time_now()}, {56, "EMX"}}));
  client.send("1", {{112, "NEXT"}});
  const auto heartbeat = client.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->at(112), "NEXT");
  EXPECT_EQ(heartbeat->at(34), "2");
  EXPECT_EQ(counters().messages_garbled, 5U);
}

// It has its number and gets its answer, like any other that is malformed.
TEST_F(Session, FieldThatCannotBeReadIsRejectedByName) {
  start();
  FixClient client = trader();
  const Fields order = order_fields("A-1");
  struct Case {
    std::string type;
    Fields body;
    std::string tag;
    std::string reason;  // FIX 373
  };
  const std::string many = "99999999999999999999";
  const std::vector<Case> cases = {{"D", with(order, 58, "x\x01no-tag=1"), "0", "0"},
                                   {"D", with(order, 58, "x\x01no field"), "0", "0"},
                                   {"D", with(order, 58, std::string{"x\x01"}), "0", "0"},
                                   {"D", with(order, 0, "x"), "0", "0"},
                                   {"D", with(order, -4, "x"), "-4", "0"},
                                   {"D", with(order, 100'000, "x"), "100000", "0"},
                                   {"D", with(order, 1'000'000'007, "x"), "0", "0"},
                                   {"2", {{7, "x"}, {16, "0"}}, "7", "6"},
                                   {"2", {{7, many}, {16, "0"}}, "7", "6"},
                                   {"2", {{7, "1"}, {16, "-1"}}, "16", "6"},
                                   {"4", {{123, "Y"}, {36, many}}, "36", "6"},
                                   {"3", {{45, many}}, "45", "6"}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.type + " " + one.body.back().second);
    const std::string number = std::to_string(client.next_out);
    client.send(one.type, one.body);
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->type(), "3");
    EXPECT_EQ(reject->at(45), number);
    EXPECT_EQ(reject->at(371), one.tag);
    EXPECT_EQ(reject->at(373), one.reason);
    if (one.type == "4") --client.next_out;  // QuickFIX leaves the number to a better one
  }
  EXPECT_TRUE(sink.submitted.empty());
  // The numbers are used up, and the session goes on.
  client.send("D", order);
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Session, AnnouncedOversizeEndsTheConnection) {
  start();
  FixClient client = trader();
  client.send_raw(
      "8=FIXT.1.1\x01"
      "9=99999999999999999999\x01"
      "35=0\x01");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Session, OversizeMessageEndsTheConnection) {
  start();
  FixClient client = trader();
  client.send("D", with(order_fields("A-1"), 58, std::string(frame_bytes_max, 'x')));
  EXPECT_TRUE(client.is_closed());
  // Control: one just inside the bound is taken.
  FixClient again = connect();
  again.next_out = 2;
  ASSERT_TRUE(again.log_on());
  again.send("D", with(order_fields("A-2"), 58, std::string(frame_bytes_max - 500, 'x')));
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Session, MessagesArriveByteByByte) {
  start();
  FixClient client = trader();
  const std::string order = client.next_message("D", order_fields("A-1"));
  for (const char c : order) {
    client.send_raw({&c, 1});
    io.restart();
    io.poll();
  }
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Session, ManyMessagesInOneReadAreAllTaken) {
  start();
  FixClient client = trader();
  std::string burst;
  for (int i = 0; i < 300; ++i)
    burst += client.next_message("D", order_fields("A-" + std::to_string(i)));
  client.send_raw(burst);
  EXPECT_TRUE(wait_for_commands(300));
  EXPECT_EQ(last().as<NewOrderCommand>().cl_ord_id.view(), "A-299");
}

TEST_F(Session, NumberTooLowEndsTheSession) {
  start();
  FixClient client = trader();
  client.next_out = 1;
  client.send("D", order_fields("A-1"));
  const auto logout = client.receive_business();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_NE(logout->at(58).find("too low"), std::string::npos);
  EXPECT_EQ(logout->at(1409), "9");
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(sink.submitted.empty());
}

// The Logout itself says why: a client may show nothing else.
TEST_F(Session, WrongTimeOrCompIdEndsTheSessionInWords) {
  start();
  for (const auto& [sender, time, reason] :
       {std::tuple{"ALPHA1", std::string{"20200101-00:00:00"}, "10"},
        std::tuple{"ALPHA2", time_now(), "9"}}) {
    SCOPED_TRACE(reason);
    FixClient client = connect();
    client.next_out = reason[0] == '1' ? 1 : 3;
    ASSERT_TRUE(client.log_on());
    client.send_raw(frame_of(
        {{35, "0"}, {34, std::to_string(client.next_out)}, {49, sender}, {52, time}, {56, "EMX"}}));
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->type(), "3");
    EXPECT_EQ(reject->at(373), reason);
    const auto logout = client.receive_business();
    ASSERT_TRUE(logout);
    EXPECT_EQ(logout->type(), "5");
    EXPECT_EQ(logout->at(58), reject->at(58));
    EXPECT_FALSE(logout->at(58).empty());
    EXPECT_EQ(logout->at(1409), "4");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(Session, DuplicateByNumberIsIgnored) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  --client.next_out;
  client.send("D", order_fields("A-1"), {{43, "Y"}, {122, time_now()}});
  client.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().cl_ord_id.view(), "A-2");
}

TEST_F(Session, TooMuchAheadOfAGapEndsTheSession) {
  start();
  FixClient client = trader();
  ++client.next_out;  // a gap that is never filled
  const Fields big = with(order_fields("A-1"), 58, std::string(60'000, 'x'));
  for (int i = 0; i < 5; ++i) client.send("D", big);
  auto message = client.receive_business();
  while (message && message->type() != "5") message = client.receive_business();
  ASSERT_TRUE(message);
  EXPECT_NE(message->at(58).find("ahead of a gap"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

// A SequenceReset passes over the gap and what came after it, which is kept all the same: it does
// not make room for more.
TEST_F(Session, TooMuchThatIsPassedOverEndsTheSession) {
  for (const char* gap_fill : {"Y", "N"}) {
    start();
    FixClient client = trader();
    const Fields big = with(order_fields("A-1"), 58, std::string(60'000, 'x'));
    std::string end;
    for (int cycle = 0; cycle < 2 && end.empty(); ++cycle) {
      const std::uint32_t gap = client.next_out++;
      for (int i = 0; i < 3; ++i) client.send("D", big);
      const std::uint32_t after = ++client.next_out;
      client.next_out = gap;
      client.send("4", {{123, gap_fill}, {36, std::to_string(after)}});
      client.next_out = after;
      client.send("1", {{112, "WELL"}});
      auto message = client.receive();
      while (message && message->type() == "2") message = client.receive();
      ASSERT_TRUE(message);
      if (message->type() == "5") end = message->at(58);
    }
    EXPECT_NE(end.find("ahead of a gap"), std::string::npos) << gap_fill;
    EXPECT_TRUE(client.is_closed());
    die();
    std::filesystem::remove_all(config.directory / "fix");
  }
}

// Control: what had its turn is not counted any more.
TEST_F(Session, WhatIsNoLongerAheadMakesRoom) {
  start();
  FixClient client = trader();
  for (std::size_t cycle = 0; cycle < 3; ++cycle) {
    const std::string id = "A-" + std::to_string(cycle);
    const std::string missing = client.next_message("D", order_fields(id + "-first"));
    for (int i = 0; i < 3; ++i) {
      client.send("D", with(order_fields(id + std::to_string(i)), 58, std::string(60'000, 'x')));
    }
    client.send_raw(missing);
    ASSERT_TRUE(wait_for_commands(4 * (cycle + 1))) << cycle;
  }
}

// Its turn comes later, and it is what it is then, too.
TEST_F(Session, UnsupportedMessageAheadOfAGapIsToldAsSuch) {
  start();
  FixClient client = trader();
  const std::string missing = client.next_message("D", order_fields("A-1"));
  client.send("R", {{131, "Q-1"}, {55, "X"}, {54, "1"}});
  ASSERT_EQ(client.receive_business()->type(), "2");
  client.send_raw(missing);
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(372), "R");
  EXPECT_EQ(reject->at(380), "3");
  EXPECT_EQ(sink.submitted.size(), 1U);
}

TEST_F(Session, SilentClientIsAskedAndThenDisconnected) {
  start();
  FixClient client = connect();
  client.send("A", {{98, "0"}, {108, "1"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  ASSERT_EQ(client.receive()->type(), "A");
  std::string types;
  for (int quiet = 0; quiet < 3; ++quiet) {  // a busy machine is slow
    while (const auto message = client.receive(milliseconds{4'000})) types += message->type();
  }
  EXPECT_NE(types.find('1'), std::string::npos) << types;
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Session, ClientThatDoesNotReadIsDisconnected) {
  config.limits.out_bytes_max = 512 * 1024;
  config.limits.resend_window = 1'000'000;  // else reports would wait before the queue is full
  start();
  FixClient client = connect();
  client.read_little();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1", "1", "1000000"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  FixClient reader = trader("BETA1");
  reader.answer_test_requests(true);
  reader.send("D", with(order_fields("B-1", "2", "1000000"), 1, "B-PLANT"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  ASSERT_TRUE(reader.receive_business());
  // One lot at a time, and only one of the two reads.
  std::int64_t left = 1'000'000;
  while (counters().slow_consumers == 0 && left > 900'000) {
    EventBatch events;
    for (int i = 0; i < 100; ++i) {
      --left;
      add_trade(
          events,
          {.buy_order = 11, .sell_order = 12, .lots = 1, .buy_left = left, .sell_left = left});
    }
    append(venue_command<ProceedCommand>(CommandKind::proceed), events);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(reader.receive_business());
  }
  EXPECT_EQ(counters().slow_consumers, 1U);
  EXPECT_TRUE(run_until([&] { return counters().sessions_open == 1; }));
  // The other one is well.
  reader.send("1", {{112, "WELL"}});
  const auto heartbeat = reader.receive();
  ASSERT_TRUE(heartbeat);
}

TEST_F(Session, ClientThatTakesNothingIsDisconnectedInTime) {
  config.limits.write_deadline = milliseconds{300};
  config.limits.resend_window = 1'000'000;
  start();
  FixClient client = connect();
  client.read_little();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1", "1", "1000000"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  client.send("D", order_fields("A-2", "2", "1000000"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  // More than the sockets hold, less than the out-queue may.
  std::int64_t left = 1'000'000;
  for (int entry = 0; entry < 90; ++entry) {
    EventBatch events;
    for (int i = 0; i < 100; ++i) {
      --left;
      add_trade(
          events,
          {.buy_order = 11, .sell_order = 12, .lots = 1, .buy_left = left, .sell_left = left});
    }
    append(venue_command<ProceedCommand>(CommandKind::proceed), events);
  }
  EXPECT_TRUE(run_until([&] { return counters().slow_consumers == 1; }));
}

// It takes long, but never nothing for so long.
TEST_F(Session, ClientThatReadsSlowlyMayTakeItsTime) {
  config.limits.write_deadline = milliseconds{400};
  config.limits.resend_window = 1'000'000;
  start();
  FixClient client = connect();
  client.read_little(65'536);
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("A-1", "1", "1000000"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  client.send("D", order_fields("A-2", "2", "1000000"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  std::int64_t left = 1'000'000;
  for (int entry = 0; entry < 80; ++entry) {
    EventBatch events;
    for (int i = 0; i < 100; ++i) {
      --left;
      add_trade(
          events,
          {.buy_order = 11, .sell_order = 12, .lots = 1, .buy_left = left, .sell_left = left});
    }
    append(venue_command<ProceedCommand>(CommandKind::proceed), events);
  }
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < 4 * config.limits.write_deadline) {
    for (int message = 0; message < 50; ++message) ASSERT_TRUE(client.receive());
    EXPECT_FALSE(run_until([] { return false; }, milliseconds{10}));
  }
  EXPECT_EQ(counters().slow_consumers, 0U);
  EXPECT_EQ(counters().sessions_open, 1U);
}

// However far it falls behind: what it did not read is there when it comes back and asks.
TEST_F(Session, ClientThatFellBehindLosesNothing) {
  config.limits.resend_window = 1'000;
  config.limits.tick = milliseconds{20};
  config.limits.answer_deadline = milliseconds{300};
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1", "1", "1000000"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  client.send("D", order_fields("A-2", "2", "1000000"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  std::set<std::string> missing;
  std::int64_t left = 1'000'000;
  for (int entry = 0; entry < 20; ++entry) {
    EventBatch events;
    for (int i = 0; i < 100; ++i) {
      --left;
      add_trade(
          events,
          {.buy_order = 11, .sell_order = 12, .lots = 1, .buy_left = left, .sell_left = left});
    }
    const auto number = append(venue_command<ProceedCommand>(CommandKind::proceed), events).value;
    for (int i = 0; i < 100; ++i) {
      for (const char* side : {"-B", "-S"}) {
        missing.insert(std::to_string(number) + "-" + std::to_string(i) + side);
      }
    }
  }
  ASSERT_EQ(missing.size(), 4'000U);
  ASSERT_TRUE(run_until([&] { return counters().slow_consumers == 1; }));
  std::optional<FixMessage> message = client.receive();
  while (message && message->type() != "5") message = client.receive();
  ASSERT_TRUE(message);
  EXPECT_NE(message->at(58).find("not answered"), std::string::npos);

  FixClient back = connect();
  back.answer_test_requests(true);
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  back.send("2", {{7, "2"}, {16, "0"}});
  while (!missing.empty()) {
    message = back.receive();
    ASSERT_TRUE(message) << missing.size() << " are missing, for instance " << *missing.begin();
    missing.erase(message->at(17));
  }
  EXPECT_EQ(counters().reports_dropped, 0U);
}

TEST_F(Session, ResendRequestIsAnsweredWithMessagesAndGapFills) {
  start();
  FixClient client = trader();  // 1 is our Logon
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  const auto first = client.receive_business();  // 2
  client.send("1", {{112, "X"}});
  ASSERT_TRUE(client.receive());  // 3, a heartbeat
  client.send("D", order_fields("A-2"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  const auto second = client.receive_business();  // 4
  ASSERT_TRUE(first && second);

  client.send("2", {{7, "1"}, {16, "0"}});
  const auto gap = client.receive();
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->type(), "4");
  EXPECT_EQ(gap->at(34), "1");
  EXPECT_EQ(gap->at(36), "2");
  EXPECT_EQ(gap->at(43), "Y");
  EXPECT_EQ(gap->at(123), "Y");
  const auto again = client.receive();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->type(), "8");
  EXPECT_EQ(again->at(34), "2");
  EXPECT_EQ(again->at(43), "Y");
  EXPECT_EQ(again->at(122), first->at(52));
  EXPECT_EQ(again->at(17), first->at(17));
  EXPECT_EQ(again->at(11), "A-1");
  EXPECT_EQ(client.receive()->at(36), "4");
  EXPECT_EQ(client.receive()->at(17), second->at(17));
  EXPECT_EQ(counters().messages_resent, 2U);
  // The session goes on with its own numbers.
  client.send("1", {{112, "Y"}});
  const auto heartbeat = client.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->at(34), "5");
}

// From 0 is from the first, and to a number beyond all is to the last. Neither costs one of ours.
TEST_F(Session, ResendRequestBeyondTheNumbersIsAnsweredToo) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  std::uint32_t ours = 2;  // Logon and report
  for (const auto& [begin, end] :
       {std::pair{"0", "0"}, std::pair{"1", "2147483647"}, std::pair{"0", "99999999999"}}) {
    SCOPED_TRACE(begin);
    client.send("2", {{7, begin}, {16, end}});
    const auto gap = client.receive();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->type(), "4");
    EXPECT_EQ(gap->at(36), "2");
    const auto report = client.receive();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->at(11), "A-1");
    // Gap fills may stand for what was said since.
    const std::string here = std::to_string(client.next_out);
    client.send("1", {{112, here}});
    auto heartbeat = client.receive();
    while (heartbeat && heartbeat->type() == "4") heartbeat = client.receive();
    ASSERT_TRUE(heartbeat);
    EXPECT_EQ(heartbeat->at(112), here);
    EXPECT_EQ(heartbeat->at(34), std::to_string(++ours));
  }
}

TEST_F(Session, LongResendIsSlicedAndHoldsNobodyUp) {
  config.limits.resend_window = 5'000;
  start();
  FixClient client = trader();
  client.answer_test_requests(true);
  client.send("D", order_fields("A-1", "1", "1000000"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  ASSERT_TRUE(client.receive_business());
  FixClient other = trader("BETA1");
  other.answer_test_requests(true);
  other.send("D", with(order_fields("B-1", "2", "1000000"), 1, "B-PLANT"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  ASSERT_TRUE(other.receive_business());
  std::int64_t left = 1'000'000;
  for (int entry = 0; entry < 60; ++entry) {
    EventBatch events;
    for (int i = 0; i < 100; ++i) {
      --left;
      add_trade(
          events,
          {.buy_order = 11, .sell_order = 12, .lots = 1, .buy_left = left, .sell_left = left});
    }
    append(venue_command<ProceedCommand>(CommandKind::proceed), events);
    for (int i = 0; i < 100; ++i)
      ASSERT_TRUE(client.receive_business() && other.receive_business());
  }
  const std::uint32_t end = client.next_in;
  client.send("2", {{7, "1"}, {16, "0"}});
  other.send("1", {{112, "QUICK"}});
  const auto heartbeat = other.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_LT(counters().messages_resent, 5'000U);  // still under way
  std::uint32_t expected = 1;
  while (expected < end) {
    const auto message = client.receive();
    ASSERT_TRUE(message);
    if (message->type() == "0" || message->type() == "1")
      continue;  // of now; a busy machine is slow
    ASSERT_EQ(message->at(34), std::to_string(expected));
    ASSERT_EQ(message->at(43), "Y");
    expected = message->type() == "4" ? static_cast<std::uint32_t>(std::stoul(message->at(36)))
                                      : expected + 1;
  }
  EXPECT_EQ(expected, end);
  EXPECT_GT(counters().messages_resent, 4'900U);  // the window, but for the session's own messages
}

// It all comes, but no more of it in a second than the window has.
TEST_F(Session, AskedForTheSameAgainAndAgainTakesItsTime) {
  constexpr std::uint32_t window = 150;
  config.limits.resend_window = window;
  config.limits.tick = milliseconds{100};
  start();
  FixClient client = trader();
  client.answer_test_requests(true);
  for (std::uint64_t i = 1; i <= window; ++i) rest_order(client, "A-" + std::to_string(i), i);
  ASSERT_GE(client.next_in, window + 2);
  const std::uint64_t from = client.next_in - window / 2;
  const auto begin = std::chrono::steady_clock::now();
  constexpr std::uint32_t times = 4;
  for (std::uint32_t i = 0; i < times; ++i) {
    client.send("2", {{7, std::to_string(from)}, {16, std::to_string(from + window / 2 - 1)}});
  }
  client.send("1", {{112, "MEANWHILE"}});
  bool is_answered = false;
  std::uint32_t again = 0;
  while (again < times * (window / 2)) {
    const auto message = client.receive();
    ASSERT_TRUE(message) << again;
    is_answered = is_answered || message->at(112) == "MEANWHILE";
    if (message->at(43) != "Y") continue;
    again +=
        message->type() == "4"
            ? static_cast<std::uint32_t>(std::stoul(message->at(36)) - std::stoul(message->at(34)))
            : 1;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ASSERT_LE(static_cast<double>(counters().messages_resent), window * (1 + seconds) + 1);
  }
  EXPECT_TRUE(is_answered);
}

TEST_F(Session, ReportsWaitForAClientThatIsAway) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  accept(last(), 11);
  FixClient back = connect();
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  const auto report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(150), "0");
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_FALSE(report->has(97));  // it was never sent before
}

// Well-framed messages with anything in them. The gateway stays, and other sessions do not notice.
TEST_F(Session, SurvivesWhateverAClientSends) {
  constexpr unsigned seed = 11;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  const auto below = [&](std::size_t bound) { return random() % bound; };
  config.sessions[0].allow_reset = true;
  config.limits.logon_failures_max = 1'000;
  start();
  FixClient witness = trader("BETA1");
  const std::vector<std::pair<std::string, Fields>> kinds = {
      {"D", order_fields("A-1")},
      {"D", with(with(with(order_fields("A-1"), 59, "6"), 432, "20260630"), 9709, "3/2")},
      {"F", cancel_fields("C-1", "A-1")},
      {"G", replace_fields("R-1", "A-1", "5", "12000")},
      {"0", {{112, "X"}}},
      {"1", {{112, "X"}}},
      {"2", {{7, "1"}, {16, "0"}}},
      {"3", {{45, "1"}, {373, "5"}}},
      {"4", {{123, "Y"}, {36, "9"}}},
      {"5", {{58, "bye"}}},
      {"A", {{98, "0"}, {108, "30"}, {141, "Y"}, {1137, "9"}}},
      {"H", {{11, "A-1"}}},
      {"j", {{45, "1"}, {372, "8"}, {380, "3"}}}};
  const std::vector<std::string> values = {"",
                                           "0",
                                           "-1",
                                           "Y",
                                           "N",
                                           "9",
                                           "99999999999999999999",
                                           "1.5",
                                           "20260618-06:30:00",
                                           "=",
                                           "EMX",
                                           "\xff\xfe",
                                           std::string(300, 'x')};
  const std::vector<int> tags = {
      7,   8,    9,    10,   11,   16,  34,  35,  36,  38,  41,  18,   43,   44,   49,    59, 110,
      432, 1138, 9708, 9709, 9710, 50,  52,  54,  55,  56,  60,  89,   90,   91,   93,    95, 96,
      97,  122,  123,  141,  212,  213, 347, 354, 355, 453, 627, 1128, 1137, 9701, 99'999};
  for (int life = 0; life < 40; ++life) {
    FixClient client = connect();
    ASSERT_TRUE(client.log_on("secret", {{141, "Y"}}));
    for (int i = 0; i < 40; ++i) {
      const auto& [type, body] = kinds[below(kinds.size())];
      Fields fields = {{35, type},
                       {34, std::to_string(client.next_out++)},
                       {49, "ALPHA1"},
                       {52, time_now()},
                       {56, "EMX"}};
      fields.insert(fields.end(), body.begin(), body.end());
      for (std::size_t change = below(3); change > 0; --change) {
        const std::size_t at = 1 + below(fields.size() - 1);
        switch (below(4)) {
          case 0:
            fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
            break;
          case 1:
            fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(at),
                          fields[below(fields.size())]);
            break;
          case 2:
            fields[at].second = values[below(values.size())];
            break;
          default:
            fields[at].first = tags[below(tags.size())];
        }
      }
      client.send_raw(frame_of(fields));
    }
    while (const auto message = client.receive(milliseconds{5})) {
    }
    client.close();
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 1; }));
  }
  witness.send("1", {{112, "UNMOVED"}});
  const auto heartbeat = witness.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->at(112), "UNMOVED");
  EXPECT_EQ(heartbeat->at(34), "2");
}

}  // namespace

}  // namespace emx::gateway::test
