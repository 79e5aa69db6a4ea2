#include "tests/gateway/house.hpp"

// Bytes that never become a message: they are no Logon, and no sign of life.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Endless : public House {
 protected:
  // A little at a time, as long as the gateway lets it; returns how much of it was sent.
  std::size_t trickle(FixClient& client, std::string_view bytes, milliseconds pause) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !client.is_closed(pause))
      client.send_raw(bytes.substr(sent++, 1));
    return sent;
  }
};

TEST_F(Endless, LogonIsNotWaitedFor) {
  config.limits.logon_deadline = milliseconds{500};
  start();
  FixClient slow = connect();
  const std::string logon = slow.next_message(
      "A", {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}});
  EXPECT_LT(trickle(slow, logon, milliseconds{20}), logon.size());
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(counters().logon_deadlines, 1U);
  // Control: in as many pieces, but in time.
  config.limits.logon_deadline = FixClient::patience;
  die();
  start();
  FixClient quick = connect();
  trickle(quick, logon, milliseconds{0});
  const auto answer = quick.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "A");
}

TEST_F(Endless, BytesAreNoSignOfLife) {
  config.limits.tick = milliseconds{100};
  start();
  const auto trader_with_short_patience = [&](const std::string& comp_id) {
    FixClient client = connect(comp_id);
    client.send("A", {{98, "0"}, {108, "1"}, {553, comp_id}, {554, "secret"}, {1137, "9"}});
    EXPECT_TRUE(client.receive());
    return client;
  };
  FixClient trickling = trader_with_short_patience("ALPHA1");
  FixClient garbling = trader_with_short_patience("ALPHA2");
  FixClient alive = trader_with_short_patience("BETA1");
  const std::string order =
      trickling.next_message("D", with(order_fields("A-1"), 58, std::string(2'000, 'x')));
  std::size_t sent = 0;
  bool trickling_ended = false;
  bool garbling_ended = false;
  while (sent < order.size() && !(trickling_ended && garbling_ended)) {
    trickling.send_raw(order.substr(sent++, 1));
    garbling.send_raw(
        "8=FIXT.1.1\x01"
        "9=20000\x01"
        "35=D\x01"
        "58=and so on ");
    alive.send("0", {});
    trickling_ended = trickling_ended || trickling.is_closed(milliseconds{10});
    garbling_ended = garbling_ended || garbling.is_closed(milliseconds{10});
  }
  EXPECT_TRUE(trickling_ended);
  EXPECT_TRUE(garbling_ended);
  EXPECT_TRUE(sink.submitted.empty());
  EXPECT_FALSE(alive.is_closed(milliseconds{10}));
  EXPECT_EQ(counters().sessions_open, 1U);
}

}  // namespace

}  // namespace emx::gateway::test
