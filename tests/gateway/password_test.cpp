#include "gateway/password.hpp"

#include "tests/gateway/logon_house.hpp"

// A client that changes its password (925).

namespace emx::gateway::test {

namespace {

class NewPassword : public Logon {
 protected:
  // The status in the answer, or in the refusal.
  std::string status_of(const std::string& password, const Fields& more = {}) {
    FixClient client = connect();
    client.next_out = next_out_;
    client.send_logon(password, more);
    const auto answer = client.receive();
    if (!answer) return "nothing";
    if (answer->type() == "A") {
      client.send("5", {});
      EXPECT_TRUE(client.is_closed());
      next_out_ = client.next_out;
    }
    EXPECT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
    return answer->at(1409);
  }
};

TEST_F(NewPassword, IsTheOnlyOneFromItsAnswerOn) {
  start();
  const std::string next = "another long secret";
  EXPECT_EQ(status_of("secret", {{925, next}}), "1");
  EXPECT_EQ(status_of("secret"), "5");
  EXPECT_EQ(status_of(next), "0");
  // And outlives the process.
  die();
  start();
  EXPECT_EQ(status_of("secret"), "5");
  EXPECT_EQ(status_of(next), "0");
  // Until the venue configures another one.
  die();
  config.sessions[0].password_hash = make_password_hash("of the venue", 1'000);
  start();
  EXPECT_EQ(status_of(next), "5");
  EXPECT_EQ(status_of("of the venue"), "0");
}

TEST_F(NewPassword, ThatIsTooWeakLeavesTheOldOne) {
  start();
  for (const char* weak : {"", "short", "secret", "xx ALPHA1 ALPHA1 xx"}) {
    EXPECT_EQ(status_of("secret", {{925, weak}}), "3") << weak;
  }
  EXPECT_EQ(status_of("secret"), "0");
}

// Nor does anybody else's wish, or one that comes to nothing for another reason.
TEST_F(NewPassword, NeedsALogonThatIsGood) {
  start();
  EXPECT_EQ(status_of("guess", {{925, "another long secret"}}), "5");
  EXPECT_EQ(status_of("secret", {{141, "Y"}, {925, "another long secret"}}), "7");
  EXPECT_EQ(status_of("secret"), "0");
  next_out_ = 1;  // too low
  EXPECT_EQ(status_of("secret", {{925, "another long secret"}}), "9");
  next_out_ = 3;
  EXPECT_EQ(status_of("secret"), "0");
}

}  // namespace

}  // namespace emx::gateway::test
