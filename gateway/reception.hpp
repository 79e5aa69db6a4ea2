#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gateway/connection.hpp"
#include "gateway/counters.hpp"
#include "gateway/host.hpp"
#include "gateway/logon_gate.hpp"

namespace emx::gateway {

// Takes connections, sees to it that they log on, and hands them to their sessions. Passwords are
// checked on a thread of its own, for each CompID and peer one at a time. A stranger is refused
// without a check, after the time that one takes: so he neither learns that he is one nor keeps
// those waiting who are not.
//
// When all places are taken, who has been here longest and has not logged on makes room for who
// comes. So those who say nothing, however many, keep nobody out who logs on sooner than as many as
// there are places come after him. Who is logged on stays, and who has named a CompID of ours stays
// while his password is checked. Not thread-safe: all on the I/O thread.
class Reception final : public ConnectionListener {
 public:
  struct Parts {
    boost::asio::io_context& io;
    LogonGate& gate;
    Counters& counters;
    // What a new connection talks by.
    std::function<std::unique_ptr<Transport>(Transport::Socket)> transport;
    // nullptr for a CompID that the gate does not know.
    std::function<Host*(const std::string& comp_id)> host_of;
    std::function<void(const LogonAttempt&, const std::string& peer)> refused;
  };

  struct Limits {
    ConnectionLimits connection;
    std::size_t connections_max;
    std::size_t logons_at_once_max;
  };

  Reception(Parts parts, const Limits& limits);
  ~Reception();

  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  void welcome(Transport::Socket socket);

  // Nobody logs on from now on; who has not yet is shown out.
  void close();
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }
  // Whether any connection has; see Connection.
  [[nodiscard]] bool has_input() const;

  void on_frame(Connection& connection, std::string_view frame) override;
  void on_garbled(Connection& connection) override;
  void on_written(Connection&) override {}
  void on_closed(Connection&) override {}

 private:
  struct Guest;  // a connection, its Logon and what the gate thinks of it

  [[nodiscard]] bool make_room();
  void check_password(std::shared_ptr<Guest> guest);
  void refuse_later(const std::shared_ptr<Guest>& guest);
  void conclude(const std::shared_ptr<Guest>& guest, bool password_ok);
  void admit(const std::shared_ptr<Guest>& guest, Host& host);
  void refuse(Connection& connection, const LogonAttempt& attempt);

  Parts parts_;
  Limits limits_;
  std::size_t checks_pending_ = 0;
  std::size_t strangers_waiting_ = 0;
  std::set<std::pair<std::string, std::string>> examined_;  // CompID and peer, until concluded
  std::chrono::nanoseconds check_takes_ = std::chrono::milliseconds{300};  // as the last one did
  std::vector<std::shared_ptr<Connection>> connections_;  // in the order in which they came
  std::unordered_set<const Connection*> known_;  // of these: have named a CompID, and may be let in
  std::shared_ptr<Reception*> self_;  // tells those who come back late whether we still are
  bool closed_ = false;
  boost::asio::thread_pool password_checker_{1};
};

}  // namespace emx::gateway
