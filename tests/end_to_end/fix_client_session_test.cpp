#include <gtest/gtest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "tools/fix_client/exec_ids.hpp"
#include "tools/fix_client/orders.hpp"
#include "tools/fix_client/session.hpp"

// The client's session layer, by itself: no socket, and a time of our own.
namespace emx::fix_client {

namespace {

using std::chrono::seconds;

class ClientSession : public testing::Test {
 protected:
  ClientSession() : ClientSession(Identity{.sender = "SH049", .password = "secret"}) {}
  explicit ClientSession(Identity identity) : session{std::move(identity)} {
    session.on_message = [this](const Message& message) {
      delivered.push_back(message.seq_num());
      flagged.push_back(message.possible_duplicate());
    };
    session.connected(now);
  }

  void log_on() {
    session.logon(now);
    receive("A", 1, Fields{}.add(98, '0').add(108, 30).add(1137, '9'));
    static_cast<void>(sent());
  }

  // A message of the venue.
  void receive(std::string_view type, std::uint32_t number, const Fields& body = {},
               std::string_view more_header = {}) {
    Fields head;
    head.add(35, type).add(34, number).add(49, "EMX").add(52, "20260618-01:00:00.000");
    head.add(56, "SH049");
    session.receive(framed(head.text() + std::string{more_header} + body.text(), version()), now);
  }
  void receive_reports(std::initializer_list<std::uint32_t> numbers) {
    for (const std::uint32_t number : numbers) receive("8", number, Fields{}.add(17, number));
  }

  // What the client has written since the last call.
  std::vector<Message> sent() {
    FrameReader reader{version()};
    reader.add(session.take_output());
    std::vector<Message> messages;
    while (const auto frame = reader.next()) messages.emplace_back(*frame);
    EXPECT_FALSE(reader.is_broken());
    EXPECT_EQ(reader.unread_bytes(), 0U);
    return messages;
  }

  [[nodiscard]] Version version() const { return session.identity().version; }

  void wait(seconds time) {
    now.steady += time;
    session.tick(now);
  }

  Session session;
  Now now{std::chrono::steady_clock::time_point{seconds{1'000}},
          std::chrono::sys_days{std::chrono::year{2026} / 6 / 18} + std::chrono::milliseconds{7}};
  std::vector<std::uint32_t> delivered;
  std::vector<bool> flagged;
};

const std::string duplicate = "43=Y\x01";

using Numbers = std::vector<std::uint32_t>;

TEST_F(ClientSession, LogsOnWithUserAndVersion) {
  session.logon(now);
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  const Message& logon = messages[0];
  EXPECT_EQ(logon.type(), "A");
  EXPECT_EQ(logon.seq_num(), 1U);
  EXPECT_TRUE(logon.says(49, "SH049") && logon.says(56, "EMX") && logon.says(98, "0"));
  EXPECT_TRUE(logon.says(553, "SH049") && logon.says(554, "secret") && logon.says(1137, "9"));
  EXPECT_TRUE(logon.says(108, "30") && logon.says(52, "20260618-00:00:00.007"));
  EXPECT_FALSE(logon.has(141));
  EXPECT_EQ(session.state(), Session::State::logging_on);
}

TEST_F(ClientSession, GivesMessagesInOrderOnce) {
  log_on();
  receive_reports({2, 3});
  receive("8", 3, Fields{}.add(17, 3), duplicate);
  EXPECT_EQ(delivered, (Numbers{2, 3}));
  EXPECT_EQ(session.state(), Session::State::online);
}

TEST_F(ClientSession, AsksForAGapAndHoldsWhatComesAfterIt) {
  log_on();
  receive_reports({2, 5, 6});
  EXPECT_EQ(delivered, (Numbers{2}));
  const auto requests = sent();
  ASSERT_EQ(requests.size(), 1U) << "one request a gap";
  EXPECT_EQ(requests[0].type(), "2");
  EXPECT_TRUE(requests[0].says(7, "3") && requests[0].says(16, "4"));

  receive("8", 3, Fields{}.add(17, 3), duplicate);
  receive_reports({7});
  receive("8", 4, Fields{}.add(17, 4), duplicate);
  EXPECT_EQ(delivered, (Numbers{2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(flagged, (std::vector<bool>{false, true, true, false, false, false}));
  EXPECT_EQ(session.gaps_found(), 1U);
}

TEST_F(ClientSession, AsksAgainForASecondGap) {
  log_on();
  receive_reports({3, 6});
  static_cast<void>(sent());
  receive("8", 2, Fields{}.add(17, 2), duplicate);
  const auto requests = sent();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].says(7, "4") && requests[0].says(16, "5"));
}

TEST_F(ClientSession, TakesAGapFill) {
  log_on();
  receive_reports({10'002});
  receive("4", 2, Fields{}.add(123, 'Y').add(36, 10'002), duplicate);
  receive_reports({10'003});
  EXPECT_EQ(delivered, (Numbers{10'002, 10'003}));
}

TEST_F(ClientSession, EndsWhenANumberComesAgainUnmarked) {
  log_on();
  receive_reports({2, 2});
  EXPECT_EQ(session.state(), Session::State::over);
  EXPECT_NE(session.violation().find("number 2 again"), std::string::npos);
}

TEST_F(ClientSession, EndsOnABrokenFrame) {
  log_on();
  session.receive(
      "8=FIXT.1.1\x01"
      "9=5\x01"
      "35=0\x01"
      "10=000\x01",
      now);
  EXPECT_EQ(session.state(), Session::State::over);
}

TEST_F(ClientSession, SendsAgainWithPossDupAndFillsTheRest) {
  log_on();
  const Fields order = fields_of(NewOrder{.cl_ord_id = "a",
                                          .account = "SH049-1",
                                          .symbol = "SHEA25",
                                          .quantity = Lots{3},
                                          .price = Fen{7'005}});
  EXPECT_EQ(session.send("D", order, now), 2U);
  receive("1", 2, Fields{}.add(112, "x"));  // our number 3 is the heartbeat that answers
  EXPECT_EQ(session.send("D", order, now, true), 4U);
  static_cast<void>(sent());

  receive("2", 3, Fields{}.add(7, 1).add(16, 0));
  const auto again = sent();
  ASSERT_EQ(again.size(), 4U);
  EXPECT_TRUE(again[0].type() == "4" && again[0].seq_num() == 1 && again[0].says(36, "2"));
  EXPECT_TRUE(again[1].type() == "D" && again[1].seq_num() == 2 && again[1].says(44, "70.05"));
  EXPECT_TRUE(again[1].possible_duplicate() && again[1].has(122));
  EXPECT_FALSE(again[1].possible_resend());
  EXPECT_TRUE(again[2].type() == "4" && again[2].seq_num() == 3 && again[2].says(36, "4"));
  EXPECT_TRUE(again[3].type() == "D" && again[3].possible_resend());
  EXPECT_EQ(session.messages_resent(), 2U);
  EXPECT_EQ(session.memory().next_out, 5U);
}

TEST_F(ClientSession, AnswersOnlyTheRangeAskedFor) {
  log_on();
  for (int i = 0; i < 4; ++i) session.send("D", {}, now);
  static_cast<void>(sent());
  receive("2", 2, Fields{}.add(7, 3).add(16, 4));
  const auto again = sent();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].seq_num(), 3U);
  EXPECT_EQ(again[1].seq_num(), 4U);
}

// A venue that restarted asks for what it lost in the same breath as it shows a gap of its own.
TEST_F(ClientSession, AnswersAResendRequestBeyondAGap) {
  log_on();
  session.send("D", {}, now);
  static_cast<void>(sent());
  receive("2", 4, Fields{}.add(7, 2).add(16, 0));
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_TRUE(messages[0].type() == "D" && messages[0].possible_duplicate());
  EXPECT_TRUE(messages[1].type() == "2" && messages[1].says(7, "2") && messages[1].says(16, "3"));
  receive("4", 2, Fields{}.add(123, 'Y').add(36, 4), duplicate);
  EXPECT_EQ(session.memory().next_in, 5U);
}

TEST_F(ClientSession, GoesOnWithItsNumbersAfterAReconnect) {
  log_on();
  session.send("D", {}, now);
  receive_reports({2});
  session.disconnected();
  session.connected(now);
  session.logon(now);
  const auto logon = sent();
  ASSERT_EQ(logon.size(), 1U);
  EXPECT_EQ(logon[0].seq_num(), 3U);
  receive("A", 6, Fields{}.add(98, '0').add(108, 30));
  EXPECT_EQ(session.state(), Session::State::online);
  const auto request = sent();
  ASSERT_EQ(request.size(), 1U);
  EXPECT_TRUE(request[0].says(7, "3") && request[0].says(16, "5"));
  receive("4", 3, Fields{}.add(123, 'Y').add(36, 6), duplicate);
  receive_reports({7});
  EXPECT_EQ(delivered, (Numbers{2, 7}));
}

TEST_F(ClientSession, ForgetsNumbersOnAReset) {
  log_on();
  session.send("D", {}, now);
  session.disconnected();
  session.connected(now);
  session.logon(now, true);
  const auto logon = sent();
  ASSERT_EQ(logon.size(), 1U);
  EXPECT_TRUE(logon[0].seq_num() == 1 && logon[0].says(141, "Y"));
  receive("A", 1, Fields{}.add(141, 'Y'));
  EXPECT_EQ(session.state(), Session::State::online);
}

TEST_F(ClientSession, ReadsTheNumberThatARefusalNames) {
  session.logon(now);
  receive("5", 1, Fields{}.add(58, "MsgSeqNum too low, expecting 57 but received 1"));
  EXPECT_EQ(session.state(), Session::State::over);
  EXPECT_EQ(session.number_expected_by_peer(), 57U);
}

TEST_F(ClientSession, KeepsTheHeartbeatAndTestsASilentVenue) {
  log_on();
  wait(seconds{30});
  auto messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].type(), "0");
  wait(seconds{7});
  messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].type(), "1");
  wait(seconds{36});
  EXPECT_EQ(session.state(), Session::State::over);
}

TEST_F(ClientSession, AnswersATestRequest) {
  log_on();
  receive("1", 2, Fields{}.add(112, "hello"));
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].type() == "0" && messages[0].says(112, "hello"));
}

TEST_F(ClientSession, AnswersALogout) {
  log_on();
  receive("5", 2, Fields{}.add(58, "closing"));
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].type(), "5");
  EXPECT_EQ(session.last_words(), "closing");
  EXPECT_EQ(session.state(), Session::State::over);
}

class AdoptingSession : public ClientSession {
 protected:
  AdoptingSession()
      : ClientSession(Identity{.sender = "SH049", .password = "x", .adopt_numbers = true}) {}
};

TEST_F(AdoptingSession, StartsWithTheVenuesNumber) {
  session.logon(now);
  receive("A", 10'001, Fields{}.add(98, '0'));
  EXPECT_EQ(sent().size(), 1U) << "nothing is asked for";
  receive_reports({10'002});
  EXPECT_EQ(delivered, (Numbers{10'002}));
}

class Fix44Session : public ClientSession {
 protected:
  Fix44Session()
      : ClientSession(
            Identity{.version = Version::fix44, .sender = "SH049", .password = "secret"}) {}
};

TEST_F(Fix44Session, LogsOnWithoutWhatIsOfFixt) {
  session.logon(now);
  const auto messages = sent();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].says(8, "FIX.4.4") && messages[0].type() == "A");
  EXPECT_TRUE(messages[0].says(554, "secret"));
  EXPECT_FALSE(messages[0].has(1137));
}

TEST_F(Fix44Session, TakesAndSendsMessagesOfItsVersionAlone) {
  log_on();
  receive_reports({2});
  EXPECT_EQ(delivered, Numbers{2});
  session.send("D", {}, now);
  EXPECT_TRUE(sent().at(0).says(8, "FIX.4.4"));
  session.receive(framed("35=0\x01"), now);
  EXPECT_EQ(session.violation(), "the venue sent a broken frame") << "FIXT.1.1";
}

TEST(ExecIds, TellsAMarkedRepeatFromADoubling) {
  const auto report = [](std::string_view header) {
    return Message{framed("35=8\x01" + std::string{header} + "17=7-1\x01")};
  };
  ExecIds ids;
  EXPECT_EQ(ids.see(report("")), ExecIds::Seen::first);
  EXPECT_EQ(ids.see(report("97=Y\x01")), ExecIds::Seen::repeated);
  EXPECT_EQ(ids.see(report("43=Y\x01")), ExecIds::Seen::repeated);
  EXPECT_EQ(ids.see(report("")), ExecIds::Seen::doubled);
}

TEST(ClientOrders, ReadsAReport) {
  Fields fields;
  fields.add(35, '8').add(11, "a").add(17, "9-2").add(150, 'F').add(39, '1').add(54, '2');
  fields.add(32, 4'000).add(31, "11980.00").add(151, 5).add(14, 4'000).add(9701, 202);
  fields.add(9702, "3/2").add(9703, 2'666).add(9704, 1'334).add(9706, 9).add(1003, 7);
  const Report report = read_report(Message{framed(fields.text())});
  EXPECT_TRUE(report.is_trade());
  EXPECT_EQ(report.side, Side::sell);
  EXPECT_EQ(report.last_quantity, Lots{4'000});
  EXPECT_EQ(report.last_price, Fen{1'198'000});
  EXPECT_EQ(report.credited + report.retired, report.last_quantity);
  EXPECT_EQ(report.code, Code::q02_net_outflow);
  EXPECT_EQ(report.ledger_seq, 9U);
}

TEST(ClientOrders, ReadsPrices) {
  EXPECT_EQ(price_of("97.49"), Fen{9'749});
  EXPECT_EQ(price_of("97.5"), Fen{9'750});
  EXPECT_EQ(price_of("11980"), Fen{1'198'000});
  EXPECT_EQ(price_of("-0.01"), Fen{-1});
  EXPECT_EQ(Fields{}.add(44, Fen{-105}).text(), "44=-1.05\x01");
}

}  // namespace

}  // namespace emx::fix_client
