#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// Who must not get in, and what is said to them, while a client who has every right to be there
// notices nothing.
namespace emx::end_to_end {

namespace {

using fix_client::framed;
using fix_client::FrameReader;
using fix_client::Now;
using std::chrono::milliseconds;

constexpr std::string_view no_words;  // closed without any

// A connection without a session: bytes out, bytes in.
class Stranger {
 public:
  explicit Stranger(boost::asio::io_context& io) : client_{io, Daemon::identity("SH065")} {}

  void open(std::uint16_t port) { ASSERT_TRUE(client_.open(port)); }
  void say(std::string_view bytes) { client_.send_raw(bytes); }
  // Whether the venue closes the connection.
  bool is_shown_out(milliseconds timeout = milliseconds{5'000}) {
    return client_.run_until([&] { return !client_.is_open(); }, timeout);
  }
  // Of its Logout; empty: it left without one. (One to another CompID than the client's own is
  // quoted whole.)
  [[nodiscard]] std::string words() const {
    return client_.session().last_words() + client_.session().violation();
  }

 private:
  Client client_;
};

// A Logon that is proper but for what a test changes.
struct Logon {
  std::string begin_string = "FIXT.1.1";
  std::string type = "A";
  std::string sender = "SH065";
  std::string target = "EMX";
  std::string body = std::string{"98=0|108=30|553=SH065|554="} + Daemon::password + "|1137=9|";

  [[nodiscard]] std::string bytes() const {
    Fields head;
    head.add(35, type).add(34, 1).add(49, sender);
    head.add(52, utc_now()).add(56, target);
    std::string fields = head.text() + body;
    for (char& c : fields) {
      if (c == '|') c = '\x01';
    }
    std::string frame = framed(fields);
    const std::size_t at = frame.find("FIXT.1.1");
    if (begin_string == "FIXT.1.1") return frame;
    frame.replace(at, 8, begin_string);
    return with_checksum(frame);
  }

  [[nodiscard]] static std::string utc_now() {
    fix_client::UtcTimestamp timestamp;
    return std::string{timestamp.text(Now::read().utc)};
  }
  [[nodiscard]] static std::string with_checksum(const std::string& frame) {
    const std::string without = frame.substr(0, frame.size() - 7);
    const std::string digits = std::to_string(1'000 + fix_client::checksum_of(without));
    return without + "10=" + digits.substr(1) + "\x01";
  }
};

class Strangers : public testing::Test {
 protected:
  Strangers() : daemon{{"SH049", "SH065"}} {
    daemon.start();
    daemon.open_market();
    witness.log_on(daemon.fix_port());
    expect_witness_undisturbed();
  }

  // Orders, an answer each, in one unbroken row of numbers.
  void expect_witness_undisturbed() {
    const std::uint32_t next_in = witness.client.session().memory().next_in;
    witness.sell(voc, Lots{1}, Fen{1'198'000});
    EXPECT_EQ(witness.next_report().exec_type, '0');
    EXPECT_GT(witness.client.session().memory().next_in, next_in);
    EXPECT_EQ(witness.client.session().gaps_found(), 0U);
    EXPECT_TRUE(witness.client.is_online()) << witness.client.why_closed();
  }

  void expect_refusal(std::string_view bytes, std::string_view words) {
    Stranger stranger{io};
    stranger.open(daemon.fix_port());
    stranger.say(bytes);
    EXPECT_TRUE(stranger.is_shown_out());
    if (words == no_words) {
      EXPECT_EQ(stranger.words(), "") << "nothing is said";
    } else {
      EXPECT_NE(stranger.words().find(words), std::string::npos) << stranger.words();
    }
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader witness{io, "SH049", keeps_orders};
};

TEST_F(Strangers, AreShownOut) {
  struct Row {
    std::string what;
    std::string bytes;
    std::string_view words;
  };
  std::string wrong_sum = Logon{}.bytes();
  wrong_sum[wrong_sum.size() - 2] = wrong_sum[wrong_sum.size() - 2] == '0' ? '1' : '0';
  std::string wrong_length = Logon{}.bytes();
  wrong_length.replace(wrong_length.find("\x01"
                                         "9=") +
                           3,
                       3, "100");
  const std::string unknown = "unknown CompID, user name or password";
  const Row rows[] = {
      {"another protocol", "GET / HTTP/1.1\r\nHost: emx\r\n\r\n", no_words},
      {"binary", std::string(4'096, '\0'), no_words},
      {"a frame without end",
       "8=FIXT.1.1\x01"
       "9=70000\x01"
       "35=A\x01",
       no_words},
      {"a length of letters",
       "8=FIXT.1.1\x01"
       "9=many\x01"
       "35=A\x01"
       "10=000\x01",
       no_words},
      {"a wrong sum", wrong_sum, no_words},
      {"a wrong length", wrong_length, no_words},
      {"an order first", Logon{.type = "D"}.bytes(), "the first message must be a Logon"},
      {"a heartbeat first", Logon{.type = "0", .body = ""}.bytes(),
       "the first message must be a Logon"},
      {"FIX 4.2", Logon{.begin_string = "FIX.4.2"}.bytes(),
       "only FIXT.1.1 and FIX.4.4 are spoken here"},
      {"for another venue", Logon{.target = "XEMX"}.bytes(), "wrong TargetCompID (56)"},
      {"an unknown CompID", Logon{.sender = "SH999"}.bytes(), unknown},
      {"a wrong user name", Logon{.body = "98=0|108=30|553=SH049|554=x|1137=9|"}.bytes(), unknown},
      {"a wrong password", Logon{.body = "98=0|108=30|553=SH065|554=x|1137=9|"}.bytes(), unknown},
      {"no password", Logon{.body = "98=0|108=30|553=SH065|1137=9|"}.bytes(),
       "Username (553) and Password (554) are required"},
      {"encryption", Logon{.body = "98=1|108=30|553=SH065|554=x|1137=9|"}.bytes(),
       "EncryptMethod (98) must be 0"},
      {"no heartbeat", Logon{.body = "98=0|108=0|553=SH065|554=x|1137=9|"}.bytes(),
       "HeartBtInt (108) must be from 1 to 60 seconds"},
      {"FIX 5.0 SP1", Logon{.body = "98=0|108=30|553=SH065|554=x|1137=8|"}.bytes(),
       "DefaultApplVerID (1137) must be 9"},
      {"a field twice", Logon{.body = "98=0|98=0|108=30|553=SH065|554=x|1137=9|"}.bytes(),
       "field 98 is repeated"},
      {"a field that is not taken",
       Logon{.body = "98=0|108=30|553=SH065|554=x|1137=9|789=5|"}.bytes(),
       "field 789 is not taken in a Logon"},
      {"a field that is none",
       Logon{.body = "98=0|108=30|553=SH065|554=x|1137=9|nonsense|"}.bytes(), "malformed"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    expect_refusal(row.bytes, row.words);
    expect_witness_undisturbed();
  }
}

// Guessing is slowed down for who guesses, and for nobody else.
TEST_F(Strangers, AreLockedOutWhenTheyGuess) {
  const std::string guess = Logon{.body = "98=0|108=30|553=SH065|554=guess|1137=9|"}.bytes();
  for (int i = 0; i < 5; ++i) expect_refusal(guess, "unknown CompID, user name or password");
  expect_refusal(guess, "too many failed logons; try again later");
  expect_refusal(Logon{}.bytes(), "too many failed logons; try again later");
  EXPECT_TRUE(witness.client.logout());
  witness.log_on(daemon.fix_port());
  expect_witness_undisturbed();
}

TEST_F(Strangers, AreShownOutWhenTheySayNothing) {
  Stranger silent{io};
  silent.open(daemon.fix_port());
  Stranger slow{io};
  slow.open(daemon.fix_port());
  slow.say(Logon{}.bytes().substr(0, 40));
  EXPECT_TRUE(silent.is_shown_out(milliseconds{15'000}));
  EXPECT_TRUE(slow.is_shown_out(milliseconds{15'000}));
  expect_witness_undisturbed();
}

// Ten thousand that open a connection and say nothing, of which each stays as long as the venue
// lets it, or all others but a thousand do.
TEST_F(Strangers, KeepNobodyOutHoweverManyTheyAre) {
  std::deque<boost::asio::ip::tcp::socket> silent;
  const boost::asio::ip::tcp::endpoint venue{boost::asio::ip::address_v4::loopback(),
                                             daemon.fix_port()};
  Trader late{io, "SH065", keeps_orders};
  for (int round = 0; round < 10; ++round) {
    SCOPED_TRACE(round);
    for (int i = 0; i < 1'000; ++i) {
      silent.emplace_back(io).connect(venue);
      if (silent.size() > 1'000) silent.pop_front();
    }
    expect_witness_undisturbed();
    ASSERT_NO_FATAL_FAILURE(late.log_on(daemon.fix_port()));
    late.sell(voc, Lots{1}, Fen{1'198'000});
    EXPECT_EQ(late.next_report().exec_type, '0');
    EXPECT_TRUE(late.client.logout());
  }
  EXPECT_EQ(late.client.session().gaps_found(), 0U);
  // The log has a line a second of them.
  const std::string words = "made room for others";
  EXPECT_TRUE(wait_for([&] { return daemon.log().find(words) != std::string::npos; }));
  const std::string log = daemon.log();
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = log.find(words, at)) != log.npos; ++at) ++lines;
  EXPECT_LT(lines, 200U);
}

// 141=Y would start a session's numbers again: not for a stranger, and not for the client itself
// unless its configuration says so.
TEST_F(Strangers, ResetNobodysNumbers) {
  Trader victim{io, "SH065", keeps_orders};
  victim.log_on(daemon.fix_port());
  victim.sell(voc, Lots{1}, Fen{1'198'000});
  victim.next_report();
  EXPECT_TRUE(victim.client.logout());
  expect_refusal(Logon{.body = "98=0|108=30|141=Y|553=SH065|554=guess|1137=9|"}.bytes(),
                 "unknown CompID, user name or password");
  expect_refusal(
      Logon{.body = std::string{"98=0|108=30|141=Y|553=SH065|554="} + Daemon::password + "|1137=9|"}
          .bytes(),
      "ResetSeqNumFlag (141=Y) is not allowed for this session");
  const std::uint32_t next_in = victim.client.session().memory().next_in;
  victim.log_on(daemon.fix_port());
  EXPECT_EQ(victim.client.session().memory().next_in, next_in + 1);
  EXPECT_EQ(victim.client.session().gaps_found(), 0U);
}

// One connection for a CompID: the first keeps it.
TEST_F(Strangers, TakeNobodysPlace) {
  Client second{io, Daemon::identity("SH049")};
  EXPECT_EQ(second.logon(daemon.fix_port()), LogonOutcome::refused);
  EXPECT_EQ(second.why_closed(), "this CompID is logged on already");
  expect_witness_undisturbed();
}

TEST_F(Strangers, AreToldOfNumbersThatAreTooLow) {
  Trader client{io, "SH065"};
  client.log_on(daemon.fix_port());
  client.sell(voc, Lots{1}, Fen{1'198'000});
  client.next_report();
  EXPECT_TRUE(client.client.logout());
  Client forgetful{io, Daemon::identity("SH065")};
  EXPECT_EQ(forgetful.logon(daemon.fix_port()), LogonOutcome::refused);
  EXPECT_EQ(forgetful.session().number_expected_by_peer(),
            client.client.session().memory().next_out);
  client.log_on(daemon.fix_port());
}

}  // namespace

}  // namespace emx::end_to_end
