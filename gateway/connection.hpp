#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/counters.hpp"
#include "gateway/framer.hpp"
#include "gateway/transport.hpp"

namespace emx::gateway {

class Connection;

// Whom a connection tells what it reads; it changes once, from the reception to the session.
// During a call the connection may be told to pause, to close, or to talk to another.
class ConnectionListener {
 public:
  virtual void on_frame(Connection& connection, std::string_view frame) = 0;
  virtual void on_garbled(Connection& connection) = 0;
  virtual void on_written(Connection& connection) = 0;  // a part of the out-queue has gone
  virtual void on_closed(Connection& connection) = 0;   // the last call

 protected:
  ~ConnectionListener() = default;
};

struct ConnectionLimits {
  std::size_t out_bytes_max = std::size_t{8} << 20;  // above, the client reads too slowly
  std::size_t frames_per_turn = 64;                  // then other connections have their turn
  std::chrono::milliseconds logon_deadline{10'000};
  std::chrono::milliseconds write_deadline{10'000};  // for the client to take anything at all
  std::chrono::milliseconds linger{1'000};  // for the last words to arrive before the socket closes
};

// One connection: frames in, bytes out. Knows nothing of sessions.
//
// One read at a time and one write at a time. What is sent while frames are handled, or while a
// write is under way, goes out together in the next write. Never blocks; a client that does not
// read is disconnected, at `out_bytes_max` or when it takes nothing for `write_deadline`; one that
// reads slowly is not. Not thread-safe: all on the I/O thread. Lives while an operation or an owner
// holds it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `gone` is called once, when nothing of the connection is left but its memory.
  Connection(std::unique_ptr<Transport> transport, const ConnectionLimits& limits,
             Counters& counters, std::function<void(Connection&)> gone);

  // Opens the transport and starts reading. Unless logged_on() is called in time, the connection is
  // closed.
  void start(ConnectionListener& listener);
  void logged_on();

  // nullptr: nobody listens any more.
  void set_listener(ConnectionListener* listener) { listener_ = listener; }
  [[nodiscard]] bool talks_to(const ConnectionListener* listener) const {
    return listener_ == listener;
  }

  // Appends to the out-queue; false when the connection is closing.
  bool send(std::string_view bytes);

  // While held, nothing is written; what is sent waits in the out-queue.
  void hold_writes(bool hold);

  // While paused, no frame is handed over, and no more is read than the framer has room for.
  void pause() { paused_ = true; }
  void resume();

  // Writes what is queued, gives the client time to read it, closes. No further frames. Writes
  // that are held and not let go within `linger` are lost.
  void close_after_flush();
  void close_now();

  [[nodiscard]] bool is_open() const { return state_ == State::open; }
  // Whether bytes of the client wait here or in the socket. Not: a frame that is not whole yet, nor
  // what a read under way has just taken.
  [[nodiscard]] bool has_input() const;
  [[nodiscard]] std::size_t queued_bytes() const {
    return queued_.size() + writing_.size() - written_;
  }
  [[nodiscard]] const std::string& peer() const { return peer_; }  // its address
  // See Transport::peer_name().
  [[nodiscard]] const std::string& peer_name() const { return peer_name_; }

 private:
  enum class State { open, flushing, lingering, closed };

  void read();
  void on_read(std::size_t bytes);
  void process();
  void process_later();
  void flush_later();
  void flush();
  void write();
  void on_written(std::size_t bytes);
  void linger();
  void drain();
  void too_slow();
  void arm(std::chrono::milliseconds delay, void (Connection::*expired)());
  void on_logon_deadline();

  std::unique_ptr<Transport> transport_;
  ConnectionLimits limits_;
  Counters& counters_;
  std::function<void(Connection&)> gone_;
  ConnectionListener* listener_ = nullptr;
  boost::asio::steady_timer deadline_;  // of the logon, then of the last words
  boost::asio::steady_timer write_deadline_;
  std::string peer_;
  std::string peer_name_;
  Framer framer_;
  std::string queued_;       // to be written next
  std::string writing_;      // under way
  std::size_t written_ = 0;  // of these
  State state_ = State::open;
  bool logged_on_ = false;
  bool reading_ = false;
  bool paused_ = false;
  bool held_ = false;
  bool process_posted_ = false;
  bool flush_posted_ = false;
};

}  // namespace emx::gateway
