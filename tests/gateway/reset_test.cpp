#include <ctime>

#include "tests/gateway/logon_house.hpp"

// A second Logon: the numbers start again in mid-session, or the session ends.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class SecondLogon : public Logon {};

// QuickFIX would obey the 141=Y of a Logon in mid-session before it looks at anything else.
TEST_F(SecondLogon, EndsItAndResetsNothing) {
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send_logon("secret", {{141, "Y"}});
  const auto logout = client.receive();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_TRUE(client.is_closed());
  FixClient again = connect();
  again.next_out = 2;
  again.send_logon("secret");
  const auto answer = again.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(34), "3");
}

// A session that may start its numbers again may do so while it is logged on: FIX knows days
// without an end. The new numbers are durable before the Logon is answered.
TEST_F(SecondLogon, StartsTheNumbersAgainIfTheSessionMay) {
  config.sessions[0].allow_reset = true;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.send("D", order_fields("BEFORE"));
  ASSERT_TRUE(wait_for_commands(1));
  client.next_out = 1;
  client.send_logon("secret", {{141, "Y"}});
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(34), "1");
  EXPECT_EQ(answer->at(141), "Y");
  // What is under way is of the old numbers, and is told under the new ones.
  accept(sink.submitted[0], 11);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "BEFORE");
  EXPECT_EQ(report->at(34), "2");
  client.send("D", order_fields("AFTER"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
  EXPECT_EQ(last().as<NewOrderCommand>().header.msg_seq_num, 2U);
  die();
  start();
  FixClient back = connect();
  back.next_out = 3;
  back.send_logon("secret");
  const auto again = back.receive();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->type(), "A");
}

// What waited for a gap to be filled is no message of the new numbers.
TEST_F(SecondLogon, ForgetsWhatWaitedForAGap) {
  config.sessions[0].allow_reset = true;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.next_out = 3;
  client.send("D", order_fields("AHEAD"));
  EXPECT_EQ(client.receive()->type(), "2");
  client.next_out = 1;
  client.send_logon("secret", {{141, "Y"}});
  EXPECT_EQ(client.receive()->type(), "A");
  for (const char* id : {"N-2", "N-3", "N-4"}) client.send("D", order_fields(id));
  ASSERT_TRUE(wait_for_commands(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sink.submitted[i].as<NewOrderCommand>().cl_ord_id,
              ClOrdId{"N-" + std::to_string(i + 2)});
  }
  // And a new gap is asked for anew.
  client.next_out = 7;
  client.send("D", order_fields("N-7"));
  const auto asked = client.receive_business();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->type(), "2");
  EXPECT_EQ(asked->at(7), "5");
}

// What comes right behind it is of the new numbers.
TEST_F(SecondLogon, IsDoneBeforeWhatComesBehindIt) {
  config.sessions[0].allow_reset = true;
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  client.next_out = 1;
  const std::string logon = client.next_message(
      "A", {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}, {141, "Y"}});
  client.send_raw(logon + client.next_message("D", order_fields("A-2")));
  EXPECT_EQ(client.receive()->type(), "A");
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
  EXPECT_EQ(last().as<NewOrderCommand>().header.msg_seq_num, 2U);
}

// It must be as good as a first one, or nothing starts again.
TEST_F(SecondLogon, ThatIsNoneResetsNothing) {
  config.sessions[0].allow_reset = true;
  start();
  const Fields good = {{98, "0"},       {108, "30"}, {553, "ALPHA1"},
                       {554, "secret"}, {1137, "9"}, {141, "Y"}};
  for (const Fields& bad :
       {with(good, 108, "0"), with(good, 108, "999999"), with(good, 98, "1"), without(good, 1137),
        with(good, 999, "x"), with(good, 925, "another long secret"), with(good, 141, "N")}) {
    FixClient client = connect();
    client.next_out = next_out_;
    ASSERT_TRUE(client.log_on());
    const std::uint32_t next = client.next_out;
    client.next_out = 1;
    client.send("A", bad);
    const auto logout = client.receive();
    ASSERT_TRUE(logout);
    EXPECT_EQ(logout->type(), "5");
    EXPECT_GT(std::stoul(logout->at(34)), 1U);
    EXPECT_TRUE(client.is_closed());
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
    next_out_ = next;
  }
}

// An answer to a question that was asked by the old numbers proves nothing of the new ones.
TEST_F(SecondLogon, AnswersOfTheOldNumbersProveNothing) {
  config.sessions[0].allow_reset = true;
  config.limits.tick = milliseconds{50};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  auto question = client.receive();
  while (question && question->type() != "1") question = client.receive();
  ASSERT_TRUE(question);
  client.next_out = 1;
  client.send_logon("secret", {{141, "Y"}});
  auto answer = client.receive();
  while (answer && answer->type() != "A") answer = client.receive();
  ASSERT_TRUE(answer);
  client.send("0", {{112, question->at(112)}});
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "A-1");
  ASSERT_FALSE(run_until([] { return false; }, milliseconds{200}));
  die();
  start();
  FixClient back = connect();
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  const auto again = back.receive_business();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(11), "A-1");
  EXPECT_EQ(again->at(97), "Y");
}

// --- By schedule ---

class ScheduledReset : public Logon {
 protected:
  ScheduledReset() {
    config.limits.tick = milliseconds{20};
    config.sessions[0].allow_reset = false;
  }

  static std::int64_t now_s() { return std::chrono::seconds{std::time(nullptr)}.count(); }

  // The next moment is in so many seconds.
  void schedule_in(std::int64_t seconds) {
    config.reset = {.first_s = now_s() + seconds, .every_s = 3'600};
  }

  // Logs on with `next_out`; the number of the answer, or 0.
  std::uint32_t answer_to(FixClient& client, std::uint32_t next_out) {
    client.next_out = next_out;
    client.send_logon("secret");
    const auto answer = client.receive();
    if (!answer || answer->type() != "A") return 0;
    return static_cast<std::uint32_t>(std::stoul(answer->at(34)));
  }
};

TEST_F(ScheduledReset, LogsOutAndStartsAgain) {
  schedule_in(4);
  start();
  FixClient client = connect();
  client.answer_test_requests(true);
  ASSERT_TRUE(client.log_on());
  rest_order(client, "BEFORE", 11);
  const auto logout = client.receive_business();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_NE(logout->at(58).find("by the schedule"), std::string::npos) << logout->at(58);
  client.send("5", {});
  EXPECT_TRUE(client.is_closed());
  ASSERT_TRUE(run_until([&] {  // while it is being done, nobody comes in
    FixClient early = connect();
    return answer_to(early, 1) == 1;
  }));
  FixClient back = connect();
  EXPECT_EQ(answer_to(back, 2), 2U);
  back.answer_test_requests(true);
  rest_order(back, "AFTER", 12);
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
  EXPECT_EQ(last().as<NewOrderCommand>().header.msg_seq_num, 3U);
  EXPECT_TRUE(back.is_silent(milliseconds{300}));  // once, not at each tick
  die();
  start();
  FixClient again = connect();
  EXPECT_GT(answer_to(again, back.next_out), 1U);  // the new ones go on
}

// From the moment on, though the next tick is far.
TEST_F(ScheduledReset, NobodyComesInWithOldNumbers) {
  config.limits.tick = milliseconds{60'000};
  schedule_in(4);
  start();
  use_session();
  ASSERT_TRUE(run_until([&] { return now_s() >= config.reset.first_s; }));
  FixClient old = connect();
  old.next_out = next_out_;
  old.send_logon("secret");
  expect_refusal(old, "starting again; try again", "7");
  ASSERT_TRUE(run_until([&] {
    FixClient client = connect();
    client.next_out = 11;
    client.send_logon("secret");
    const auto logout = client.receive();
    return logout && logout->at(58).find("log on with MsgSeqNum 1") != std::string::npos;
  }));
  FixClient client = connect();
  EXPECT_EQ(answer_to(client, 1), 1U);
  client.close();
  EXPECT_TRUE(run_until([&] {
    FixClient later = connect();
    return answer_to(later, 30) != 0;  // a gap, as any other
  }));
}

// QuickFIX waits for the answer to its Logout as long as it has something to say itself.
TEST_F(ScheduledReset, WhoDoesNotAnswerTheLogoutIsExpelled) {
  config.limits.logout_deadline = milliseconds{1'000};
  schedule_in(4);
  start();
  FixClient client = connect();
  client.send("A", {{98, "0"}, {108, "1"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  ASSERT_EQ(client.receive()->type(), "A");
  ASSERT_TRUE(run_until([&] { return now_s() >= config.reset.first_s; }));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (counters().sessions_open != 0 && std::chrono::steady_clock::now() < end) {
    client.send("1", {{112, "TALKING"}});
    ASSERT_TRUE(run_until([&, was = counters().messages_in] {
      return counters().messages_in > was || counters().sessions_open == 0;
    }));
  }
  EXPECT_EQ(counters().sessions_open, 0U);
}

TEST_F(ScheduledReset, WhoIsAwayStartsAgainToo) {
  schedule_in(4);
  start();
  use_session();
  ASSERT_TRUE(run_until([&] { return now_s() > config.reset.first_s; }));
  EXPECT_TRUE(run_until([&] {
    FixClient client = connect();
    return answer_to(client, 1) == 1;
  }));
}

TEST_F(ScheduledReset, IsMadeUpForAtAStart) {
  start();
  use_session();
  close();
  start();
  expect_numbers_untouched();  // control: without a schedule
  close();
  schedule_in(1);
  ASSERT_TRUE(run_until([&] { return now_s() > config.reset.first_s; }));
  start();
  FixClient client = connect();
  EXPECT_EQ(answer_to(client, 1), 1U);
  rest_order(client, "AFTER", 12);
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
}

TEST(ResetSchedule, HasMomentsBeforeAndAfterItsFirst) {
  constexpr ResetSchedule daily{.first_s = 100, .every_s = 1'000};
  EXPECT_EQ(daily.last_before(100), 100);
  EXPECT_EQ(daily.last_before(1'099), 100);
  EXPECT_EQ(daily.last_before(1'100), 1'100);
  EXPECT_EQ(daily.last_before(99), -900);
  EXPECT_EQ(daily.last_before(-900), -900);
  EXPECT_EQ(daily.last_before(-901), -1'900);
  EXPECT_LT(ResetSchedule{}.last_before(0), -1'000'000'000'000);  // never
}

}  // namespace

}  // namespace emx::gateway::test
