#include "tests/gateway/house.hpp"

// Many orders let go by one request (35=q).

namespace emx::gateway::test {

namespace {

class MassCancelRequest : public House {
 protected:
  static Fields all(const std::string& cl_ord_id) {
    return {{11, cl_ord_id}, {530, "7"}, {60, time_now()}};
  }

  // What the exchange makes of the last command: these orders, of 100 lots each, are cancelled.
  void cancel_all(const std::vector<std::uint64_t>& orders) {
    EventBatch events;
    for (const std::uint64_t id : orders) add_cancelled(events, id, 100, Code::c04_mass);
    append(last().as<MassCancelCommand>(), events);
  }

  std::string symbol = FixMessage{order_fields("X")}.at(55);
};

TEST_F(MassCancelRequest, OfAllIsToldWithItsNumber) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12, "2");
  FixClient other = trader("BETA1");
  rest_order(other, "B-1", 13);
  client.send("q", all("Q-1"));
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(last().urgency, CommandSink::Urgency::cancel);
  const auto command = last().as<MassCancelCommand>();
  EXPECT_EQ(command.header.actor, firm_id);
  EXPECT_TRUE(command.symbol.empty());
  EXPECT_EQ(command.side, 0);
  EXPECT_EQ(command.on_disconnect, 0);
  EXPECT_EQ(command.cl_ord_id, ClOrdId{"Q-1"});
  cancel_all({11, 12});
  for (const char* id : {"A-1", "A-2"}) {
    const auto report = client.receive_business();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->type(), "8");
    EXPECT_EQ(report->at(150), "4");
    EXPECT_EQ(report->at(11), id);
    EXPECT_EQ(report->at(9701), "804");
  }
  const auto done = client.receive_business();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->type(), "r");
  EXPECT_EQ(done->at(11), "Q-1");
  EXPECT_EQ(done->at(530), "7");
  EXPECT_EQ(done->at(531), "7");
  EXPECT_EQ(done->at(533), "2");
  EXPECT_FALSE(done->at(1369).empty());
  EXPECT_FALSE(done->at(9706).empty());
}

TEST_F(MassCancelRequest, OfABookAndASideNamesThem) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12, "2");
  client.send("q", {{11, "Q-1"}, {530, "1"}, {55, symbol}, {54, "2"}, {60, time_now()}});
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().as<MassCancelCommand>().symbol.view(), symbol);
  EXPECT_EQ(last().as<MassCancelCommand>().side, 2);
  cancel_all({12});
  EXPECT_EQ(client.receive_business()->at(11), "A-2");
  const auto done = client.receive_business();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->at(531), "1");
  EXPECT_EQ(done->at(533), "1");
  EXPECT_EQ(done->at(55), symbol);
  EXPECT_EQ(done->at(54), "2");
}

TEST_F(MassCancelRequest, ThatIsRefusedSaysWhy) {
  start();
  FixClient client = trader();
  client.send("q", {{11, "Q-1"}, {530, "1"}, {55, "NO.SUCH.BOOK"}, {60, time_now()}});
  ASSERT_TRUE(wait_for_commands(1));
  refuse(last(), Code::p03_unknown_symbol);
  const auto refused = client.receive_business();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->type(), "r");
  EXPECT_EQ(refused->at(531), "0");
  EXPECT_EQ(refused->at(532), "1");
  EXPECT_NE(refused->at(58).find("P03"), std::string::npos);
  EXPECT_FALSE(refused->has(533));
}

// A repetition is never a second mass cancel; a second use of its id is refused in the ledger.
TEST_F(MassCancelRequest, IsNotDoneTwice) {
  start();
  FixClient client = trader();
  client.send("q", all("Q-1"));
  ASSERT_TRUE(wait_for_commands(1));
  client.send("q", all("Q-1"), {{97, "Y"}});  // its answer is to come
  client.send("1", {{112, "READ"}});
  EXPECT_EQ(client.receive()->at(112), "READ");
  EXPECT_EQ(sink.submitted.size(), 1U);
  cancel_all({});
  const auto done = client.receive_business();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->at(533), "0");
  client.send("q", all("Q-1"), {{97, "Y"}});
  const auto again = client.receive_business();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->type(), "r");
  EXPECT_EQ(again->at(531), "7");
  EXPECT_EQ(again->at(1369), "0");
  EXPECT_EQ(sink.submitted.size(), 1U);
  // Control: without 97=Y it is another one with the same id.
  client.send("q", all("Q-1"));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<MassCancelCommand>().flags, order_duplicate_cl_ord_id);
}

TEST_F(MassCancelRequest, IsTakenWhileDraining) {
  start();
  FixClient client = trader();
  gateway_->begin_drain();
  client.send("q", all("Q-1"));
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(MassCancelRequest, ThatIsNoneIsRejected) {
  start();
  FixClient client = trader();
  for (const auto& [body, tag] :
       std::vector<std::pair<Fields, std::string>>{{without(all("Q-1"), 530), "530"},
                                                   {with(all("Q-1"), 530, "9"), "530"},
                                                   {with(all("Q-1"), 530, "1"), "55"},
                                                   {with(all("Q-1"), 55, symbol), "55"},
                                                   {with(all("Q-1"), 54, "3"), "54"}}) {
    client.send("q", body);
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->type(), "3");
    EXPECT_EQ(reject->at(371), tag);
  }
  EXPECT_TRUE(sink.submitted.empty());
}

}  // namespace

}  // namespace emx::gateway::test
