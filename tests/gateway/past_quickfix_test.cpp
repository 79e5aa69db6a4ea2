#include "tests/gateway/house.hpp"

// Requests in their turn go past QuickFIX. What it must see, it sees, and the session is none the
// worse for what it does not.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class PastQuickFix : public House {
 protected:
  PastQuickFix() { config.limits.tick = milliseconds{60'000}; }

  // Some that go past it.
  void order(FixClient& client, std::size_t count = 5) {
    const std::size_t before = sink.submitted.size();
    for (std::size_t i = 0; i < count; ++i) {
      client.send("D", order_fields("A-" + std::to_string(client.next_out)));
    }
    ASSERT_TRUE(wait_for_commands(before + count));
  }

  // What was sent comes in the order of its numbers, each once.
  void expect_all_in_turn() const {
    std::uint32_t last = 0;
    for (const ScriptedSink::Submitted& command : sink.submitted) {
      const auto header = command.as<CommandHeader>();
      EXPECT_GT(header.msg_seq_num, last);
      last = header.msg_seq_num;
    }
  }

  // One message is lost on the way, two come after it.
  void lose_one_and_recover(FixClient& client) {
    const std::size_t before = sink.submitted.size();
    const std::string gap = std::to_string(client.next_out);
    const std::string lost = client.next_message("D", order_fields("LOST-" + gap));
    client.send("D", order_fields("B-" + gap));
    client.send("D", order_fields("C-" + gap));
    const auto request = client.receive_business();
    ASSERT_TRUE(request) << "nobody asked for " << gap;
    ASSERT_EQ(request->type(), "2");
    EXPECT_EQ(request->at(7), gap);
    EXPECT_EQ(sink.submitted.size(), before);
    client.send_raw(lost);
    ASSERT_TRUE(wait_for_commands(before + 3));
  }
};

TEST_F(PastQuickFix, GoesWhatComesInItsTurn) {
  start();
  FixClient client = trader();
  order(client);
  EXPECT_EQ(counters().messages_quick, 4U);  // all but the first after the Logon
  client.send("1", {{112, "WELL"}});
  EXPECT_EQ(client.receive()->at(112), "WELL");
  order(client);
  EXPECT_EQ(counters().messages_quick, 9U);
  expect_all_in_turn();
}

TEST_F(PastQuickFix, EveryGapIsAskedForAgain) {
  start();
  FixClient client = trader();
  for (int gap = 0; gap < 3; ++gap) {
    order(client);
    lose_one_and_recover(client);
  }
  order(client);
  EXPECT_GE(counters().messages_quick, 12U);
  expect_all_in_turn();
}

// A gap fill may pass over more than was asked for.
TEST_F(PastQuickFix, AGapThatIsFilledFarBeyondIsForgotten) {
  start();
  FixClient client = trader();
  order(client);
  const std::uint32_t gap = client.next_out++;
  client.send("D", order_fields("B-1"));
  ASSERT_EQ(client.receive_business()->at(7), std::to_string(gap));
  client.next_out = gap;
  client.send("4", {{123, "Y"}, {36, std::to_string(gap + 10)}}, {{43, "Y"}, {122, time_now()}});
  client.next_out = gap + 10;
  order(client);
  lose_one_and_recover(client);
  expect_all_in_turn();
}

TEST_F(PastQuickFix, ALogonAheadOfItsTurnIsAGap) {
  start();
  FixClient client = connect();
  client.next_out = 4;
  ASSERT_TRUE(client.log_on());
  const auto request = client.receive_business();
  ASSERT_TRUE(request);
  ASSERT_EQ(request->type(), "2");
  client.next_out = 1;
  client.send("4", {{123, "Y"}, {36, "5"}}, {{43, "Y"}, {122, time_now()}});
  client.next_out = 5;
  order(client);
  lose_one_and_recover(client);
  order(client);
  EXPECT_GE(counters().messages_quick, 4U);
  expect_all_in_turn();
}

// It does not look at the number of either: what it asked for again it has not forgotten then.
TEST_F(PastQuickFix, NeitherAResendRequestNorWhatIsRejectedEndsAGap) {
  for (const bool is_rejected : {false, true}) {
    start();
    FixClient client = connect();
    const std::uint32_t ahead = is_rejected ? 20 : 4;
    client.next_out = ahead;
    ASSERT_TRUE(client.log_on());
    const auto request = client.receive_business();
    ASSERT_TRUE(request);
    ASSERT_EQ(request->type(), "2");
    client.next_out = static_cast<std::uint32_t>(std::stoul(request->at(7)));
    client.send("4", {{123, "Y"}, {36, std::to_string(ahead + 1)}}, {{43, "Y"}, {122, time_now()}});
    client.next_out = ahead + 1;
    if (is_rejected) {
      client.send("D", with(order_fields("A-1"), 54, "9"));
      ASSERT_EQ(client.receive_business()->type(), "3");
    } else {
      client.send("2", {{7, "1"}, {16, "0"}});
      ASSERT_EQ(client.receive_business()->type(), "4");
    }
    order(client);
    lose_one_and_recover(client);
    order(client);
    client.send("5", {});
    EXPECT_TRUE(client.is_closed());
    close();
    sink.submitted.clear();
  }
}

TEST_F(PastQuickFix, WhatIsWrongIsRejectedInItsTurn) {
  start();
  FixClient client = trader();
  order(client);
  const std::string number = std::to_string(client.next_out);
  client.send("D", order_fields("GOOD-1"));
  client.send("D", without(order_fields("BAD"), 44));
  client.send("D", order_fields("GOOD-2"));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "3");
  EXPECT_EQ(reject->at(45), std::to_string(std::stoul(number) + 1));
  ASSERT_TRUE(wait_for_commands(7));
  order(client);
  expect_all_in_turn();
}

TEST_F(PastQuickFix, DuplicatesAndLowNumbersAreSeenByIt) {
  start();
  FixClient client = trader();
  order(client);
  client.next_out -= 2;
  client.send("D", order_fields("A-AGAIN"), {{43, "Y"}, {122, time_now()}});
  ++client.next_out;
  order(client);
  EXPECT_EQ(sink.submitted.size(), 10U);
  client.next_out -= 2;
  client.send("D", order_fields("LOW"));
  const auto logout = client.receive_business();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_NE(logout->at(58).find("MsgSeqNum too low"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(sink.submitted.size(), 10U);
}

// Its clock: who sends orders is there, and is not asked whether he is.
class Listening : public PastQuickFix {
 protected:
  Listening() { config.limits.tick = milliseconds{100}; }

  FixClient with_short_heartbeats() {
    FixClient client = connect();
    client.send("A", {{98, "0"}, {108, "1"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
    EXPECT_EQ(client.receive()->type(), "A");
    return client;
  }

  // The TestReqIDs it was asked with by QuickFIX.
  static bool is_asked(FixClient& client, milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      const auto message = client.receive(milliseconds{20});
      if (message && message->type() == "1" && message->at(112) == "TEST") return true;
    }
    return false;
  }
};

TEST_F(Listening, WhoSendsOrdersIsNotAskedWhetherHeIsThere) {
  start();
  FixClient client = with_short_heartbeats();
  for (int i = 0; i < 50; ++i) {
    client.send("D", order_fields("A-" + std::to_string(i)));
    client.send("D", order_fields("B-" + std::to_string(i)));
    EXPECT_FALSE(is_asked(client, milliseconds{60})) << i;
  }
  EXPECT_GE(counters().messages_quick, 50U);
  EXPECT_TRUE(is_asked(client, milliseconds{4'000}));  // control: now he says nothing
}

}  // namespace

}  // namespace emx::gateway::test
