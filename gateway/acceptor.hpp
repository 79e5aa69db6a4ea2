#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace emx::gateway {

// Listens on one address and hands over what connects. Not thread-safe: all on the I/O thread.
class Acceptor {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // Port 0 lets the system choose. Throws std::runtime_error, in words for a person, when the
  // address cannot be listened on.
  Acceptor(boost::asio::io_context& io, const std::string& address, std::uint16_t port,
           std::function<void(Socket)> accepted);

  ~Acceptor();

  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start() { accept(); }
  void close();

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void accept();
  void pause();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::function<void(Socket)> accepted_;
  std::shared_ptr<Acceptor*> self_;  // tells an accept under way whether we still are
  std::uint16_t port_ = 0;
};

}  // namespace emx::gateway
