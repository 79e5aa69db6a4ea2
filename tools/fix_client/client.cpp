#include "tools/fix_client/client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "engine/vocabulary/check.hpp"

namespace emx::fix_client {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds again_after{1'000};

}  // namespace

// One TCP connection of a client. Operations under way hold it; once the client has let go
// (`client_` is null) what they bring is nobody's.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::io_context& io, Client& client, Tls* tls)
      : stream_{tls == nullptr ? plain_stream(io) : tls->stream(io)},
        second_{io},
        client_{&client} {}

  // False: nobody listens. Else the stream is opened: run until is_settled().
  bool connect(std::uint16_t port) {
    error_code error;
    stream_->socket().connect({asio::ip::address_v4::loopback(), port}, error);
    if (error) return false;
    stream_->socket().set_option(asio::ip::tcp::no_delay{true}, error);
    stream_->open([self = shared_from_this()](error_code why) { self->opened_ = why; });
    return true;
  }
  [[nodiscard]] bool is_settled() const { return opened_.has_value(); }
  // Why there is no stream; empty: there is.
  [[nodiscard]] std::string fault() const {
    if (!opened_) return "the venue does not answer";
    return *opened_ ? opened_->message() : "";
  }

  // Reads from now on, and tells the time.
  void begin() {
    read();
    wait_a_second();
  }

  void write(std::string_view bytes) {
    queued_ += bytes;
    if (writing_.empty()) write_queued();
  }

  [[nodiscard]] std::size_t unsent_bytes() const { return queued_.size() + writing_.size(); }

  void close() {
    client_ = nullptr;
    error_code ignored;
    stream_->socket().close(ignored);
    second_.cancel();
  }

 private:
  void read() {
    stream_->read_some(room_, [self = shared_from_this()](error_code error, std::size_t bytes) {
      if (self->client_ == nullptr) return;
      if (error) return self->client_->on_end();
      self->client_->on_bytes({self->room_.data(), bytes});
      if (self->client_ != nullptr) self->read();
    });
  }

  void write_queued() {
    if (queued_.empty()) return;
    std::swap(queued_, writing_);
    stream_->write(writing_, [self = shared_from_this()](error_code error) {
      self->writing_.clear();
      // The end of the connection is told by the read, after all that came.
      if (!error && self->client_ != nullptr) self->write_queued();
    });
  }

  void wait_a_second() {
    second_.expires_after(std::chrono::seconds{1});
    second_.async_wait([self = shared_from_this()](error_code error) {
      if (error || self->client_ == nullptr) return;
      self->client_->on_second();
      if (self->client_ != nullptr) self->wait_a_second();
    });
  }

  std::unique_ptr<Stream> stream_;
  std::optional<error_code> opened_;
  asio::steady_timer second_;
  Client* client_;
  std::array<char, std::size_t{64} * 1024> room_;
  std::string queued_;
  std::string writing_;
};

Client::Client(asio::io_context& io, Identity identity, Tls* tls)
    : io_{io}, session_{std::move(identity)}, tls_{tls} {
  session_.on_message = [this](const Message& message) {
    if (on_message) {
      on_message(message);
    } else {
      inbox_.push_back(message);
    }
  };
}

Client::~Client() { drop(); }

bool Client::open(std::uint16_t port) {
  drop();
  tls_fault_.clear();
  auto link = std::make_shared<Link>(io_, *this, tls_);
  if (!link->connect(port)) return false;
  run_until([&] { return link->is_settled(); });
  tls_fault_ = link->fault();
  if (!tls_fault_.empty()) {
    link->close();
    return false;
  }
  link_ = std::move(link);
  link_->begin();
  session_.connected(Now::read());
  return true;
}

std::size_t Client::unsent_bytes() const { return link_ ? link_->unsent_bytes() : 0; }

void Client::drop() {
  if (!link_) return;
  std::exchange(link_, nullptr)->close();
  session_.disconnected();
}

LogonOutcome Client::logon_once(std::uint16_t port, milliseconds timeout, bool reset) {
  if (!open(port)) {
    return tls_fault_.empty() ? LogonOutcome::unreachable : LogonOutcome::not_secure;
  }
  session_.logon(Now::read(), reset);
  flush();
  run_until([this] { return !is_open() || session_.state() != Session::State::logging_on; },
            timeout);
  if (is_online()) return LogonOutcome::online;
  const bool silent = is_open() && session_.state() == Session::State::logging_on;
  drop();
  return silent ? LogonOutcome::silent : LogonOutcome::refused;
}

LogonOutcome Client::logon(std::uint16_t port, milliseconds timeout, bool reset) {
  const LogonOutcome first = logon_once(port, timeout, reset);
  const auto expected = session_.number_expected_by_peer();
  if (first != LogonOutcome::refused || !session_.identity().adopt_numbers || !expected) {
    return first;
  }
  session_.memory().next_out = *expected;
  return logon_once(port, timeout, reset);
}

bool Client::logout(milliseconds timeout) {
  if (!is_online()) return false;
  session_.logout(Now::read());
  flush();
  run_until([this] { return !is_open() || session_.state() == Session::State::over; }, timeout);
  const bool answered = session_.state() == Session::State::over && session_.violation().empty();
  drop();
  return answered;
}

std::uint32_t Client::send(std::string_view type, const Fields& body, bool possible_resend) {
  check(is_online());
  const std::uint32_t number = session_.send(type, body, Now::read(), possible_resend);
  if (!receiving_) flush();
  return number;
}

bool Client::round_trip(milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (is_online() && std::chrono::steady_clock::now() < deadline) {
    const std::string id = "round trip " + std::to_string(++round_trips_);
    session_.test(id, Now::read());
    flush();
    // A TestRequest that falls into a gap is gap-filled, never answered: so it is asked again.
    run_until([&] { return !is_open() || session_.heartbeat_answered() == id; },
              std::min(timeout, again_after));
    if (session_.heartbeat_answered() == id) return true;
  }
  return false;
}

void Client::send_raw(std::string_view bytes) {
  check(is_open());
  flush();
  link_->write(bytes);
}

std::optional<Message> Client::next(milliseconds timeout) {
  run_until([this] { return !inbox_.empty() || !is_open(); }, timeout);
  if (inbox_.empty()) return std::nullopt;
  Message message = std::move(inbox_.front());
  inbox_.pop_front();
  return message;
}

bool Client::run_until(const std::function<bool()>& done, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    io_.restart();
    io_.run_one_until(deadline);
  }
  return true;
}

std::string Client::why_closed() const {
  if (!tls_fault_.empty()) return tls_fault_;
  if (!session_.violation().empty()) return session_.violation();
  if (!session_.last_words().empty()) return session_.last_words();
  return "the connection was closed";
}

void Client::flush() {
  if (!link_) return;
  const std::string bytes = session_.take_output();
  if (!bytes.empty()) link_->write(bytes);
}

void Client::on_bytes(std::string_view bytes) {
  receiving_ = true;
  session_.receive(bytes, Now::read());
  receiving_ = false;
  flush();
  // After its Logout the venue closes the connection; after a violation we do.
  if (!session_.violation().empty()) on_end();
}

void Client::on_second() {
  session_.tick(Now::read());
  flush();
  if (!session_.violation().empty()) on_end();
}

void Client::on_end() {
  drop();
  if (on_closed) on_closed();
}

std::string_view words_for(LogonOutcome outcome) {
  switch (outcome) {
    case LogonOutcome::online:
      return "logged on";
    case LogonOutcome::unreachable:
      return "nobody listens there";
    case LogonOutcome::refused:
      return "the logon was refused";
    case LogonOutcome::silent:
      return "no answer";
    case LogonOutcome::not_secure:
      return "TLS was not agreed";
  }
  return "?";
}

}  // namespace emx::fix_client
