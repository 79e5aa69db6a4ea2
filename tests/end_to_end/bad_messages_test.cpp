#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// What a client that is logged on may get wrong, and what it is told. Whether it is a slip or
// malice, the others notice nothing.
namespace emx::end_to_end {

namespace {

using fix_client::framed;
using fix_client::Now;

using Values = std::map<std::uint32_t, std::string>;

class BadMessages : public testing::Test {
 protected:
  BadMessages() : daemon{{"SH049", "SH065"}} {
    daemon.start();
    daemon.open_market();
    witness.log_on(daemon.fix_port());
    offender.log_on(daemon.fix_port());
  }

  void TearDown() override {
    witness.sell(voc, Lots{1}, Fen{1'198'000});
    EXPECT_EQ(witness.next_report().exec_type, '0');
    EXPECT_EQ(witness.client.session().gaps_found(), 0U);
    witness.expect_silence();
    EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  }

  // A proper order of the offender.
  Values proper_order() {
    return {{11, offender.new_id()},
            {1, "SH065-1"},
            {55, voc},
            {54, "2"},
            {60, "20260618-02:00:00"},
            {38, "10"},
            {40, "2"},
            {44, "11980"},
            {59, "0"}};
  }
  static Fields fields_of(const Values& values) {
    Fields fields;
    for (const auto& [tag, value] : values) fields.add(tag, value);
    return fields;
  }
  std::string frame(std::string_view type, std::uint32_t number, const Fields& body,
                    std::string_view header = {}) {
    return offender.client.session().frame(type, number, body, Now::read(), header);
  }
  [[nodiscard]] std::uint32_t next_out() { return offender.client.session().memory().next_out; }

  void expect_offender_in_order() {
    offender.client.send("D", fields_of(proper_order()));
    const Message report = offender.next();
    EXPECT_TRUE(report.says(150, "0")) << report.readable();
  }
  void expect_shown_out(std::string_view words) {
    EXPECT_TRUE(offender.client.run_until([&] { return !offender.client.is_open(); }));
    EXPECT_NE(offender.client.why_closed().find(words), std::string::npos)
        << offender.client.why_closed();
  }
  // How many orders of the offender the ledger has accepted: those that rest.
  void expect_orders(std::size_t expected) { EXPECT_EQ(orders_accepted(), expected); }
  [[nodiscard]] std::size_t orders_accepted() const {
    const Finished finished = demo::run_program({emx_program(), "audit", "entries", "--json",
                                                 "--count", "1000000", daemon.ledger().string()},
                                                std::chrono::seconds{60});
    const auto audit = nlohmann::json::parse(finished.output);
    std::size_t count = 0;
    for (const auto& entry : audit.at("entries")) {
      for (const auto& event : entry.at("events")) {
        if (event.at("kind") == "order_accepted") ++count;
      }
    }
    return count;
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader witness{io, "SH049"};
  Trader offender{io, "SH065"};
};

// Session rejects (35=3): the field and the reason (373) are named, the number is used up, the
// session goes on.
TEST_F(BadMessages, AreRejectedByField) {
  struct Row {
    std::string what;
    std::uint32_t tag;   // changed, and to be named by 371
    std::string value;   // what it becomes; "-": it is left out
    std::string reason;  // 373
  };
  std::vector<Row> rows;
  for (const std::uint32_t tag : {11U, 1U, 55U, 54U, 60U, 38U, 40U, 44U}) {
    rows.push_back({"missing", tag, "-", "1"});
  }
  rows.push_back({"empty", 11, "", "4"});
  rows.push_back({"a ClOrdID of 41 bytes", 11, std::string(41, 'x'), "5"});
  rows.push_back({"a third side", 54, "7", "5"});
  rows.push_back({"a stop order", 40, "3", "5"});
  rows.push_back({"at the opening", 59, "2", "5"});
  rows.push_back({"an instruction that is none of ours", 18, "1", "5"});
  rows.push_back({"half a ratio", 9709, "3/", "6"});
  rows.push_back({"letters for a quantity", 38, "many", "6"});
  rows.push_back({"an exponent", 38, "1e3", "6"});
  rows.push_back({"infinity", 44, "inf", "6"});
  rows.push_back({"two points", 44, "119.8.0", "6"});
  rows.push_back({"no time", 60, "noon", "6"});
  rows.push_back({"a tag of another message", 41, "x", "2"});
  rows.push_back({"a tag of nobody's", 5555, "x", "0"});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what + ": " + std::to_string(row.tag));
    Values order = proper_order();
    if (row.value == "-") {
      order.erase(row.tag);
    } else {
      order[row.tag] = row.value;
    }
    const std::uint32_t number = offender.client.send("D", fields_of(order));
    const Message reject = offender.next();
    EXPECT_EQ(reject.type(), "3") << reject.readable();
    EXPECT_TRUE(reject.says(45, std::to_string(number)) && reject.says(372, "D"))
        << reject.readable();
    EXPECT_TRUE(reject.says(371, std::to_string(row.tag))) << reject.readable();
    EXPECT_TRUE(reject.says(373, row.reason)) << reject.readable();
    EXPECT_FALSE(reject.text(58).empty());
  }
  expect_offender_in_order();
  expect_orders(1);
}

TEST_F(BadMessages, AreRejectedForAFieldThatComesTwice) {
  Fields order = fields_of(proper_order());
  order.add(44, "11990");
  offender.client.send("D", order);
  const Message reject = offender.next();
  EXPECT_TRUE(reject.type() == "3" && reject.says(373, "13") && reject.says(371, "44"))
      << reject.readable();
  expect_offender_in_order();
}

// What cannot be read has used up its number all the same, and is answered: else nothing that comes
// after it ever would be.
TEST_F(BadMessages, AreRejectedForAFieldThatIsNone) {
  const std::string fields = fields_of(proper_order()).text();
  for (const std::string& none : {std::string{"x=1\x01"}, std::string{"nonsense\x01"},
                                  std::string{"0=1\x01"}, std::string{"99999999999=1\x01"}}) {
    SCOPED_TRACE(none);
    const std::uint32_t number = next_out();
    std::string message = frame("D", number, fields_of(proper_order()));
    const std::string head =
        message.substr(message.find("35="), message.find("11=") - message.find("35="));
    offender.client.send_raw(framed(head + none + fields));
    ++offender.client.session().memory().next_out;
    const Message reject = offender.next();
    EXPECT_EQ(reject.type(), "3") << reject.readable();
    EXPECT_TRUE(reject.says(45, std::to_string(number)) && reject.says(373, "0"))
        << reject.readable();
    expect_offender_in_order();
  }
  expect_orders(4);
}

// Proper FIX that is not spoken here is a matter of the application (35=j), nonsense is not.
TEST_F(BadMessages, AreRejectedByType) {
  const std::uint32_t number = offender.client.send("R", Fields{}.add(131, "x").add(146, 0));
  const Message foreign = offender.next();
  EXPECT_EQ(foreign.type(), "j") << foreign.readable();
  EXPECT_TRUE(foreign.says(380, "3") && foreign.says(372, "R") &&
              foreign.says(45, std::to_string(number)))
      << foreign.readable();
  offender.client.send("ZZ", Fields{});
  const Message nonsense = offender.next();
  EXPECT_TRUE(nonsense.type() == "3" && nonsense.says(373, "11")) << nonsense.readable();
  expect_offender_in_order();
}

// FIX: a garbled message is ignored and uses up no number.
TEST_F(BadMessages, AreIgnoredWhenGarbled) {
  std::string wrong_sum = frame("D", next_out(), fields_of(proper_order()));
  wrong_sum[wrong_sum.size() - 2] = wrong_sum[wrong_sum.size() - 2] == '0' ? '1' : '0';
  std::string wrong_length = frame("D", next_out(), fields_of(proper_order()));
  wrong_length.replace(wrong_length.find("\x01"
                                         "9=") +
                           3,
                       3, "111");
  const std::string no_number = framed(
      "35=D\x01"
      "34=x\x01"
      "49=SH065\x01"
      "56=EMX\x01" +
      fields_of(proper_order()).text());
  for (const std::string& garbage :
       {wrong_sum, wrong_length, no_number, std::string{"nonsense\x01"}, std::string(2'000, '='),
        std::string{"8=FIX.4.4\x01"
                    "9=5\x01"
                    "35=0\x01"
                    "10=161\x01"}}) {
    offender.client.send_raw(garbage);
    expect_offender_in_order();
  }
  expect_orders(6);
}

TEST_F(BadMessages, AreTheEndWhenTooLarge) {
  Values order = proper_order();
  order[58] = std::string(70'000, 'x');
  offender.client.send_raw(frame("D", next_out(), fields_of(order)));
  EXPECT_TRUE(offender.client.run_until([&] { return !offender.client.is_open(); }));
  offender.log_on(daemon.fix_port());
  expect_offender_in_order();
}

TEST_F(BadMessages, AreTheEndWhenANumberComesAgain) {
  expect_offender_in_order();
  offender.client.send_raw(frame("D", next_out() - 1, fields_of(proper_order())));
  expect_shown_out("MsgSeqNum too low");
  offender.log_on(daemon.fix_port());
  EXPECT_TRUE(offender.next().says(150, "4")) << "its order went with its session (C02)";
  expect_offender_in_order();
  expect_orders(2);
}

TEST_F(BadMessages, AreTheEndFromAnotherCompId) {
  std::string message = frame("D", next_out(), fields_of(proper_order()));
  message = message.substr(message.find("35="));
  message.replace(message.find("49=SH065"), 8, "49=SH049");
  offender.client.send_raw(framed(message.substr(0, message.find("10="))));
  const Message reject = offender.next();
  EXPECT_TRUE(reject.type() == "3" && reject.says(373, "9")) << reject.readable();
  expect_shown_out("CompID problem");
  expect_orders(0);
}

TEST_F(BadMessages, AreTheEndWithAWrongClock) {
  std::string message = frame("D", next_out(), fields_of(proper_order()));
  message = message.substr(message.find("35="));
  const std::size_t time = message.find("52=") + 3;
  message.replace(time, 4, "2020");
  offender.client.send_raw(framed(message.substr(0, message.find("10="))));
  const Message reject = offender.next();
  EXPECT_TRUE(reject.type() == "3" && reject.says(373, "10")) << reject.readable();
  expect_shown_out("SendingTime accuracy problem");
  expect_orders(0);
}

TEST_F(BadMessages, AreTheEndWhenALogonComesTwice) {
  offender.client.send_raw(frame("A", next_out(),
                                 Fields{}
                                     .add(98, 0)
                                     .add(108, 30)
                                     .add(141, 'Y')
                                     .add(553, "SH065")
                                     .add(554, Daemon::password)
                                     .add(1137, 9)));
  expect_shown_out("a Logon is not expected while logged on");
  offender.log_on(daemon.fix_port());
  expect_offender_in_order();
}

// 43=Y: the same message again. It is never a second order.
TEST_F(BadMessages, AreNoSecondOrderWithPossDup) {
  const Values order = proper_order();
  const std::uint32_t number = offender.client.send("D", fields_of(order));
  EXPECT_EQ(offender.next_report().exec_type, '0');
  const std::string again =
      "43=Y\x01"
      "122=20260618-02:00:00\x01";
  offender.client.send_raw(frame("D", number, fields_of(order), again));
  offender.expect_silence();
  // Under a number that is new, it is an answer that is owed, and the present state is it.
  offender.client.send_raw(frame("D", next_out(), fields_of(order), again));
  ++offender.client.session().memory().next_out;
  const Message state = offender.next();
  EXPECT_TRUE(state.says(150, "I") && state.says(39, "0") && state.says(11, order.at(11)))
      << state.readable();
  expect_offender_in_order();
  expect_orders(2);
}

// 97=Y: perhaps sent before under another number.
TEST_F(BadMessages, AreNoSecondOrderWithPossResend) {
  const Values order = proper_order();
  offender.client.send("D", fields_of(order), true);
  EXPECT_EQ(offender.next_report().exec_type, '0') << "it was not sent before";
  for (int i = 0; i < 3; ++i) {
    offender.client.send("D", fields_of(order), true);
    const Message state = offender.next();
    EXPECT_TRUE(state.says(150, "I") && state.says(39, "0") && state.says(151, "10"))
        << state.readable();
  }
  offender.cancel(order.at(11), voc, Side::sell);
  EXPECT_EQ(offender.next_report().exec_type, '4');
  offender.client.send("D", fields_of(order), true);
  const Message state = offender.next();
  EXPECT_TRUE(state.says(150, "I") && state.says(39, "4") && state.says(151, "0"))
      << state.readable();
  expect_orders(1);
}

// A gap is asked for; what comes after it waits.
TEST_F(BadMessages, WaitForWhatIsMissing) {
  const std::uint32_t lost = next_out();
  const Values first = proper_order();
  const Values second = proper_order();
  // Never sent, but remembered: the client will send it again.
  offender.client.session().memory().remember(
      lost, {"D", "20260618-02:00:00", fields_of(first).text(), false});
  ++offender.client.session().memory().next_out;
  offender.client.send("D", fields_of(second));
  const Message one = offender.next();
  const Message two = offender.next();
  EXPECT_TRUE(one.says(11, first.at(11)) && one.says(150, "0")) << one.readable();
  EXPECT_TRUE(two.says(11, second.at(11)) && two.says(150, "0")) << two.readable();
  EXPECT_EQ(offender.client.session().messages_resent(), 2U);
  expect_orders(2);
}

TEST_F(BadMessages, AskForNothingThatIsNotThere) {
  expect_offender_in_order();
  const auto ask = [&](std::string_view begin, std::string_view end) {
    offender.client.send_raw(frame("2", next_out(), Fields{}.add(7, begin).add(16, end)));
    ++offender.client.session().memory().next_out;
  };
  for (const auto& [begin, end] : std::vector<std::pair<std::string, std::string>>{
           {"5000", "6000"}, {"9", "3"}, {"1", "999999999"}, {"0", "0"}, {"1", "2147483647"}}) {
    SCOPED_TRACE(begin + " to " + end);
    ask(begin, end);
    EXPECT_TRUE(offender.client.round_trip()) << offender.client.why_closed();
  }
  expect_offender_in_order();
}

}  // namespace

}  // namespace emx::end_to_end
