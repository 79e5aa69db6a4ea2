#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/heard.hpp"
#include "tools/fix_client/client.hpp"
#include "tools/fix_client/exec_ids.hpp"
#include "tools/fix_client/orders.hpp"

namespace emx {

// For Google Test's messages.
template <class Tag, class Rep>
void PrintTo(Amount<Tag, Rep> amount, std::ostream* out) {
  *out << amount.value;
}

}  // namespace emx

namespace emx::end_to_end {

using fix_client::Client;
using fix_client::Fields;
using fix_client::LogonOutcome;
using fix_client::Message;
using fix_client::Report;

// Of a trader: its DAY orders outlive its sessions (9711=N).
inline constexpr bool keeps_orders = true;

// A trader at the venue: a client with the words that tests use. Waiting for what does not come is
// a test failure, told once, with a default answer.
class Trader {
 public:
  Trader(boost::asio::io_context& io, const std::string& firm, bool keeps = false)
      : client{io, Daemon::identity(firm, keeps)}, firm_{firm} {}

  // Requires: the venue takes it.
  void log_on(std::uint16_t port) {
    const LogonOutcome outcome = client.logon(port);
    ASSERT_EQ(outcome, LogonOutcome::online) << firm_ << ": " << client.why_closed();
  }

  // ClOrdIDs are the firm and a number, unless a test says otherwise.
  std::string new_id() { return firm_ + "-" + std::to_string(++ids_); }
  [[nodiscard]] std::string account() const { return firm_ + "-1"; }

  // Send; the answer is there to be asked for.
  std::string enter(Side side, std::string_view symbol, Lots quantity, Fen price,
                    TimeInForce time_in_force = TimeInForce::day) {
    const std::string id = new_id();
    client.send("D", fields_of(fix_client::NewOrder{.cl_ord_id = id,
                                                    .account = account(),
                                                    .symbol = symbol,
                                                    .side = side,
                                                    .quantity = quantity,
                                                    .price = price,
                                                    .time_in_force = time_in_force}));
    return id;
  }
  std::string buy(std::string_view symbol, Lots quantity, Fen price) {
    return enter(Side::buy, symbol, quantity, price);
  }
  std::string sell(std::string_view symbol, Lots quantity, Fen price) {
    return enter(Side::sell, symbol, quantity, price);
  }
  std::string cancel(std::string_view orig, std::string_view symbol, Side side) {
    const std::string id = new_id();
    client.send("F", fields_of(fix_client::CancelOrder{
                         .cl_ord_id = id, .orig_cl_ord_id = orig, .symbol = symbol, .side = side}));
    return id;
  }

  // The next message of the venue. Executions that it told before, and tells again under a new
  // number because it cannot know that they came (97=Y), are passed over.
  Message next() {
    auto message = client.next();
    while (message && exec_ids_.see(*message) == fix_client::ExecIds::Seen::repeated &&
           message->possible_resend()) {
      message = client.next();
    }
    EXPECT_TRUE(message.has_value()) << firm_ << " was told nothing: " << client.why_closed();
    if (message) note_heard(*message);
    return message ? *std::move(message) : Message{};
  }
  Report next_report() { return read_report(next()); }
  // All that the venue had to say so far has been taken.
  void expect_silence() {
    EXPECT_TRUE(client.round_trip()) << client.why_closed();
    EXPECT_TRUE(client.inbox().empty()) << client.inbox().front().readable();
  }

  Client client;

 private:
  std::string firm_;
  fix_client::ExecIds exec_ids_;
  int ids_ = 0;
};

// A venue with an open market, and its firms, each logged on when it is first asked for.
class OpenMarket : public testing::Test {
 protected:
  explicit OpenMarket(const std::vector<std::string>& firms, const std::string& more = {})
      : daemon{firms, more} {
    daemon.start();
    daemon.open_market();
  }

  Trader& trader(const std::string& firm) {
    auto& found = traders_[firm];
    if (found == nullptr) {
      found = std::make_unique<Trader>(io_, firm);
      found->log_on(daemon.fix_port());
    }
    return *found;
  }
  // Nobody was told more than was asked for.
  void expect_silence() {
    for (auto& [firm, party] : traders_) party->expect_silence();
  }

  Daemon daemon;

 private:
  boost::asio::io_context io_;
  std::map<std::string, std::unique_ptr<Trader>> traders_;
};

}  // namespace emx::end_to_end
