#include "tools/admin/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::admin {

namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t line_bytes_max = 64 * 1024;

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

// One client: lines in, lines out, in the order the answers come.
class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
 public:
  AdminConnection(stream_protocol::socket socket, AdminServer& server)
      : socket_{std::move(socket)}, server_{server} {}

  void start() { read(); }

  void send(std::string line) {
    out_ += line;
    out_ += '\n';
    if (!writing_) write();
  }

 private:
  void read() {
    boost::asio::async_read_until(
        socket_, boost::asio::dynamic_buffer(in_, line_bytes_max), '\n',
        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
          if (error) {
            if (error == boost::asio::error::not_found) {
              self->send(refusal_text("the line is too long"));
            }
            return;
          }
          const std::string line = self->in_.substr(0, bytes - 1);
          self->in_.erase(0, bytes);
          self->server_.handle(line, self);
          self->read();
        });
  }

  void write() {
    writing_ = true;
    going_.clear();
    going_.swap(out_);
    boost::asio::async_write(socket_, boost::asio::buffer(going_),
                             [self = shared_from_this()](const error_code& error, std::size_t) {
                               self->writing_ = false;
                               if (!error && !self->out_.empty()) self->write();
                             });
  }

  stream_protocol::socket socket_;
  AdminServer& server_;
  std::string in_;
  std::string out_;
  std::string going_;
  bool writing_ = false;
};

AdminServer::AdminServer(boost::asio::io_context& io, const std::filesystem::path& socket,
                         Callbacks callbacks)
    : path_{socket}, callbacks_{std::move(callbacks)}, acceptor_{io} {
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
  std::error_code also_ignored;
  std::filesystem::remove(path_, also_ignored);
}

void AdminServer::accept() {
  acceptor_.async_accept([this](const error_code& error, stream_protocol::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error && may_connect(socket)) {
      std::make_shared<AdminConnection>(std::move(socket), *this)->start();
    }
    accept();
  });
}

void AdminServer::handle(const std::string& line, const std::shared_ptr<AdminConnection>& from) {
  const Request request = read_request(line);
  if (const auto* bad = std::get_if<BadRequest>(&request)) {
    from->send(refusal_text(bad->reason));
    return;
  }
  if (std::holds_alternative<StatusRequest>(request)) {
    from->send(callbacks_.status());
    return;
  }
  const auto& command = std::get<CommandRequest>(request);
  if (const auto known = outcomes_.find(command.id); known != outcomes_.end()) {
    from->send(answer_text(known->second));
    return;
  }
  const bool under_way = waiting_.contains(command.id);
  if (!under_way) {
    const std::string reason = callbacks_.submit(command.command);
    if (!reason.empty()) {
      from->send(refusal_text(reason));
      return;
    }
  }
  waiting_.emplace(command.id, from);
}

void AdminServer::on_entry(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.command_id == 0) return;
  Outcome outcome{.sequence = entry.stamp.sequence.value};
  const bool whole =
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) != EventKind::refused) return;
        const auto refused = read_record<RefusedEvent>(bytes);
        outcome.code = refused.code;
        outcome.limit = refused.limit;
        outcome.value = refused.value;
      });
  check(whole);
  outcomes_.emplace(header.command_id, outcome);
  const auto [first, last] = waiting_.equal_range(header.command_id);
  for (auto it = first; it != last; ++it) {
    if (const auto connection = it->second.lock()) connection->send(answer_text(outcome));
  }
  waiting_.erase(first, last);
}

}  // namespace emx::admin
