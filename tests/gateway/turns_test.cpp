#include "gateway/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace emx::gateway::test {

namespace {

namespace asio = boost::asio;

class SomeTurns : public testing::Test {
 protected:
  void add(char name) {
    turns->add(io.get_executor(), [this, name] { order += name; });
  }

  asio::io_context io;
  std::string order;
  std::shared_ptr<Turns> turns =
      std::make_shared<Turns>(Turns::Limits{.per_second_max = 0, .waiting_max = 100});
};

TEST_F(SomeTurns, LeaveOthersTheirsBetweenTwo) {
  for (int i = 0; i < 3; ++i) add('T');
  std::function<void()> other = [&] {
    order += 'o';
    if (order.find("To") == order.npos || order.size() < 100) asio::post(io, other);
  };
  asio::post(io, other);
  io.run();
  EXPECT_EQ(std::count(order.begin(), order.end(), 'T'), 3);
  EXPECT_EQ(order.find("TT"), order.npos) << order;
}

TEST_F(SomeTurns, GoToTheNewestFirst) {
  for (const char name : {'1', '2', '3'}) add(name);
  io.run();
  EXPECT_EQ(order, "321");
}

TEST_F(SomeTurns, MayBeAddedInATurn) {
  turns->add(io.get_executor(), [this] {
    order += '1';
    add('2');
  });
  io.run();
  EXPECT_EQ(order, "12");
  io.restart();
  add('3');  // and when there were none for a while
  io.run();
  EXPECT_EQ(order, "123");
}

TEST_F(SomeTurns, AreNoMoreThanTheRateAllows) {
  constexpr std::uint32_t per_second = 10;
  turns = std::make_shared<Turns>(Turns::Limits{per_second, 100});
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint32_t i = 0; i < per_second + 3; ++i) add('T');
  while (order.size() < per_second + 3) {
    io.restart();
    ASSERT_GT(io.run_one_for(std::chrono::seconds{5}), 0U);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ASSERT_LE(static_cast<double>(order.size()), per_second * (1 + seconds) + 1);
  }
}

TEST_F(SomeTurns, AreNotForTheOldestOfTooMany) {
  turns = std::make_shared<Turns>(Turns::Limits{.per_second_max = 0, .waiting_max = 2});
  for (const char name : {'1', '2', '3', '4'}) add(name);
  io.run();
  EXPECT_EQ(order, "43");
}

TEST_F(SomeTurns, EndWithWhoGivesThem) {
  add('T');
  turns.reset();
  io.run();
  EXPECT_EQ(order, "");
}

}  // namespace

}  // namespace emx::gateway::test
