#include "gateway/dictionaries.hpp"
#include "tests/gateway/house.hpp"

// FIX.4.4 beside FIX.5.0SP2: on the same port, by the BeginString of the Logon.

namespace emx::gateway::test {

namespace {

class Fix44 : public House {};

TEST_F(Fix44, LogonIsAnsweredInTheSameVersion) {
  start();
  FixClient client = connect();
  client.speak_fix44();
  client.send_logon("secret");
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(8), "FIX.4.4");
  EXPECT_EQ(answer->type(), "A");
  EXPECT_EQ(answer->at(98), "0");
  EXPECT_EQ(answer->at(108), "30");
  // Fields of later versions.
  EXPECT_FALSE(answer->has(1137));
  EXPECT_FALSE(answer->has(1409));
}

TEST_F(Fix44, RefusalSpeaksIt) {
  start();
  FixClient client = connect();
  client.speak_fix44();
  client.send_logon("guess");
  const auto logout = client.receive();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->at(8), "FIX.4.4");
  EXPECT_EQ(logout->type(), "5");
  EXPECT_NE(logout->at(58).find("password"), std::string::npos);
  EXPECT_FALSE(logout->has(1409));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Fix44, LogonHasNoFieldOfFixt) {
  start();
  FixClient client = connect();
  client.speak_fix44();
  client.send_logon("secret", {{1137, "9"}});
  const auto logout = client.receive();
  ASSERT_TRUE(logout);
  EXPECT_NE(logout->at(58).find("1137"), std::string::npos);
}

// Field by field, whatever the version.
TEST_F(Fix44, OrdersAreTakenAndToldAlike) {
  start();
  FixClient old = connect("ALPHA1");
  old.speak_fix44();
  ASSERT_TRUE(old.log_on());
  FixClient young = connect("BETA1");
  ASSERT_TRUE(young.log_on());
  std::uint64_t order_id = 10;
  std::vector<Fields> reports;
  for (FixClient* client : {&old, &young}) {
    client->send("D", order_fields("A-1"));
    ASSERT_TRUE(wait_for_commands(reports.size() + 1));
    accept(last(), ++order_id);
    const auto report = client->receive_business();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->type(), "8");
    EXPECT_EQ(report->at(11), "A-1");
    Fields fields;
    for (const auto& [tag, value] : report->fields) {
      const bool differs = tag == 8 || tag == 9 || tag == 10 || tag == 17 || tag == 37 ||
                           tag == 52 || tag == 56 || tag == 60 || tag == 9706;
      fields.emplace_back(tag, differs ? "" : value);
    }
    reports.push_back(fields);
  }
  EXPECT_EQ(reports[0], reports[1]);
}

TEST_F(Fix44, WhatIsWrongIsRejected) {
  start();
  FixClient client = connect();
  client.speak_fix44();
  ASSERT_TRUE(client.log_on());
  client.send("D", without(order_fields("A-1"), 55));
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "3");
  EXPECT_EQ(reject->at(371), "55");
  client.send("R", {{11, "A-1"}, {55, "X"}, {54, "1"}});
  const auto unsupported = client.receive_business();
  ASSERT_TRUE(unsupported);
  EXPECT_EQ(unsupported->type(), "j");
  EXPECT_EQ(unsupported->at(380), "3");
  client.send("D", order_fields("A-1"), {{1128, "9"}});
  EXPECT_EQ(client.receive_business()->at(371), "1128");
}

// A session goes on in the other version: with its numbers, but nothing said in the first is said
// again as it was. What the client had not confirmed comes anew.
TEST_F(Fix44, AClientMayComeBackInTheOtherVersion) {
  config.limits.tick = std::chrono::milliseconds{60'000};
  start();
  FixClient client = connect();
  ASSERT_TRUE(client.log_on());
  rest_order(client, "A-1", 11);
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient back = connect();
  back.speak_fix44();
  back.next_out = client.next_out;
  back.send_logon("secret");
  const auto answer = back.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(8), "FIX.4.4");
  EXPECT_EQ(answer->at(34), std::to_string(client.next_in));
  const auto report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(8), "FIX.4.4");
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_EQ(report->at(97), "Y");
  back.send("2", {{7, "1"}, {16, "0"}});
  const auto gap = back.receive_business();
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->at(8), "FIX.4.4");
  EXPECT_EQ(gap->type(), "4");
  EXPECT_EQ(gap->at(36), report->at(34));
  // Control: in the version that it was told in, it comes as it was.
  const auto again = back.receive_business();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(34), report->at(34));
  EXPECT_EQ(again->at(43), "Y");
}

std::string messages_of(std::string_view dictionary) {
  const std::size_t begin = dictionary.find("    <message name='NewOrderSingle'");
  return std::string{dictionary.substr(begin, dictionary.find("  </messages>") - begin)};
}

// One mapping, two files.
TEST(Dictionaries, HaveTheSameApplicationMessages) {
  const std::string messages = messages_of(fix50sp2_xml);
  EXPECT_NE(messages.find("msgtype='AE'"), std::string::npos);
  EXPECT_EQ(messages_of(fix44_xml), messages);
}

}  // namespace

}  // namespace emx::gateway::test
