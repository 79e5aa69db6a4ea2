#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/fix_client/fields.hpp"
#include "tools/fix_client/frame_reader.hpp"
#include "tools/fix_client/message.hpp"
#include "tools/fix_client/session_memory.hpp"
#include "tools/fix_client/utc_time.hpp"
#include "tools/fix_client/version.hpp"

namespace emx::fix_client {

// Who logs on, and where.
struct Identity {
  Version version = Version::fix50;
  std::string sender{};                // 49
  std::string target = "EMX";          // 56
  std::string username{};              // 553; empty: the sender
  std::string password{};              // 554
  std::chrono::seconds heartbeat{30};  // 108
  // A client that remembers no earlier connection takes the numbers that the venue expects: those
  // of its Logon, and the one that its Logout names ("expecting 57"). What was sent before is lost
  // to it, so this is for tools, not for a trading desk.
  bool adopt_numbers = false;
  bool keep_orders = false;  // 9711=N: DAY orders outlive the session
};

// The FIX session layer, seen from the client. Does no input or output; bytes go in by receive()
// and come out of take_output(), time is an argument.
//
// Outgoing: numbers every message, answers TestRequests, keeps the heartbeat, and answers
// ResendRequests from memory with 43=Y, with gap fills for the rest.
// Incoming: gives each application message to `on_message` once, in the order of its number. It
// finds gaps, holds what comes after them, and asks for what is missing. A number that was had
// before is passed over if it carries 43=Y; if not, and for anything else that a venue must not do,
// the session ends with a violation.
//
// Not thread-safe. `on_message` may call send() and logout().
class Session {
 public:
  enum class State {
    offline,     // no connection, or no Logon yet
    logging_on,  // the Logon is sent
    online,
    logging_out,  // we asked for the end
    over,         // no more will come on this connection: see last_words() and violation()
  };

  explicit Session(Identity identity);

  // A new connection; the memory stays.
  void connected(Now now);
  void disconnected();

  // 35=A; `reset` adds 141=Y and forgets the numbers.
  void logon(Now now, bool reset = false);
  void logout(Now now);
  // Returns the message's number. Requires: online.
  std::uint32_t send(std::string_view type, const Fields& body, Now now,
                     bool possible_resend = false);

  // 35=1. The answer is there when heartbeat_answered() is `id`. Requires: online.
  void test(std::string_view id, Now now) { send_admin("1", Fields{}.add(112, id), now); }
  [[nodiscard]] const std::string& heartbeat_answered() const { return heartbeat_answered_; }

  void receive(std::string_view bytes, Now now);
  // Once a second, for heartbeats. A venue that is silent for 2.4 intervals is a violation.
  void tick(Now now);

  // Bytes for the peer, in order.
  [[nodiscard]] std::string take_output();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const std::string& last_words() const { return last_words_; }  // 58 of its Logout
  [[nodiscard]] std::optional<std::uint32_t> number_expected_by_peer() const;  // as they say
  [[nodiscard]] const std::string& violation() const { return violation_; }    // empty: none
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] SessionMemory& memory() { return memory_; }
  [[nodiscard]] const SessionMemory& memory() const { return memory_; }
  // ResendRequests that we sent, over all connections: how often a gap was found.
  [[nodiscard]] std::uint64_t gaps_found() const { return gaps_found_; }
  // Messages that we sent again on request, over all connections.
  [[nodiscard]] std::uint64_t messages_resent() const { return messages_resent_; }

  // A frame under any number, sent or not: for tests of what must be refused.
  [[nodiscard]] std::string frame(std::string_view type, std::uint32_t number, const Fields& body,
                                  Now now, std::string_view more_header = {});

  std::function<void(const Message&)> on_message;  // application messages, and 35=3

 private:
  void on_frame(Now now);
  void dispatch(Now now);
  void on_logon_answer(Now now);
  void on_resend_request(Now now);
  void on_sequence_reset();
  void on_logout(Now now);
  [[nodiscard]] bool is_for_us();
  void hold(Now now);
  void release_held(Now now);
  void request_resend(std::uint32_t begin, std::uint32_t end, Now now);
  void gap_fill(std::uint32_t begin, std::uint32_t next, Now now);
  void send_admin(std::string_view type, const Fields& body, Now now);
  void append(std::string_view type, std::uint32_t number, std::string_view body, Now now,
              std::string_view more_header);
  void violate(std::string what);

  Identity identity_;
  SessionMemory memory_;
  State state_ = State::offline;
  FrameReader reader_;
  Message message_;  // the one under way
  std::string output_;
  std::string head_;                           // reused
  std::map<std::uint32_t, std::string> held_;  // frames after a gap, by number
  std::uint32_t asked_to_ = 0;                 // the last number asked for; 0: no gap is open
  std::string last_words_;
  std::string violation_;
  std::chrono::steady_clock::time_point last_in_;
  std::chrono::steady_clock::time_point last_out_;
  std::string heartbeat_answered_;
  bool test_pending_ = false;  // our TestRequest is unanswered
  bool resetting_ = false;     // our Logon said 141=Y
  std::uint64_t gaps_found_ = 0;
  std::uint64_t messages_resent_ = 0;
  UtcTimestamp timestamp_;
};

}  // namespace emx::fix_client
