#include "tools/emxd/metrics_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <stdexcept>
#include <thread>

namespace emx::daemon {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr auto request_timeout = std::chrono::seconds{5};
constexpr auto pause_after_accept_error = std::chrono::milliseconds{100};
constexpr std::uint32_t connections_max = 64;
constexpr std::uint32_t request_bytes_max = 16 * 1024;

}  // namespace

struct MetricsServer::Server {
  // One connection: requests one after the other while the client keeps it open.
  class Connection : public std::enable_shared_from_this<Connection> {
   public:
    Connection(tcp::socket socket, Server& server) : stream_{std::move(socket)}, server_{server} {
      ++server_.connections;
    }
    ~Connection() { --server_.connections; }

    void read() {
      parser_.emplace();
      parser_->header_limit(request_bytes_max);
      parser_->body_limit(request_bytes_max);
      stream_.expires_after(request_timeout);
      http::async_read(stream_, buffer_, *parser_,
                       [self = shared_from_this()](beast::error_code error, std::size_t) {
                         if (!error) self->answer();
                       });
    }

   private:
    void answer() {
      const auto& request = parser_->get();
      HttpAnswer answer{405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
      const bool head = request.method() == http::verb::head;
      if (head || request.method() == http::verb::get) {
        const std::string target{request.target()};
        answer = server_.handler(target.substr(0, target.find('?')));
      }
      response_ = {};
      response_.version(request.version());
      response_.result(answer.status);
      response_.set(http::field::content_type, answer.type);
      response_.keep_alive(request.keep_alive());
      response_.content_length(answer.body.size());
      if (!head) response_.body() = std::move(answer.body);
      stream_.expires_after(request_timeout);
      http::async_write(stream_, response_,
                        [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (!error && self->response_.keep_alive()) self->read();
                        });
    }

    beast::tcp_stream stream_;
    Server& server_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
  };

  Server(std::uint16_t port, Handler h) : handler{std::move(h)}, acceptor{io}, pause{io} {
    try {
      const tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), port};
      acceptor.open(endpoint.protocol());
      acceptor.set_option(tcp::acceptor::reuse_address{true});
      acceptor.bind(endpoint);
      acceptor.listen();
    } catch (const boost::system::system_error& error) {
      throw std::runtime_error{"metrics.port: cannot listen on 127.0.0.1:" + std::to_string(port) +
                               ": " + error.code().message() +
                               "; give another port, or 0 for a free one"};
    }
    accept();
    thread = std::thread{[this] { io.run(); }};
  }
  ~Server() {
    io.stop();
    thread.join();
  }

  void accept() {
    acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == boost::asio::error::operation_aborted) return;
      if (error) return accept_later();
      if (connections < connections_max) {
        std::make_shared<Connection>(std::move(socket), *this)->read();
      }
      accept();
    });
  }

  // Out of descriptors, most likely: the client is still in the queue.
  void accept_later() {
    pause.expires_after(pause_after_accept_error);
    pause.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  Handler handler;
  std::uint32_t connections = 0;  // before io: connections die with it
  boost::asio::io_context io{1};
  tcp::acceptor acceptor;
  boost::asio::steady_timer pause;
  std::thread thread;
};

MetricsServer::MetricsServer(std::uint16_t port, Handler handler)
    : server_{std::make_unique<Server>(port, std::move(handler))} {}
MetricsServer::~MetricsServer() = default;

std::uint16_t MetricsServer::port() const { return server_->acceptor.local_endpoint().port(); }

}  // namespace emx::daemon
