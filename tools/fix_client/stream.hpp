#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace emx::fix_client {

// The bytes of one connection to a venue, by TCP alone or by TLS over it. One read and one write at
// a time. Closing the socket ends all that is under way with an error. Not thread-safe.
class Stream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(boost::system::error_code)>;
  using Moved = std::function<void(boost::system::error_code, std::size_t bytes)>;

  virtual ~Stream() = default;

  // Agrees with the venue on how to talk. First, once the socket is connected; may call `done` at
  // once.
  virtual void open(Done done) = 0;
  virtual void read_some(std::span<char> room, Moved done) = 0;
  // All of them.
  virtual void write(std::string_view bytes, Done done) = 0;

  [[nodiscard]] virtual Socket& socket() = 0;
};

// TCP alone.
[[nodiscard]] std::unique_ptr<Stream> plain_stream(boost::asio::io_context& io);

}  // namespace emx::fix_client
