#include <set>

#include "tests/gateway/house.hpp"

// What has become of an order (35=H), and of all that are open (35=AF).

namespace emx::gateway::test {

namespace {

class Status : public House {
 protected:
  // Asks about one order, and reads the answer.
  std::optional<FixMessage> ask(FixClient& client, const std::string& cl_ord_id,
                                const std::string& side = "1") {
    client.send("H", {{11, cl_ord_id}, {790, "ASK"}, {55, symbol}, {54, side}});
    return client.receive_business();
  }

  // Asks about many, and reads as many answers as the first one announces.
  std::vector<FixMessage> ask_all(FixClient& client, const Fields& more = {{585, "7"}}) {
    Fields fields = {{584, "ALL"}};
    fields.insert(fields.end(), more.begin(), more.end());
    client.send("AF", fields);
    std::vector<FixMessage> answers;
    do {
      const auto answer = client.receive_business();
      if (!answer) break;
      answers.push_back(*answer);
    } while (answers.back().at(912) != "Y" && answers.back().type() == "8");
    return answers;
  }

  std::string symbol = FixMessage{order_fields("X")}.at(55);
};

std::vector<std::string> ids_of(const std::vector<FixMessage>& answers) {
  std::vector<std::string> ids;
  for (const FixMessage& answer : answers) ids.push_back(answer.at(11));
  return ids;
}

TEST_F(Status, OfAnOrderThatRests) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  const auto answer = ask(client, "A-1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "8");
  EXPECT_EQ(answer->at(150), "I");
  EXPECT_EQ(answer->at(17), "0");
  EXPECT_EQ(answer->at(39), "0");
  EXPECT_EQ(answer->at(37), "11");
  EXPECT_EQ(answer->at(790), "ASK");
  EXPECT_EQ(answer->at(151), "100");
  EXPECT_FALSE(answer->has(97));
  // It entered nothing.
  EXPECT_EQ(sink.submitted.size(), 1U);
}

TEST_F(Status, OfAnOrderWhoseEntryIsAwaited) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto answer = ask(client, "A-1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(39), "A");
  EXPECT_EQ(answer->at(37), "NONE");
}

TEST_F(Status, OfARefusedOrderSaysWhy) {
  start();
  FixClient client = trader();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  refuse(last(), Code::l01_cash);
  ASSERT_TRUE(client.receive_business());
  const auto answer = ask(client, "A-1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at(39), "8");
  EXPECT_EQ(answer->at(9701), std::to_string(static_cast<int>(Code::l01_cash)));
}

// Nor of another firm's: what a firm has is nobody else's business.
TEST_F(Status, OfNoOrderSaysSo) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  FixClient other = trader("BETA1");
  for (const std::string& id : {std::string{"A-1"}, std::string{"NEVER"}}) {
    const auto answer = ask(other, id);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type(), "8");
    EXPECT_EQ(answer->at(150), "I");
    EXPECT_EQ(answer->at(39), "8");
    EXPECT_EQ(answer->at(103), "5");
    EXPECT_EQ(answer->at(9701), std::to_string(static_cast<int>(Code::d03_unknown_order)));
  }
}

// Nor is a request that is no order.
TEST_F(Status, OfARequestThatIsNoOrderSaysSo) {
  start();
  FixClient client = trader();
  client.send("q", {{11, "Q-1"}, {530, "7"}, {60, time_now()}});
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(ask(client, "Q-1")->at(103), "5");
  append(last().as<MassCancelCommand>());
  ASSERT_TRUE(client.receive_business());
  EXPECT_EQ(ask(client, "Q-1")->at(103), "5");
}

TEST_F(Status, OfAnOrderThatIsTakenForAnotherIsNotTold) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  const auto answer = ask(client, "A-1", "2");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->type(), "j");
  EXPECT_EQ(answer->at(372), "H");
}

TEST_F(Status, WhileDrainingIsTold) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  gateway_->begin_drain();
  EXPECT_EQ(ask(client, "A-1")->at(39), "0");
  EXPECT_EQ(ask_all(client).size(), 1U);
}

// Of the whole firm, by whichever session they came, and of nobody else.
TEST_F(Status, OfAllOpenOrders) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12, "2");
  rest_order(client, "A-3", 13);
  FixClient other = trader("BETA1");
  rest_order(other, "B-1", 14);
  client.send("F", cancel_fields("C-1", "A-3"));
  ASSERT_TRUE(wait_for_commands(5));
  cancel(last(), 100);
  ASSERT_TRUE(client.receive_business());
  const auto answers = ask_all(client);
  EXPECT_EQ(ids_of(answers), (std::vector<std::string>{"A-1", "A-2"}));
  for (const FixMessage& answer : answers) {
    EXPECT_EQ(answer.at(584), "ALL");
    EXPECT_EQ(answer.at(911), "2");
    EXPECT_EQ(answer.at(150), "I");
    EXPECT_EQ(answer.at(39), "0");
  }
  EXPECT_EQ(answers.at(0).at(912), "N");
  EXPECT_EQ(answers.at(1).at(912), "Y");
  EXPECT_EQ(ids_of(ask_all(client, {{585, "7"}, {54, "2"}})), std::vector<std::string>{"A-2"});
  EXPECT_EQ(ask_all(client, {{585, "1"}, {55, symbol}}).size(), 2U);
  // A book that is not there has none.
  const auto none = ask_all(client, {{585, "1"}, {55, "NO.SUCH.BOOK"}});
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].at(911), "0");
  EXPECT_EQ(none[0].at(912), "Y");
  EXPECT_EQ(none[0].at(39), "8");
}

TEST_F(Status, AfterARestartIsTheSame) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  rest_order(client, "A-2", 12);
  die();
  start();
  FixClient back = connect();
  back.answer_test_requests(true);
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  // The orders' reports may come again first.
  back.send("AF", {{584, "ALL"}, {585, "7"}});
  std::set<std::string> told;
  for (auto answer = back.receive_business(); answer; answer = back.receive_business()) {
    if (answer->at(584) == "ALL") told.insert(answer->at(11));
    if (answer->at(912) == "Y") break;
  }
  EXPECT_EQ(told, (std::set<std::string>{"A-1", "A-2"}));
}

// More than may wait for a client that reads nothing: a slice at a time.
TEST_F(Status, OfManyOrdersHoldsNobodyUp) {
  constexpr std::uint64_t orders = 1'500;
  config.limits.out_bytes_max = std::size_t{320} * 1024;
  start();
  FixClient client = trader();
  for (std::uint64_t i = 0; i < orders; ++i) rest_order(client, "A-" + std::to_string(i), i + 1);
  client.answer_test_requests(true);
  const auto answers = ask_all(client);
  ASSERT_EQ(answers.size(), orders);
  for (std::uint64_t i = 0; i < orders; ++i) {
    EXPECT_EQ(answers[i].at(11), "A-" + std::to_string(i));
    EXPECT_EQ(answers[i].at(911), std::to_string(orders));
  }
  EXPECT_EQ(counters().slow_consumers, 0U);
}

// Each looks at all orders of the firm: a few in a second, and no more.
TEST_F(Status, OfAllOrdersIsToldAFewTimesASecond) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  for (int i = 0; i < 20; ++i) client.send("AF", {{584, "Q-" + std::to_string(i)}, {585, "7"}});
  int told = 0;
  int refused = 0;
  while (told + refused < 20) {
    const auto answer = client.receive_business();
    ASSERT_TRUE(answer);
    if (answer->type() == "8") {
      ++told;
      continue;
    }
    ++refused;
    EXPECT_EQ(answer->type(), "j");
    EXPECT_EQ(answer->at(372), "AF");
    EXPECT_EQ(answer->at(379).substr(0, 2), "Q-");
    EXPECT_EQ(answer->at(380), "8");
  }
  EXPECT_GE(told, 1);
  EXPECT_GE(refused, 1);
}

TEST_F(Status, AQuestionThatIsNoneIsRejected) {
  start();
  FixClient client = trader();
  struct Case {
    std::string type;
    Fields body;
    std::string tag;
    std::string reason;
  };
  for (const Case& one : std::vector<Case>{
           {"H", {{55, symbol}, {54, "1"}}, "11", "1"},
           {"H", {{11, "A-1"}, {54, "1"}}, "55", "1"},
           {"H", {{11, "A-1"}, {55, symbol}, {54, "1"}, {790, std::string(41, 'x')}}, "790", "5"},
           {"AF", {{585, "7"}}, "584", "1"},
           {"AF", {{584, "ALL"}, {585, "9"}}, "585", "5"},
           {"AF", {{584, "ALL"}, {585, "1"}}, "55", "1"},
           {"AF", {{584, "ALL"}, {585, "7"}, {55, symbol}}, "55", "5"}}) {
    client.send(one.type, one.body);
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->type(), "3");
    EXPECT_EQ(reject->at(371), one.tag);
    EXPECT_EQ(reject->at(373), one.reason) << one.tag;
  }
}

}  // namespace

}  // namespace emx::gateway::test
