#include "gateway/connection.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace emx::gateway {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int send_buffer_bytes = 128 * 1024;

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, const ConnectionLimits& limits,
                       Counters& counters, std::function<void(Connection&)> gone)
    : transport_{std::move(transport)},
      limits_{limits},
      counters_{counters},
      gone_{std::move(gone)},
      deadline_{transport_->socket().get_executor()},
      write_deadline_{transport_->socket().get_executor()} {
  Transport::Socket& socket = transport_->socket();
  error_code ignored;
  const auto endpoint = socket.remote_endpoint(ignored);
  if (!ignored) peer_ = endpoint.address().to_string();
  socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
  // The kernel says that it has room again when a third is free; of a large buffer, a slow reader
  // does not empty a third within the deadline.
  socket.set_option(asio::socket_base::send_buffer_size{send_buffer_bytes}, ignored);
}

void Connection::start(ConnectionListener& listener) {
  listener_ = &listener;
  arm(limits_.logon_deadline, &Connection::on_logon_deadline);
  transport_->open([self = shared_from_this()](error_code error) {
    if (error) {
      if (self->is_open()) ++self->counters_.handshakes_failed;
      return self->close_now();
    }
    self->peer_name_ = self->transport_->peer_name();
    self->read();
  });
}

void Connection::logged_on() {
  logged_on_ = true;  // an expiry may be on its way
  deadline_.cancel();
}

void Connection::arm(std::chrono::milliseconds delay, void (Connection::*expired)()) {
  deadline_.expires_after(delay);
  deadline_.async_wait([self = shared_from_this(), expired](error_code error) {
    if (!error) (self.get()->*expired)();
  });
}

void Connection::on_logon_deadline() {
  if (state_ != State::open || logged_on_) return;
  ++counters_.logon_deadlines;
  close_now();
}

// --- In ---

// Reads on while paused, too, as far as there is room: the end of the connection must be seen.
void Connection::read() {
  if (reading_ || state_ != State::open) return;
  const std::span<char> room = framer_.room();
  if (room.empty()) return;
  reading_ = true;
  transport_->read_some(room, [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->reading_ = false;
    if (error) return self->close_now();
    if (self->state_ == State::lingering) return self->drain();
    if (self->state_ != State::open) return;
    self->on_read(bytes);
  });
}

void Connection::on_read(std::size_t bytes) {
  counters_.bytes_in += bytes;
  framer_.commit(bytes);
  process();
}

void Connection::process() {
  for (std::size_t frames = 0; frames < limits_.frames_per_turn; ++frames) {
    if (paused_ || listener_ == nullptr || state_ != State::open) break;
    const Framer::Next next = framer_.next();
    switch (next.found) {
      case Framer::Found::nothing:
        flush();
        return read();
      case Framer::Found::frame:
        ++counters_.messages_in;
        listener_->on_frame(*this, next.bytes);
        break;
      case Framer::Found::garbled:
        ++counters_.messages_garbled;
        listener_->on_garbled(*this);
        break;
      case Framer::Found::oversize:
        ++counters_.messages_garbled;
        return close_now();
    }
  }
  flush();
  if (paused_) return read();
  process_later();
}

// Lets the other connections have their turn.
void Connection::process_later() {
  if (process_posted_ || state_ != State::open) return;
  process_posted_ = true;
  asio::post(deadline_.get_executor(), [self = shared_from_this()] {
    self->process_posted_ = false;
    self->process();
  });
}

void Connection::resume() {
  if (!paused_) return;
  paused_ = false;
  process_later();
}

bool Connection::has_input() const {
  if (state_ != State::open) return false;
  error_code error;
  return process_posted_ || (transport_->socket().available(error) > 0 && !error);
}

// --- Out ---

bool Connection::send(std::string_view bytes) {
  if (state_ != State::open) return false;
  if (queued_bytes() + bytes.size() > limits_.out_bytes_max) {
    too_slow();
    return false;
  }
  ++counters_.messages_out;
  queued_ += bytes;
  flush_later();
  return true;
}

void Connection::hold_writes(bool hold) {
  held_ = hold;
  if (!hold) flush_later();
}

void Connection::flush_later() {
  if (flush_posted_ || held_ || !writing_.empty()) return;
  flush_posted_ = true;
  asio::post(deadline_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void Connection::flush() {
  if (state_ == State::lingering || state_ == State::closed) return;
  if (held_ || !writing_.empty()) return;
  if (queued_.empty()) {
    if (state_ == State::flushing) linger();
    return;
  }
  std::swap(queued_, writing_);
  write();
}

void Connection::write() {
  write_deadline_.expires_after(limits_.write_deadline);
  write_deadline_.async_wait([self = shared_from_this()](error_code error) {
    // An expiry may be on its way while the write it belongs to ends and another begins.
    const bool over = self->write_deadline_.expiry() <= std::chrono::steady_clock::now();
    if (!error && over && !self->writing_.empty()) self->too_slow();
  });
  transport_->write_some(std::string_view{writing_}.substr(written_),
                         [self = shared_from_this()](error_code error, std::size_t bytes) {
                           if (error) return self->close_now();
                           self->on_written(bytes);
                         });
}

void Connection::on_written(std::size_t bytes) {
  if (state_ == State::closed) return;  // and the counters may be gone
  counters_.bytes_out += bytes;
  written_ += bytes;
  const bool done = written_ == writing_.size();
  if (done) {
    writing_.clear();
    written_ = 0;
    write_deadline_.cancel();
  }
  if (listener_ != nullptr && state_ == State::open) listener_->on_written(*this);
  if (state_ == State::closed) return;
  if (!done) return write();
  flush();
}

// --- The end ---

void Connection::too_slow() {
  if (state_ == State::closed) return;
  ++counters_.slow_consumers;
  close_now();
}

void Connection::close_after_flush() {
  if (state_ != State::open) return;
  state_ = State::flushing;
  arm(limits_.linger, &Connection::close_now);
  flush_later();
}

// Closing a socket with unread input resets the connection, and the reset would overtake our last
// words; so they are followed by an end of file, and input is thrown away until the client closes.
void Connection::linger() {
  state_ = State::lingering;
  transport_->finish([self = shared_from_this()](error_code) {});
  if (!reading_) drain();
}

void Connection::drain() {
  framer_.clear();
  const std::span<char> room = framer_.room();
  transport_->read_some(room, [self = shared_from_this()](error_code error, std::size_t) {
    if (self->state_ != State::lingering) return;
    if (error) return self->close_now();
    self->drain();
  });
}

void Connection::close_now() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  error_code ignored;
  transport_->socket().close(ignored);
  deadline_.cancel();
  write_deadline_.cancel();
  // Posted: the caller may be in the midst of a session's work.
  asio::post(deadline_.get_executor(), [self = shared_from_this()] {
    if (ConnectionListener* listener = std::exchange(self->listener_, nullptr)) {
      listener->on_closed(*self);
    }
    if (const auto gone = std::exchange(self->gone_, nullptr)) gone(*self);
  });
}

}  // namespace emx::gateway
