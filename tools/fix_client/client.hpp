#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/fix_client/session.hpp"
#include "tools/fix_client/tls.hpp"

namespace emx::fix_client {

class Link;

enum class LogonOutcome {
  online,
  unreachable,  // nobody listens there
  refused,      // a Logout, or the connection was closed
  silent,       // no answer in time
  not_secure,   // TLS was not agreed
};

// A FIX session on a socket. Its memory outlives the connections, so that after drop() or a crash
// of the venue the next logon() goes on where the last one ended.
//
// Runs on an io_context that many clients may share, on one thread: each waiting call below runs
// it, and so all of them. Messages go to `on_message` if it is set, else they queue for next().
// None of the waiting calls may be made from within on_message or on_closed.
class Client {
 public:
  static constexpr std::chrono::milliseconds patience{10'000};

  // By TCP alone without `tls`, which must outlive the client.
  Client(boost::asio::io_context& io, Identity identity, Tls* tls = nullptr);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Connects to 127.0.0.1, by TLS if that is wanted, and no more. False: nobody listens, or TLS was
  // not agreed.
  bool open(std::uint16_t port);
  // Connects and logs on. With Identity::adopt_numbers it tries a second time, with the number that
  // the first refusal named.
  LogonOutcome logon(std::uint16_t port, std::chrono::milliseconds timeout = patience,
                     bool reset = false);
  // Says goodbye and waits for the venue to do so, too; then closes. False: it did not.
  bool logout(std::chrono::milliseconds timeout = patience);
  // Closes the socket without a word.
  void drop();

  // Sends an application message; returns its number. Requires: is_online().
  std::uint32_t send(std::string_view type, const Fields& body, bool possible_resend = false);
  // Bytes of any kind, past the session. Requires: is_open().
  void send_raw(std::string_view bytes);

  // Asks for a heartbeat and waits for it: by then, all that the venue had sent has come. False: no
  // answer in time, or not online.
  bool round_trip(std::chrono::milliseconds timeout = patience);

  // The next queued message; nullopt after `timeout`, or when the connection is gone.
  std::optional<Message> next(std::chrono::milliseconds timeout = patience);
  // Nothing is waited for.
  [[nodiscard]] const std::deque<Message>& inbox() const { return inbox_; }

  // Runs the io_context until `done()` holds; false after `timeout`.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds timeout = patience);

  [[nodiscard]] bool is_open() const { return link_ != nullptr; }
  [[nodiscard]] bool is_online() const {
    return is_open() && session_.state() == Session::State::online;
  }
  // Not given to the system yet: it takes no more, or the io_context has not run since.
  [[nodiscard]] std::size_t unsent_bytes() const;
  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const Session& session() const { return session_; }
  // Why the last connection ended, for people.
  [[nodiscard]] std::string why_closed() const;

  std::function<void(const Message&)> on_message;
  std::function<void()> on_closed;  // not by drop()

 private:
  friend class Link;

  LogonOutcome logon_once(std::uint16_t port, std::chrono::milliseconds timeout, bool reset);
  void on_bytes(std::string_view bytes);
  void on_second();
  void on_end();
  void flush();

  boost::asio::io_context& io_;
  Session session_;
  Tls* tls_;                    // null: none
  std::string tls_fault_;       // why the last open() failed; empty: not for TLS
  std::shared_ptr<Link> link_;  // null: no connection
  std::deque<Message> inbox_;
  std::uint64_t round_trips_ = 0;
  bool receiving_ = false;  // what is sent meanwhile goes out in one write
};

// For people.
[[nodiscard]] std::string_view words_for(LogonOutcome outcome);

}  // namespace emx::fix_client
