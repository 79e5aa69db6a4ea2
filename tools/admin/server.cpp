#include "tools/admin/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "tools/admin/request.hpp"

namespace emx::admin {

namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t line_bytes_max = std::size_t{64} * 1024;
constexpr long connections_max = 32;
constexpr std::chrono::milliseconds pause_after_accept_error{100};

// Takes away the socket of a process that is gone; throws when one is listening.
void clear_stale_socket(boost::asio::io_context& io, const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (status.type() == std::filesystem::file_type::not_found) return;
  if (status.type() != std::filesystem::file_type::socket) {
    throw std::runtime_error{"admin.socket: " + path.string() +
                             " exists and is no socket; give another path or remove it"};
  }
  stream_protocol::socket probe{io};
  error_code error;
  probe.connect(stream_protocol::endpoint{path.string()}, error);
  if (!error) {
    throw std::runtime_error{"admin.socket: another process listens on " + path.string() +
                             "; stop it or give another path"};
  }
  std::filesystem::remove(path, ignored);
}

bool may_connect(stream_protocol::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return false;
  }
  return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace

// One client: a line in, its answer out, and only then the next line, so that one who asks without
// reading the answers fills no memory here. Lives while something is read, written or awaited, also
// when the client has closed its side and waits for an answer.
class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
 public:
  AdminConnection(stream_protocol::socket socket, AdminServer& server)
      : socket_{std::move(socket)}, server_{server}, place_{server.places_} {}

  void read() {
    boost::asio::async_read_until(
        socket_, boost::asio::dynamic_buffer(in_, line_bytes_max), '\n',
        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
          if (error == boost::asio::error::not_found) {
            self->is_last_ = true;
            return self->answer(refusal_text("the line is longer than 65,536 bytes"));
          }
          if (error) return;
          const std::string line = self->in_.substr(0, bytes - 1);
          self->in_.erase(0, bytes);
          self->server_.desk_.take(line,
                                   [self](std::string answer) { self->answer(std::move(answer)); });
        });
  }

  // Once for each line that was handled.
  void answer(std::string line) {
    out_ = std::move(line);
    out_ += '\n';
    boost::asio::async_write(socket_, boost::asio::buffer(out_),
                             [self = shared_from_this()](const error_code& error, std::size_t) {
                               if (!error && !self->is_last_) self->read();
                             });
  }

 private:
  stream_protocol::socket socket_;
  AdminServer& server_;
  const std::shared_ptr<void> place_;
  std::string in_;
  std::string out_;
  bool is_last_ = false;
};

AdminServer::AdminServer(boost::asio::io_context& io, const std::filesystem::path& socket,
                         Operators operators, Desk::Callbacks callbacks)
    : path_{socket}, desk_{std::move(operators), std::move(callbacks)}, acceptor_{io}, pause_{io} {
  clear_stale_socket(io, path_);
  try {
    acceptor_.open();
    const mode_t before = ::umask(0177);
    error_code error;
    acceptor_.bind(stream_protocol::endpoint{path_.string()}, error);
    ::umask(before);
    if (error) throw boost::system::system_error{error};
    acceptor_.listen();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error{"admin.socket: cannot listen on " + path_.string() + ": " +
                             error.code().message() +
                             "; the folder must exist, and the path have at most 107 bytes"};
  }
  accept();
}

AdminServer::~AdminServer() { close(); }

void AdminServer::close() {
  if (!acceptor_.is_open()) return;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  std::error_code also_ignored;
  std::filesystem::remove(path_, also_ignored);
}

void AdminServer::accept() {
  acceptor_.async_accept([this](const error_code& error, stream_protocol::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (error) return accept_later();
    const bool has_place = places_.use_count() <= connections_max;
    if (has_place && may_connect(socket)) {
      std::make_shared<AdminConnection>(std::move(socket), *this)->read();
    }
    accept();
  });
}

// Out of descriptors, most likely: the client is still in the queue, and would be refused again at
// once.
void AdminServer::accept_later() {
  pause_.expires_after(pause_after_accept_error);
  pause_.async_wait([this](const error_code& error) {
    if (!error) accept();
  });
}

}  // namespace emx::admin
