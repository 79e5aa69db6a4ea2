#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// What is asked of the ledger goes through the exchange like any command (market-rules 17,
// Queries), and leaves it as it was.

namespace emx::engine::testing {
namespace {

class Queries : public ::testing::Test {
 protected:
  Queries() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.sell("SH", 100, 11'900_cny);
  }

  Outcome ask(const QueryCommand& query) {
    return floor.apply(CommandKind::query, query, operator_actor(first_person));
  }

  static QueryCommand of_orders() {
    QueryCommand query{};
    query.question = static_cast<std::uint8_t>(Question::orders);
    query.office = static_cast<std::uint8_t>(Office::venue);
    query.arguments = Text<120>{"firm=SH"};
    return query;
  }

  Floor floor;
};

TEST_F(Queries, ChangeNothingAndAreNoRule) {
  const std::uint64_t digest = floor.exchange().digest();
  const std::uint64_t rule_set = floor.exchange().rule_set();
  const Outcome outcome = ask(of_orders());
  EXPECT_EQ(outcome.refused, Code::none);
  ASSERT_EQ(outcome.entries.size(), 1U);
  EXPECT_EQ(outcome.entries.front().events, 0U);
  EXPECT_EQ(floor.exchange().digest(), digest);
  EXPECT_EQ(floor.exchange().rule_set(), rule_set);
}

TEST_F(Queries, AreOfAQuestionAndAnOfficeThatThereAre) {
  for (std::uint8_t question = 0; question < 20; ++question) {
    QueryCommand query = of_orders();
    query.question = question;
    const Outcome outcome = ask(query);
    const bool known = question >= 1 && question <= 15;
    EXPECT_EQ(outcome.refused, known ? Code::none : Code::o01_quantity) << int{question};
    EXPECT_EQ(outcome.value, known ? 0 : question);
  }
  QueryCommand query = of_orders();
  query.office = 6;
  const Outcome outcome = ask(query);
  EXPECT_EQ(outcome.refused, Code::o01_quantity);
  EXPECT_EQ(outcome.value, 6);
}

TEST_F(Queries, HideNothingBehindTheirArguments) {
  QueryCommand query = of_orders();
  query.arguments = Text<120>{std::string(120, 'x')};
  EXPECT_EQ(ask(query).refused, Code::none) << "all of it";
  query.arguments.bytes[60] = '\0';
  const Outcome outcome = ask(query);
  EXPECT_EQ(outcome.refused, Code::o01_quantity);
  EXPECT_EQ(outcome.limit, 60);
  EXPECT_EQ(outcome.value, 120);
}

}  // namespace
}  // namespace emx::engine::testing
