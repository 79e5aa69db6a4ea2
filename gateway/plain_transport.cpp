#include <boost/asio/buffer.hpp>
#include <utility>

#include "gateway/transport.hpp"

namespace emx::gateway {

namespace {

namespace asio = boost::asio;

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_{std::move(socket)} {}

  void open(Done done) override { done({}); }
  void read_some(std::span<char> room, Moved done) override {
    socket_.async_read_some(asio::buffer(room.data(), room.size()), std::move(done));
  }
  void write_some(std::string_view bytes, Moved done) override {
    socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()), std::move(done));
  }
  void finish(Done done) override {
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    done(error);
  }
  Socket& socket() override { return socket_; }
  std::string peer_name() override { return {}; }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(Transport::Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace emx::gateway
