#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// The exchange has room for 2^20 resting orders (the genesis says so); one more is refused O11, and
// taken once there is room. Takes a million orders, hence a long run.
namespace emx::end_to_end {

namespace {

constexpr std::size_t room = std::size_t{1} << 20;
constexpr const char* symbol = "SHEA25";
constexpr Fen price{6'300};  // the lowest of the day

struct Filler {
  explicit Filler(boost::asio::io_context& io, const std::string& firm)
      : trader{io, firm, keeps_orders} {
    trader.client.on_message = [this](const Message& message) {
      if (message.says(150, "0")) ++accepted;
      if (message.says(150, "8")) refused.push_back(read_report(message));
    };
  }
  [[nodiscard]] std::size_t answered() const { return accepted + refused.size(); }

  Trader trader;
  std::size_t sent = 0;
  std::size_t accepted = 0;
  std::vector<Report> refused;
};

TEST(Capacity, RefusesAndTakesAgainOnceThereIsRoom) {
  const std::vector<std::string> firms = {"SH013", "SH128", "SH132", "SH136"};
  Daemon daemon{firms};
  daemon.start();
  daemon.open_market();
  boost::asio::io_context io;
  std::vector<std::unique_ptr<Filler>> fillers;
  for (const std::string& firm : firms) {
    fillers.push_back(std::make_unique<Filler>(io, firm));
    fillers.back()->trader.log_on(daemon.fix_port());
  }
  // As many as there is room for, and one more.
  std::size_t sent = 0;
  std::size_t accepted = 0;
  while (sent <= room) {
    for (const auto& filler : fillers) {
      for (int i = 0; i < 500 && sent <= room; ++i, ++sent, ++filler->sent) {
        filler->trader.buy(symbol, Lots{1}, price);
      }
    }
    for (const auto& filler : fillers) {
      ASSERT_TRUE(filler->trader.client.run_until(
          [&] { return filler->answered() == filler->sent || !filler->trader.client.is_open(); }));
    }
  }
  std::vector<Report> refused;
  for (const auto& filler : fillers) {
    accepted += filler->accepted;
    refused.insert(refused.end(), filler->refused.begin(), filler->refused.end());
  }
  EXPECT_EQ(accepted, room);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(name_of(refused.front().code), name_of(Code::o11_capacity));

  // One goes, one comes.
  Filler& first = *fillers.front();
  first.trader.cancel("SH013-1", symbol, Side::buy);
  first.trader.buy(symbol, Lots{1}, price);
  const std::size_t before = first.accepted;
  EXPECT_TRUE(first.trader.client.run_until([&] { return first.accepted > before; }));
  for (const auto& filler : fillers) EXPECT_TRUE(filler->trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace

}  // namespace emx::end_to_end
