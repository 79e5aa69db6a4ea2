#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/gateway/house.hpp"

namespace emx::gateway::test {

// A house that few failures are forgiven in, and what a session's numbers show of who was there.
class Logon : public House {
 protected:
  Logon() {
    config.limits.logon_failures_max = 3;
    config.limits.logon_failures_window = std::chrono::milliseconds{60'000};
  }

  // Lets a client log on, trade a little and log out, so that its numbers are worth something.
  void use_session() {
    FixClient client = connect();
    ASSERT_TRUE(client.log_on());
    client.send("1", {{112, "PING"}});
    ASSERT_TRUE(client.receive());
    client.send("5", {});
    ASSERT_TRUE(client.is_closed());
    next_out_ = client.next_out;
    next_in_ = client.next_in + 1;  // the Logout that answered
  }

  // The client's own numbers still fit: no gap, nothing too low.
  void expect_numbers_untouched() {
    FixClient client = connect();
    client.next_out = next_out_;
    client.send_logon("secret");
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type(), "A");
    EXPECT_EQ(answer->at(34), std::to_string(next_in_));
    client.send("1", {{112, "STILL-THERE"}});
    const auto heartbeat = client.receive();
    ASSERT_TRUE(heartbeat);
    EXPECT_EQ(heartbeat->type(), "0");
    EXPECT_EQ(heartbeat->at(112), "STILL-THERE");
  }

  void expect_refusal(FixClient& client, const std::string& words, const std::string& status) {
    const auto logout = client.receive();
    ASSERT_TRUE(logout);
    EXPECT_EQ(logout->type(), "5");
    EXPECT_NE(logout->at(58).find(words), std::string::npos) << logout->at(58);
    EXPECT_EQ(logout->at(1409), status);
    EXPECT_TRUE(client.is_closed());
  }

  std::uint32_t next_out_ = 1;
  std::uint32_t next_in_ = 1;
};

}  // namespace emx::gateway::test
