#include "gateway/password.hpp"
#include "tests/gateway/logon_house.hpp"

// Who may log on, and that whoever may not leaves the session untouched.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

TEST_F(Logon, IsAnsweredWithOurLogon) {
  start();
  FixClient client = connect();
  client.send_logon("secret");
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(8), "FIXT.1.1");
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(49), "EMX");
  EXPECT_EQ(answer->at(56), "ALPHA1");
  EXPECT_EQ(answer->at(34), "1");
  EXPECT_EQ(answer->at(108), "30");
  EXPECT_EQ(answer->at(1137), "9");
  EXPECT_EQ(answer->at(1409), "0");
  EXPECT_FALSE(answer->has(554));
  EXPECT_EQ(counters().logons, 1U);
  EXPECT_EQ(counters().sessions_open, 1U);
}

// Control: what expect_numbers_untouched() proves fails when numbers do change.
TEST_F(Logon, OfTheSessionItselfUsesUpNumbers) {
  start();
  use_session();
  FixClient client = connect();
  client.next_out = next_out_;
  ASSERT_TRUE(client.log_on());
  client.send("5", {});
  ASSERT_TRUE(client.is_closed());
  FixClient again = connect();
  again.next_out = next_out_;  // as if nothing had happened since
  again.send_logon("secret");
  const auto logout = again.receive();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_NE(logout->at(58).find("too low"), std::string::npos);
}

TEST_F(Logon, WithUnknownCompIdIsRefused) {
  start();
  FixClient client = connect("STRANGER");
  client.send_logon("secret");
  expect_refusal(client, "unknown CompID, user name or password", "5");
  EXPECT_EQ(counters().logons_refused, 1U);
}

TEST_F(Logon, WithWrongPasswordIsRefusedInTheSameWords) {
  start();
  use_session();
  FixClient client = connect();
  client.send_logon("guess");
  expect_refusal(client, "unknown CompID, user name or password", "5");
  expect_numbers_untouched();
}

TEST_F(Logon, OfAStrangerWithResetLeavesTheNumbersOfTheVictim) {
  config.sessions[0].allow_reset = true;  // even if the victim itself may
  start();
  use_session();
  FixClient stranger = connect();
  stranger.send_logon("guess", {{141, "Y"}});
  expect_refusal(stranger, "unknown CompID, user name or password", "5");
  expect_numbers_untouched();
}

TEST_F(Logon, WithResetIsRefusedUnlessTheSessionMay) {
  start();
  use_session();
  FixClient client = connect();
  client.send_logon("secret", {{141, "Y"}});
  expect_refusal(client, "141=Y", "7");
  expect_numbers_untouched();
}

TEST_F(Logon, WithResetStartsTheNumbersAgainIfTheSessionMay) {
  config.sessions[0].allow_reset = true;
  start();
  use_session();
  FixClient client = connect();
  client.send_logon("secret", {{141, "Y"}});
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(34), "1");
  EXPECT_EQ(answer->at(141), "Y");
  client.send("D", order_fields("AFTER"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<NewOrderCommand>().header.epoch, 2U);
  EXPECT_EQ(last().as<NewOrderCommand>().header.msg_seq_num, 2U);
}

// Its number is used up; and to say so takes none of ours.
TEST_F(Logon, ThatIsReplayedIsRefused) {
  start();
  FixClient client = connect();
  const std::string logon = client.next_message(
      "A", {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  client.send_raw(logon);
  ASSERT_TRUE(client.receive());
  FixClient replay = connect();
  replay.send_raw(logon);
  expect_refusal(replay, "logged on already", "7");
  client.send("5", {});
  ASSERT_TRUE(client.is_closed());
  next_out_ = client.next_out;
  next_in_ = client.next_in + 1;  // the Logout that answered
  FixClient later = connect();
  later.send_raw(logon);
  expect_refusal(later, "MsgSeqNum too low", "9");
  expect_numbers_untouched();
}

TEST_F(Logon, OfALiveCompIdIsRefusedAndTheFirstGoesOn) {
  start();
  FixClient first = connect();
  ASSERT_TRUE(first.log_on());
  FixClient second = connect();
  second.send_logon("secret");
  expect_refusal(second, "logged on already", "7");
  first.send("1", {{112, "HERE"}});
  const auto heartbeat = first.receive();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->at(112), "HERE");
  EXPECT_EQ(heartbeat->at(34), "2");
}

TEST_F(Logon, OfTwoAtOnceLetsOneIn) {
  start();
  FixClient first = connect();
  FixClient second = connect();
  first.send_logon("secret");
  second.send_logon("secret");
  const auto one = first.receive();
  const auto two = second.receive();
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->type() + two->type(), "A5");
}

TEST_F(Logon, OfManyAtOnceIsRefusedBeforeItWaits) {
  config.limits.logons_at_once_max = 1;
  config.sessions[0].password_hash = make_password_hash("secret", 300'000);  // it takes its time
  start();
  FixClient first = connect();
  FixClient second = connect("BETA1");
  first.send_logon("secret");
  second.send_logon("secret");
  const auto one = first.receive();
  const auto two = second.receive();
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->type(), "A");
  EXPECT_EQ(two->type(), "5");
  EXPECT_NE(two->at(58).find("at once"), std::string::npos);
  FixClient later = connect("BETA1");
  EXPECT_TRUE(later.log_on());
}

TEST_F(Logon, WithACompIdThatIsNoneIsNotEchoed) {
  start();
  FixClient client = connect("bell\x07 and space");
  client.send_logon("secret");
  const auto logout = client.receive();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->at(56), "?");
  EXPECT_NE(logout->at(58).find("SenderCompID (49)"), std::string::npos);
}

TEST_F(Logon, MustComeFirst) {
  start();
  FixClient client = connect();
  client.send("D", order_fields("EARLY"));
  expect_refusal(client, "first message must be a Logon", "7");
  EXPECT_TRUE(sink.submitted.empty());
  // Control: the same order after a Logon arrives.
  FixClient proper = connect();
  ASSERT_TRUE(proper.log_on());
  proper.send("D", order_fields("EARLY"));
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Logon, MustComeInTime) {
  config.limits.logon_deadline = milliseconds{800};
  start();
  FixClient silent = connect();
  EXPECT_FALSE(silent.is_closed(milliseconds{100}));
  EXPECT_TRUE(silent.is_closed());
  EXPECT_EQ(counters().logon_deadlines, 1U);
  // Control: one that logs on outlives the deadline.
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  EXPECT_FALSE(client.is_closed(milliseconds{1'000}));
}

TEST_F(Logon, GarbageEndsTheConnectionWithoutAWord) {
  start();
  FixClient client = connect();
  client.send_raw("GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(client.receive());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Logon, WithWrongChecksumEndsTheConnection) {
  start();
  FixClient client = connect();
  std::string logon = client.next_message(
      "A", {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  const std::string right = logon;
  logon[logon.size() - 2] = logon[logon.size() - 2] == '0' ? '1' : '0';
  client.send_raw(logon);
  EXPECT_FALSE(client.receive());
  EXPECT_TRUE(client.is_closed());
  // Control: it was the checksum.
  FixClient again = connect();
  again.send_raw(right);
  const auto answer = again.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
}

TEST_F(Logon, TellsWhatIsWrongWithTheLogonItself) {
  start();
  const Fields good = {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}};
  struct Case {
    Fields body;
    std::string words;
  };
  const std::vector<Case> cases = {{with(good, 1137, "8"), "1137"},
                                   {without(good, 1137), "1137"},
                                   {with(good, 98, "1"), "98"},
                                   {with(good, 108, "0"), "108"},
                                   {with(good, 108, "61"), "108"},
                                   {with(good, 108, "99999999999"), "108"},
                                   {without(good, 554), "554"},
                                   {with(good, 789, "5"), "789"},
                                   {with(good, 9711, "yes"), "CancelOnDisconnect (9711)"},
                                   {with(good, 9711, ""), "CancelOnDisconnect (9711)"},
                                   {[&] {
                                      Fields twice = good;
                                      twice.emplace_back(141, "N");
                                      twice.emplace_back(141, "Y");
                                      return twice;
                                    }(),
                                    "141 is repeated"}};
  for (const Case& one : cases) {
    FixClient client = connect();
    client.send("A", one.body);
    expect_refusal(client, one.words, "7");
  }
  FixClient client = connect();
  client.send_raw(frame_of({{35, "A"},
                            {34, "1"},
                            {49, "ALPHA1"},
                            {52, time_now()},
                            {56, "ELSE"},
                            {98, "0"},
                            {108, "30"},
                            {553, "ALPHA1"},
                            {554, "secret"},
                            {1137, "9"}}));
  expect_refusal(client, "TargetCompID", "7");
  FixClient old = connect();
  old.send_raw(frame_of({{35, "A"},
                         {34, "1"},
                         {49, "ALPHA1"},
                         {52, time_now()},
                         {56, "EMX"},
                         {98, "0"},
                         {108, "30"},
                         {553, "ALPHA1"},
                         {554, "secret"}},
                        "FIX.4.2"));
  expect_refusal(old, "FIX.4.4", "7");
}

// All that QuickFIX would close the connection for, without a word.
TEST_F(Logon, TellsWhatIsWrongWithItsHeader) {
  start();
  const auto logon = [](const Fields& header) {
    Fields fields = {{35, "A"}, {49, "ALPHA1"}, {56, "EMX"}};
    fields.insert(fields.end(), header.begin(), header.end());
    for (const auto& [tag, value] :
         Fields{{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}}) {
      fields.emplace_back(tag, value);
    }
    return frame_of(fields);
  };
  struct Case {
    Fields header;
    std::string words;
  };
  const std::string now = time_now();
  const std::vector<Case> cases = {{{{34, "1"}}, "SendingTime (52) is missing"},
                                   {{{34, "1"}, {52, "noon"}}, "SendingTime (52) is no UTC time"},
                                   {{{34, "1"}, {52, "20260230-00:00:00"}}, "is no UTC time"},
                                   {{{34, "1"}, {52, "20200618-02:00:00"}}, "120 seconds off"},
                                   {{{34, "1"}, {52, "20990618-02:00:00.123"}}, "120 seconds off"},
                                   {{{34, "1"}, {43, "Y"}, {52, now}, {122, now}}, "43=Y"},
                                   {{{34, "2"}, {52, now}, {141, "Y"}}, "must be 1"}};
  for (const Case& one : cases) {
    FixClient client = connect();
    client.send_raw(logon(one.header));
    expect_refusal(client, one.words, "7");
  }
  // Control.
  FixClient client = connect();
  client.send_raw(logon({{34, "1"}, {43, "N"}, {52, now + "456"}}));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A") << answer->at(58);
}

// They wait for their refusal, but not in anybody's way.
TEST_F(Logon, OfManyStrangersKeepsNobodyOut) {
  config.limits.logons_at_once_max = 2;
  config.sessions[0].password_hash = make_password_hash("secret", 100'000);  // it takes its time
  start();
  std::vector<FixClient> strangers;
  for (int i = 0; i < 20; ++i) {
    strangers.push_back(connect("STRANGER-" + std::to_string(i)));
    strangers.back().send_logon("secret");
  }
  FixClient client = connect();
  EXPECT_TRUE(client.log_on());
  for (FixClient& stranger : strangers) {
    expect_refusal(stranger, "unknown CompID, user name or password", "5");
  }
}

TEST_F(Logon, GuessesSentTogetherAreThrottledAsIfOneByOne) {
  config.sessions[0].password_hash = make_password_hash("secret", 100'000);
  start();
  std::vector<FixClient> guesses;
  for (int i = 0; i < 10; ++i) guesses.push_back(connect());
  for (FixClient& guess : guesses) guess.send_logon("guess");
  std::size_t examined = 0;
  for (FixClient& guess : guesses) {
    const auto logout = guess.receive();
    ASSERT_TRUE(logout);
    if (logout->at(1409) == "5") ++examined;
  }
  EXPECT_GE(examined, 1U);
  EXPECT_LE(examined, 3U);
}

TEST_F(Logon, IsThrottledAfterFailuresForThatCompIdOnly) {
  start();
  for (int i = 0; i < 3; ++i) {
    FixClient client = connect();
    client.send_logon("guess");
    expect_refusal(client, "unknown CompID", "5");
  }
  FixClient blocked = connect();
  blocked.send_logon("secret");
  expect_refusal(blocked, "too many failed logons", "6");
  // Control: another CompID from the same place is let in.
  FixClient other = connect("BETA1");
  EXPECT_TRUE(other.log_on());
}

TEST_F(Logon, IsLetInAgainWhenTheThrottlesWindowIsOver) {
  config.limits.logon_failures_max = 1;
  config.limits.logon_failures_window = milliseconds{1'000};
  start();
  FixClient guess = connect();
  guess.send_logon("guess");
  expect_refusal(guess, "unknown CompID", "5");
  FixClient early = connect();
  early.send_logon("secret");
  expect_refusal(early, "too many failed logons", "6");
  EXPECT_FALSE(run_until([] { return false; }, milliseconds{1'000}));
  FixClient late = connect();
  EXPECT_TRUE(late.log_on());
}

TEST_F(Logon, PortInUseIsToldInPlainWords) {
  start();
  GatewayConfig same = config;
  same.port = gateway_->port();
  same.directory = config.directory / "other";
  same.sessions.clear();
  Gateway second{same, {.io = io, .sink = sink, .logger = nullptr, .failed = nullptr}};
  try {
    second.start();
    ADD_FAILURE() << "two gateways on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("cannot listen on 127.0.0.1:"), std::string::npos);
    EXPECT_NE(std::string{error.what()}.find("in use"), std::string::npos) << error.what();
  }
}

}  // namespace

}  // namespace emx::gateway::test
