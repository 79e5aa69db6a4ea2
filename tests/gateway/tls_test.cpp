#include <openssl/ssl.h>

#include <fstream>

#include "tests/gateway/certificates.hpp"
#include "tests/gateway/house.hpp"

// FIX over TLS: both sides prove who they are, and one that cannot costs nobody else anything.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class TlsSession : public House {
 protected:
  TlsSession() {
    const Certificate own = authority.issue("EMX");
    config.tls = TlsFiles{.certificate = file("venue.pem", own.text),
                          .private_key = file("venue.key", own.private_key),
                          .client_authorities = file("clients.pem", authority.certificate())};
  }

  [[nodiscard]] std::filesystem::path file(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = config.directory / name;
    std::ofstream{path} << text;
    return path;
  }

  // Connects, and proves by this certificate who it is.
  void secure(FixClient& client, const std::string& common_name) const {
    ASSERT_TRUE(client.secure(authority.issue(common_name)));
  }

  // Is not let in: they do not agree, or the venue hangs up.
  static bool is_turned_away(FixClient& client, const Certificate& own) {
    return !client.secure(own) || client.is_closed();
  }

  void expect_trade() { expect_trade(authority.issue("ALPHA1")); }
  void expect_trade(const Certificate& certificate) {
    FixClient client = connect("ALPHA1");
    ASSERT_TRUE(client.secure(certificate));
    ASSERT_TRUE(client.log_on());
    ++orders_;
    rest_order(client, "A-" + std::to_string(orders_), orders_);
    client.send("5", {});
    EXPECT_TRUE(client.is_closed());
  }

  Authority authority{"Registrar of clients"};

 private:
  std::uint64_t orders_ = 0;
};

TEST_F(TlsSession, OfAClientWithItsCertificateTrades) {
  start();
  expect_trade();
  EXPECT_EQ(counters().handshakes_failed, 0U);
}

TEST_F(TlsSession, SpeaksFix44Too) {
  start();
  FixClient client = connect();
  secure(client, "ALPHA1");
  client.speak_fix44();
  EXPECT_TRUE(client.log_on());
}

// The password alone is not enough; it is refused in the same words as a wrong one.
TEST_F(TlsSession, WithTheCertificateOfAnotherIsRefused) {
  start();
  FixClient client = connect("ALPHA1");
  secure(client, "BETA1");
  client.send_logon("secret");
  const auto logout = client.receive();
  ASSERT_TRUE(logout);
  EXPECT_EQ(logout->type(), "5");
  EXPECT_EQ(logout->at(58), "unknown CompID, user name or password");
  EXPECT_TRUE(client.is_closed());
  expect_trade();
}

TEST_F(TlsSession, MayBeOfACertificateWithAnotherName) {
  config.sessions[0].certificate = "ALPHA trading engine 7";
  start();
  FixClient client = connect("ALPHA1");
  secure(client, "ALPHA trading engine 7");
  EXPECT_TRUE(client.log_on());
  client.send("5", {});
  ASSERT_TRUE(client.is_closed());
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient other = connect("ALPHA1");
  other.next_out = client.next_out;
  secure(other, "ALPHA1");
  other.send_logon("secret");
  const auto refused = other.receive();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->type(), "5");
}

TEST_F(TlsSession, WithoutACertificateComesToNothing) {
  start();
  FixClient client = connect();
  EXPECT_TRUE(is_turned_away(client, {}));
  EXPECT_TRUE(run_until([&] { return counters().handshakes_failed == 1; }));
  expect_trade();
}

TEST_F(TlsSession, WithACertificateOfAStrangersComesToNothing) {
  start();
  const Authority stranger{"Registrar of clients"};  // of the same name
  FixClient client = connect();
  EXPECT_TRUE(is_turned_away(client, stranger.issue("ALPHA1")));
  EXPECT_TRUE(run_until([&] { return counters().handshakes_failed == 1; }));
  expect_trade();
}

TEST_F(TlsSession, MayBeOfEitherVersion) {
  start();
  std::uint32_t next_out = 1;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    FixClient client = connect();
    client.next_out = next_out;
    const bool let_in = client.secure(authority.issue("ALPHA1"), version) && client.log_on();
    EXPECT_TRUE(let_in) << version;
    next_out = client.next_out;
    client.close();
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  }
}

TEST_F(TlsSession, OfOneThatSpeaksPlainFixComesToNothing) {
  start();
  FixClient client = connect();
  client.send_logon("secret");
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(run_until([&] { return counters().handshakes_failed == 1; }));
  expect_trade();
}

// One who says nothing, and one who begins and does not go on.
TEST_F(TlsSession, ThatIsNeverOpenedHoldsNobodyUp) {
  config.limits.logon_deadline = milliseconds{3'000};
  const Certificate certificate = authority.issue("ALPHA1");
  start();
  FixClient silent = connect();
  FixClient half = connect();
  half.send_raw(std::string{"\x16\x03\x01\x02", 4});  // the first bytes of a ClientHello
  expect_trade(certificate);
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(half.is_closed());
  EXPECT_EQ(counters().logon_deadlines, 2U);
}

TEST_F(TlsSession, OfManyThatAreNeverOpenedKeepsNobodyOut) {
  config.limits.connections_max = 8;
  start();
  std::vector<FixClient> strangers;
  for (int i = 0; i < 40; ++i) {
    strangers.push_back(connect());
    if (i % 2 == 0) strangers.back().send_raw(std::string{"\x16\x03\x01\x02", 4});
  }
  expect_trade();
  EXPECT_EQ(counters().logon_deadlines, 0U);
  EXPECT_GE(counters().connections_pushed_out, 33U);
}

// More than fits into one record, or into the socket.
TEST_F(TlsSession, CarriesMuchAtOnce) {
  constexpr std::uint64_t orders = 1'000;
  start();
  FixClient client = connect();
  secure(client, "ALPHA1");
  ASSERT_TRUE(client.log_on());
  client.answer_test_requests(true);
  for (std::uint64_t i = 1; i <= orders; ++i) rest_order(client, "A-" + std::to_string(i), i);
  client.send("AF", {{584, "ALL"}, {585, "7"}});
  std::uint64_t told = 0;
  while (told < orders) {
    const auto answer = client.receive_business();
    ASSERT_TRUE(answer);
    ++told;
    EXPECT_EQ(answer->at(11), "A-" + std::to_string(told));
  }
  client.send("5", {});
  EXPECT_TRUE(client.is_closed());
}

TEST_F(TlsSession, NeedsFilesThatFit) {
  const TlsFiles good = *config.tls;
  const Certificate other = authority.issue("EMX");
  struct Case {
    TlsFiles files;
    std::string words;
  };
  std::vector<Case> cases(4, {good, {}});
  cases[0].files.certificate = "nowhere.pem";
  cases[0].words = "the certificate nowhere.pem cannot be used";
  cases[1].files.private_key = file("other.key", other.private_key);  // not to the certificate
  cases[1].words = "the private key";
  cases[2].files.client_authorities = file("none.pem", "nobody");
  cases[2].words = "the list of authorities";
  cases[3].files.private_key = good.certificate;
  cases[3].words = "the private key";
  for (const Case& one : cases) {
    config.tls = one.files;
    try {
      make_gateway();
      ADD_FAILURE() << one.words;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find(one.words), std::string::npos) << error.what();
    }
  }
  config.tls = good;
  start();
  expect_trade();
}

}  // namespace

}  // namespace emx::gateway::test
