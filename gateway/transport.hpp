#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace emx::gateway {

// The bytes of one connection, by TCP alone or by TLS over it. One read and one write at a time; a
// handler is called on the I/O thread and keeps alive what it holds, which must be the transport's
// owner. Closing the socket ends all that is under way with an error. Not thread-safe.
class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(boost::system::error_code)>;
  using Moved = std::function<void(boost::system::error_code, std::size_t bytes)>;

  virtual ~Transport() = default;

  // Agrees with the peer on how to talk. First, and once.
  virtual void open(Done done) = 0;
  virtual void read_some(std::span<char> room, Moved done) = 0;
  virtual void write_some(std::string_view bytes, Moved done) = 0;
  // Tells the peer that nothing more will come. Nothing is written after it.
  virtual void finish(Done done) = 0;

  [[nodiscard]] virtual Socket& socket() = 0;
  // The common name in the certificate that the peer has proved to hold; empty: it was not asked.
  // Once open.
  [[nodiscard]] virtual std::string peer_name() = 0;
};

// TCP alone.
[[nodiscard]] std::unique_ptr<Transport> plain_transport(Transport::Socket socket);

}  // namespace emx::gateway
