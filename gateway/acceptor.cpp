#include "gateway/acceptor.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace emx::gateway {

namespace asio = boost::asio;
using boost::system::error_code;

Acceptor::Acceptor(asio::io_context& io, const std::string& address, std::uint16_t port,
                   std::function<void(Socket)> accepted)
    : acceptor_{io},
      retry_{io},
      accepted_{std::move(accepted)},
      self_{std::make_shared<Acceptor*>(this)} {
  const auto require = [&](const error_code& error, const char* what) {
    if (!error) return;
    throw std::runtime_error("the FIX gateway cannot " + std::string{what} + " " + address + ":" +
                             std::to_string(port) + ": " + error.message());
  };
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  require(error, "understand the listen address");
  const asio::ip::tcp::endpoint endpoint{ip, port};
  acceptor_.open(endpoint.protocol(), error);
  require(error, "open a socket for");
  // A restart must not wait for the old connections to time out.
  acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
  require(error, "set up a socket for");
  acceptor_.bind(endpoint, error);
  require(error, "listen on");
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  require(error, "listen on");
  const auto bound = acceptor_.local_endpoint(error);
  require(error, "listen on");
  port_ = bound.port();
}

Acceptor::~Acceptor() { *self_ = nullptr; }

void Acceptor::accept() {
  acceptor_.async_accept([self = self_](error_code error, Socket socket) {
    Acceptor* const acceptor = *self;
    if (acceptor == nullptr || error == asio::error::operation_aborted) return;
    if (error) return acceptor->pause();
    acceptor->accepted_(std::move(socket));
    acceptor->accept();
  });
}

// Out of descriptors, most likely: trying again at once would spin.
void Acceptor::pause() {
  retry_.expires_after(std::chrono::milliseconds{100});
  retry_.async_wait([self = self_](error_code error) {
    if (*self != nullptr && !error) (*self)->accept();
  });
}

void Acceptor::close() {
  error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

}  // namespace emx::gateway
