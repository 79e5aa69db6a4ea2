#include "tools/fix_client/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace emx::fix_client {

namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(boost::asio::io_context& io) : socket_{io} {}

  void open(Done done) override { done({}); }
  void read_some(std::span<char> room, Moved done) override {
    socket_.async_read_some(boost::asio::buffer(room.data(), room.size()), std::move(done));
  }
  void write(std::string_view bytes, Done done) override {
    boost::asio::async_write(
        socket_, boost::asio::buffer(bytes),
        [done = std::move(done)](boost::system::error_code error, std::size_t) { done(error); });
  }
  Socket& socket() override { return socket_; }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(boost::asio::io_context& io) {
  return std::make_unique<PlainStream>(io);
}

}  // namespace emx::fix_client
