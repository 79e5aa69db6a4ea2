#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include "tools/fix_client/client.hpp"
#include "tools/fix_client/frame_reader.hpp"

// The client on a socket, against a peer that does what a script says and nothing else.
namespace emx::fix_client {

namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// Accepts connections; answers the i-th frame it reads, over all connections, with the i-th bytes
// of its script. Bytes that are empty close the connection instead.
class ScriptedPeer {
 public:
  ScriptedPeer(asio::io_context& io, std::deque<std::string> script)
      : acceptor_{io, {asio::ip::address_v4::loopback(), 0}},
        socket_{io},
        script_{std::move(script)} {
    accept();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] const std::deque<Message>& heard() const { return heard_; }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, asio::ip::tcp::socket socket) {
      if (error) return;
      socket_ = std::move(socket);
      reader_ = FrameReader{};
      read();
      accept();
    });
  }

  void read() {
    socket_.async_read_some(asio::buffer(room_),
                            [this](boost::system::error_code error, std::size_t bytes) {
                              if (error) return;
                              reader_.add({room_, bytes});
                              while (const auto frame = reader_.next()) answer(*frame);
                              if (socket_.is_open()) read();
                            });
  }

  void answer(std::string_view frame) {
    heard_.emplace_back(frame);
    if (script_.empty()) return;
    const std::string bytes = std::move(script_.front());
    script_.pop_front();
    if (bytes.empty()) {
      socket_.close();
    } else {
      asio::write(socket_, asio::buffer(bytes));
    }
  }

  asio::ip::tcp::acceptor acceptor_;
  asio::ip::tcp::socket socket_;
  FrameReader reader_;
  char room_[4'096];
  std::deque<std::string> script_;
  std::deque<Message> heard_;
};

std::string from_venue(std::string_view type, std::uint32_t number, const Fields& body = {}) {
  Fields head;
  head.add(35, type).add(34, number).add(49, "EMX").add(52, "20260618-01:00:00.000");
  head.add(56, "SH049");
  return framed(head.text() + body.text());
}

const std::string logon_answer = from_venue("A", 1, Fields{}.add(98, '0').add(108, 30));

Identity identity(bool adopt_numbers = false) {
  return {.sender = "SH049", .password = "secret", .adopt_numbers = adopt_numbers};
}

TEST(ClientSocket, LogsOnSendsAndLogsOut) {
  asio::io_context io;
  ScriptedPeer peer{
      io, {logon_answer, from_venue("8", 2, Fields{}.add(17, "1-0")), from_venue("5", 3)}};
  Client client{io, identity()};
  ASSERT_EQ(client.logon(peer.port()), LogonOutcome::online);
  EXPECT_EQ(client.send("D", Fields{}.add(11, "a")), 2U);
  const auto report = client.next();
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->says(17, "1-0"));
  EXPECT_TRUE(client.logout());
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(peer.heard().size(), 3U);
}

TEST(ClientSocket, TellsWhoIsNotThereFromWhoSaysNothing) {
  asio::io_context io;
  ScriptedPeer peer{io, {}};
  Client client{io, identity()};
  EXPECT_EQ(client.logon(1), LogonOutcome::unreachable);
  EXPECT_EQ(client.logon(peer.port(), milliseconds{50}), LogonOutcome::silent);
  EXPECT_FALSE(client.is_open());
}

TEST(ClientSocket, TellsWhyItWasRefused) {
  asio::io_context io;
  ScriptedPeer peer{io, {from_venue("5", 1, Fields{}.add(58, "not you"))}};
  Client client{io, identity()};
  EXPECT_EQ(client.logon(peer.port()), LogonOutcome::refused);
  EXPECT_EQ(client.why_closed(), "not you");
}

TEST(ClientSocket, AdoptsTheNumbersThatARefusalNames) {
  asio::io_context io;
  const std::string refusal =
      from_venue("5", 1, Fields{}.add(58, "MsgSeqNum too low, expecting 57 but received 1"));
  ScriptedPeer peer{io, {refusal, from_venue("A", 41, Fields{}.add(98, '0').add(108, 30))}};
  Client client{io, identity(true)};
  ASSERT_EQ(client.logon(peer.port()), LogonOutcome::online);
  EXPECT_EQ(peer.heard().back().seq_num(), 57U);
  EXPECT_EQ(client.session().memory().next_in, 42U);
  EXPECT_EQ(client.session().memory().next_out, 58U);
}

// The line breaks after an order; the venue asks for it again, and it comes with 43=Y.
TEST(ClientSocket, GoesOnAfterABrokenLine) {
  asio::io_context io;
  const std::string again = from_venue("A", 2, Fields{}.add(98, '0').add(108, 30)) +
                            from_venue("2", 3, Fields{}.add(7, 2).add(16, 0));
  ScriptedPeer peer{io, {logon_answer, "", again}};
  Client client{io, identity()};
  ASSERT_EQ(client.logon(peer.port()), LogonOutcome::online);
  client.send("D", Fields{}.add(11, "a"));
  EXPECT_TRUE(client.run_until([&] { return !client.is_open(); }));
  ASSERT_EQ(client.logon(peer.port()), LogonOutcome::online);
  EXPECT_TRUE(client.run_until([&] { return peer.heard().size() == 5; }));
  const Message& order = peer.heard()[3];
  EXPECT_TRUE(order.type() == "D" && order.seq_num() == 2 && order.possible_duplicate());
  EXPECT_EQ(peer.heard()[4].type(), "4") << "the Logon itself is not sent again";
}

TEST(ClientSocket, LeavesAVenueThatSendsNonsense) {
  asio::io_context io;
  ScriptedPeer peer{io, {logon_answer, "HTTP/1.1 400 Bad Request\r\n\r\n"}};
  Client client{io, identity()};
  ASSERT_EQ(client.logon(peer.port()), LogonOutcome::online);
  client.send("D", Fields{});
  EXPECT_FALSE(client.next().has_value());
  EXPECT_EQ(client.why_closed(), "the venue sent a broken frame");
}

}  // namespace

}  // namespace emx::fix_client
