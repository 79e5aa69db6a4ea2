#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <memory>

#include "tools/admin/desk.hpp"
#include "tools/admin/operators.hpp"

namespace emx::admin {

class AdminConnection;

// Answers `emx admin` on a local Unix socket that only this user and root may open; the other end's
// user id is checked as well. A connection's lines are answered one after the other, by the desk.
// Connections are bounded. All on the io_context's thread.
class AdminServer {
 public:
  // Listens. A socket that a dead process left is replaced. Throws std::runtime_error with words
  // for a person when it cannot.
  AdminServer(boost::asio::io_context& io, const std::filesystem::path& socket, Operators operators,
              Desk::Callbacks callbacks);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // What becomes of the lines; it wants every durable entry.
  [[nodiscard]] Desk& desk() { return desk_; }

  // Closes the socket and takes it away; running requests are not answered any more.
  void close();

 private:
  friend class AdminConnection;

  void accept();
  void accept_later();

  std::filesystem::path path_;
  Desk desk_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  // Each connection holds one; they may outlive the server within the io_context.
  std::shared_ptr<void> places_ = std::make_shared<char>();
};

}  // namespace emx::admin
