#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "tests/end_to_end/venue.hpp"

// Days and phases by the calendar, which takes the clock of this machine.
namespace emx::end_to_end {

namespace {

Date today() {
  using namespace std::chrono;
  const auto local = system_clock::now().time_since_epoch() + hours{8};
  return Date{static_cast<std::int32_t>(duration_cast<hours>(local).count() / 24)};
}

nlohmann::json status(const Daemon& daemon) {
  return nlohmann::json::parse(daemon.try_admin({"status"}).output);
}

// The words of all commands of a kind in the ledger that were not refused.
std::vector<std::string> taken(const Daemon& daemon, const std::string& kind) {
  const Finished listed = demo::run_program(
      {emx_program(), "audit", "entries", daemon.ledger().string(), "--json", "--count", "100000"},
      std::chrono::seconds{60});
  std::vector<std::string> words;
  const auto json = nlohmann::json::parse(listed.output);
  for (const auto& entry : json["entries"]) {
    const bool was_refused = !entry["events"].empty() && entry["events"][0]["kind"] == "refused";
    if (entry["command"]["kind"] == kind && !was_refused) words.push_back(entry["command"]["text"]);
  }
  return words;
}

// A week went by. One book that is open keeps the next day from being opened, so that the moment
// before the market has caught up can be looked at.
TEST(Calendar, TakesNoOrdersBeforeWhatWasMissedIsIssued) {
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market(text_of(Date{today().value - 7}));
  boost::asio::io_context io;
  Trader trader{io, "SH049", keeps_orders};
  trader.log_on(daemon.fix_port());
  daemon.admin({"phase", "closed"});
  daemon.admin({"phase", "continuous", voc});
  const std::string resting = trader.sell(voc, Lots{1}, Fen{1'198'000});
  ASSERT_EQ(trader.next_report().exec_type, '0');
  ASSERT_TRUE(trader.client.logout());
  ASSERT_EQ(daemon.stop(), 0);

  daemon.change_config("[run]", "[schedule]\nmode = \"calendar\"\n[run]");
  daemon.start();
  EXPECT_TRUE(status(daemon)["behind_calendar"]);
  trader.log_on(daemon.fix_port());
  trader.sell(voc, Lots{1}, Fen{1'198'000});
  const Message refused = trader.next();
  EXPECT_EQ(refused.number(9701), static_cast<std::int64_t>(Code::s01_busy)) << refused.readable();
  trader.cancel(resting, voc, Side::sell);
  EXPECT_EQ(trader.next_report().exec_type, '4') << "cancels go on";

  daemon.admin({"phase", "closed", voc});
  EXPECT_TRUE(wait_for([&] { return !status(daemon)["behind_calendar"].get<bool>(); }));
  // Not a step was left out, and the order that was refused is nowhere.
  const std::vector<std::string> days = taken(daemon, "day_open");
  EXPECT_GE(days.size(), 5U);
  EXPECT_TRUE(std::is_sorted(days.begin(), days.end()));
  const std::size_t by_hand = 4;
  EXPECT_GE(taken(daemon, "phase").size(), by_hand + 5 * (days.size() - 2));
  EXPECT_EQ(taken(daemon, "new_order").size(), 1U);
  ASSERT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// Of the days since a week ago the calendar has one. It alone is opened, and an order whose last
// day comes before it ends at the close of the week ago.
TEST(Calendar, OpensTheDaysThatTheLedgerHas) {
  const Date week_ago{today().value - 7};
  const Date only{today().value - 2};
  Daemon daemon{{"SH049"}};
  daemon.start();
  daemon.open_market(text_of(week_ago));
  for (const std::int32_t year : std::set{civil_of(week_ago).year, civil_of(today()).year}) {
    std::string closed;
    std::string open;
    for (Date date{week_ago.value + 1}; date <= today(); ++date.value) {
      if (civil_of(date).year != year || (date == only) != is_weekend(date)) continue;
      std::string& list = date == only ? open : closed;
      list += (list.empty() ? "" : ",") + text_of(date);
    }
    std::vector<std::string> act = {"calendar", std::to_string(year)};
    if (!closed.empty()) act.insert(act.end(), {"--closed", closed});
    if (!open.empty()) act.insert(act.end(), {"--open", open});
    daemon.admin(act);
  }
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
  trader.log_on(daemon.fix_port());
  for (const Date last : {Date{only.value - 1}, only}) {
    Fields order = fields_of(fix_client::NewOrder{.cl_ord_id = trader.new_id(),
                                                  .account = trader.account(),
                                                  .symbol = voc,
                                                  .side = Side::sell,
                                                  .quantity = Lots{1},
                                                  .price = Fen{1'198'000},
                                                  .time_in_force = TimeInForce::gtd});
    std::string expires = text_of(last);
    std::erase(expires, '-');
    order.add(432, expires);
    trader.client.send("D", order);
    ASSERT_EQ(trader.next_report().exec_type, '0');
  }
  daemon.admin({"phase", "closed"});
  EXPECT_EQ(trader.next_report().code, Code::c01_expired);
  ASSERT_TRUE(trader.client.logout());
  ASSERT_EQ(daemon.stop(), 0);

  daemon.change_config("[run]", "[schedule]\nmode = \"calendar\"\n[run]");
  daemon.start();
  EXPECT_TRUE(wait_for([&] { return !status(daemon)["behind_calendar"].get<bool>(); }));
  EXPECT_EQ(taken(daemon, "day_open"), (std::vector<std::string>{"trade date " + text_of(week_ago),
                                                                 "trade date " + text_of(only)}));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end
