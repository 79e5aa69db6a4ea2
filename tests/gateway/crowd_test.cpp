#include <string>
#include <utility>
#include <vector>

#include "gateway/password.hpp"
#include "gateway/stranger_log.hpp"
#include "tests/gateway/house.hpp"

// More who come than there are places: who logs on gets one, whoever else is there.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Crowd : public House {
 protected:
  // Connections that say nothing, and are seen to be there.
  void let_in(std::vector<FixClient>& silent, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t before = counters().connections;
      silent.push_back(connect());
      ASSERT_TRUE(run_until([&] { return counters().connections > before; }));
    }
  }
};

TEST_F(Crowd, MakesRoomByWhoHasNotLoggedOnTheLongest) {
  config.limits.connections_max = 3;
  start();
  FixClient first = trader("ALPHA1");
  std::vector<FixClient> silent;
  let_in(silent, 2);
  FixClient late = connect("BETA1");
  EXPECT_TRUE(silent[0].is_closed());
  EXPECT_TRUE(late.log_on());
  EXPECT_EQ(counters().connections_pushed_out, 1U);
  EXPECT_EQ(counters().connections_refused, 0U);
  // Control: the younger one has kept its place, and so has who was there before both.
  EXPECT_FALSE(silent[1].is_closed(milliseconds{50}));
  rest_order(first, "A-1", 11);
}

TEST_F(Crowd, OfThoseWhoAreLoggedOnFindsTheDoorClosed) {
  config.limits.connections_max = 2;
  start();
  FixClient first = trader("ALPHA1");
  FixClient second = trader("BETA1");
  FixClient third = connect("ALPHA2");
  EXPECT_TRUE(third.is_closed());
  EXPECT_EQ(counters().connections_refused, 1U);
  EXPECT_EQ(counters().connections_pushed_out, 0U);
  rest_order(first, "A-1", 11);
  second.send("1", {{112, "HERE"}});
  EXPECT_TRUE(second.receive());
}

// A password takes its time, and a flood would be faster.
TEST_F(Crowd, DoesNotPushOutWhosePasswordIsBeingChecked) {
  config.limits.connections_max = 2;
  config.sessions[0].password_hash = make_password_hash("secret", 300'000);
  start();
  FixClient client = connect();
  client.send_logon("secret");
  ASSERT_TRUE(run_until([&] { return counters().messages_in == 1; }));
  std::vector<FixClient> silent;
  let_in(silent, 10);
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(counters().connections_pushed_out, 9U);
}

// They wait for a refusal, but have no place while they do.
TEST_F(Crowd, OfStrangersWhoWaitForTheirRefusalMakesRoom) {
  config.limits.connections_max = 3;
  start();
  std::vector<FixClient> strangers;
  for (int i = 0; i < 10; ++i) {
    strangers.push_back(connect("STRANGER-" + std::to_string(i)));
    strangers.back().send_logon("secret");
  }
  ASSERT_TRUE(run_until([&] { return counters().connections == 10; }));
  FixClient client = connect();
  EXPECT_TRUE(client.log_on());
}

TEST_F(Crowd, LeavesPlacesToOthersWhenItIsGone) {
  config.limits.connections_max = 3;
  start();
  {
    std::vector<FixClient> silent;
    let_in(silent, 20);
    EXPECT_TRUE(run_until([&] { return counters().connections_open == 3; }));
  }
  ASSERT_TRUE(run_until([&] { return counters().connections_open == 0; }));
  for (const char* comp_id : {"ALPHA1", "ALPHA2", "BETA1"}) {
    FixClient client = connect(comp_id);
    EXPECT_TRUE(client.log_on()) << comp_id;
  }
  EXPECT_EQ(counters().connections_pushed_out, 17U);
}

TEST(StrangerLog, HasALineASecondOfEachKind) {
  std::string text;
  StrangerLog log{"fix", [&](const std::string& words) { text += words + "\n"; }};
  const auto said = [&] { return std::exchange(text, ""); };
  LogonAttempt attempt;
  attempt.refusal = "no";
  const auto refuse = [&](int times) {
    for (int i = 0; i < times; ++i) {
      attempt.comp_id = "S" + std::to_string(i);
      log.refused(attempt, "192.0.2.1");
    }
  };
  refuse(1'000);
  EXPECT_EQ(said(), "fix: logon of 'S0' from 192.0.2.1 refused: no\n");
  log.tick(0);
  EXPECT_EQ(said(),
            "fix: 999 more logons refused; the last: logon of 'S999' from 192.0.2.1 refused: no\n");
  refuse(2);  // in the second of that line
  EXPECT_EQ(said(), "");
  log.tick(500);
  EXPECT_EQ(said(),
            "fix: 2 more logons refused; the last: logon of 'S1' from 192.0.2.1 refused: no\n"
            "fix: 500 connections that had not logged on made room for others\n");
  log.tick(500);
  EXPECT_EQ(said(), "");
  refuse(1);
  EXPECT_EQ(said(), "fix: logon of 'S0' from 192.0.2.1 refused: no\n");
}

}  // namespace

}  // namespace emx::gateway::test
