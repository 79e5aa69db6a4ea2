#include "gateway/reception.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>

#include "gateway/password.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway {

namespace asio = boost::asio;

namespace {

// Of a session whose numbers have started again a few Logons may not have come here.
constexpr std::uint32_t lost_logons_max = 10;

// Slow, and so on the thread that checks passwords.
void hash_new_password(LogonAttempt& attempt) {
  if (!attempt.changes_password) return;
  try {
    attempt.new_password_hash = make_password_hash(attempt.new_password);
  } catch (const std::exception&) {
    attempt.new_password_hash.clear();  // the gate says so
  }
}

}  // namespace

struct Reception::Guest {
  std::shared_ptr<Connection> connection;
  std::string logon;
  LogonAttempt attempt;
  asio::steady_timer patience;  // of a stranger
};

Reception::Reception(Parts parts, const Limits& limits)
    : parts_{std::move(parts)}, limits_{limits}, self_{std::make_shared<Reception*>(this)} {}

Reception::~Reception() {
  *self_ = nullptr;
  password_checker_.join();
  for (const auto& connection : connections_) {
    connection->set_listener(nullptr);
    connection->close_now();
  }
}

void Reception::welcome(Transport::Socket socket) {
  if (closed_ || !make_room()) {
    ++parts_.counters.connections_refused;
    return;  // the socket closes itself
  }
  ++parts_.counters.connections;
  ++parts_.counters.connections_open;
  const auto gone = [self = self_, &counters = parts_.counters](Connection& connection) {
    if (*self == nullptr) return;
    --counters.connections_open;
    (*self)->known_.erase(&connection);
    std::erase((*self)->connections_, connection.shared_from_this());
  };
  const auto connection = std::make_shared<Connection>(parts_.transport(std::move(socket)),
                                                       limits_.connection, parts_.counters, gone);
  connections_.push_back(connection);
  connection->start(*this);
}

// False: there is none, and nobody who could make it.
bool Reception::make_room() {
  if (connections_.size() < limits_.connections_max) return true;
  const auto oldest =
      std::find_if(connections_.begin(), connections_.end(), [this](const auto& connection) {
        return connection->talks_to(this) && !known_.contains(connection.get());
      });
  if (oldest == connections_.end()) return false;
  ++parts_.counters.connections_pushed_out;
  (*oldest)->close_now();
  connections_.erase(oldest);  // the place is free at once
  return true;
}

void Reception::close() {
  closed_ = true;
  for (const auto& connection : connections_) {
    if (connection->talks_to(this)) connection->close_now();
  }
}

bool Reception::has_input() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& connection) { return connection->has_input(); });
}

void Reception::on_garbled(Connection& connection) { connection.close_now(); }

void Reception::on_frame(Connection& connection, std::string_view frame) {
  connection.pause();  // one Logon is enough
  LogonAttempt attempt = parts_.gate.examine(
      frame, {.address = connection.peer(), .certified = connection.peer_name()},
      {std::chrono::steady_clock::now(), utc_now_ns()});
  if (attempt.refusal.empty() && !attempt.is_stranger &&
      checks_pending_ >= limits_.logons_at_once_max) {
    attempt.refusal = "too many logons at once; try again";
  }
  // Guesses that are sent together are not examined together, either.
  if (attempt.refusal.empty() && !examined_.emplace(attempt.comp_id, connection.peer()).second) {
    attempt.refusal = "a logon of this CompID is being examined; try again";
  }
  if (!attempt.refusal.empty()) return refuse(connection, attempt);
  const auto guest =
      std::make_shared<Guest>(Guest{connection.shared_from_this(), std::string{frame},
                                    std::move(attempt), asio::steady_timer{parts_.io}});
  if (guest->attempt.is_stranger) return refuse_later(guest);
  known_.insert(&connection);
  if (!parts_.gate.rules().passwords) return conclude(guest, true);
  check_password(guest);
}

void Reception::check_password(std::shared_ptr<Guest> guest) {
  ++checks_pending_;
  asio::post(password_checker_, [self = self_, &io = parts_.io, guest = std::move(guest)] {
    const auto begin = std::chrono::steady_clock::now();
    const bool ok = password_matches(guest->attempt.password, guest->attempt.password_hash);
    const auto taken = std::chrono::steady_clock::now() - begin;
    if (ok) hash_new_password(guest->attempt);
    asio::post(io, [self, guest, ok, taken] {
      if (*self == nullptr) return;
      --(*self)->checks_pending_;
      (*self)->check_takes_ = taken;
      (*self)->conclude(guest, ok);
    });
  });
}

// Who is pushed out meanwhile takes room as well: of more than have places, the others need not
// wait.
void Reception::refuse_later(const std::shared_ptr<Guest>& guest) {
  if (strangers_waiting_ >= limits_.connections_max) return conclude(guest, false);
  guest->logon.clear();
  guest->attempt.password.clear();
  guest->attempt.new_password.clear();
  ++strangers_waiting_;
  guest->patience.expires_after(check_takes_);
  guest->patience.async_wait([self = self_, guest](boost::system::error_code) {
    if (*self == nullptr) return;
    --(*self)->strangers_waiting_;
    (*self)->conclude(guest, false);
  });
}

void Reception::conclude(const std::shared_ptr<Guest>& guest, bool password_ok) {
  Connection& connection = *guest->connection;
  LogonAttempt& attempt = guest->attempt;
  examined_.erase({attempt.comp_id, connection.peer()});
  parts_.gate.conclude(attempt, connection.peer(), password_ok, std::chrono::steady_clock::now());
  attempt.password.clear();
  attempt.new_password.clear();
  if (!connection.is_open()) return;
  if (!attempt.refusal.empty()) return refuse(connection, attempt);
  Host* const host = parts_.host_of(attempt.comp_id);
  if (closed_ || host == nullptr) {
    attempt.refusal = "the venue is closing down";
  } else if (host->is_renumbering()) {
    attempt.refusal = "the numbers of this CompID are starting again; try again";
  } else if (host->is_taken()) {
    attempt.refusal = "this CompID is logged on already";
  } else if (!attempt.reset && attempt.msg_seq_num < host->next_in()) {
    // QuickFIX would say so, too, with a number of ours: who replays a Logon is to change nothing.
    attempt.refusal = "MsgSeqNum too low, expecting " + std::to_string(host->next_in()) +
                      " but received " + std::to_string(attempt.msg_seq_num);
    attempt.status = SessionStatus::seq_num_too_low;
  } else if (!attempt.reset && host->has_new_numbers() && attempt.msg_seq_num > lost_logons_max) {
    // With its old ones: what it would send again of these may have been refused.
    attempt.refusal = "the numbers have started again: log on with MsgSeqNum 1";
  }
  if (!attempt.refusal.empty()) return refuse(connection, attempt);
  if (!attempt.reset) return admit(guest, *host);
  host->reset_numbers([self = self_, guest, host] {
    if (*self != nullptr) (*self)->admit(guest, *host);
  });
}

void Reception::admit(const std::shared_ptr<Guest>& guest, Host& host) {
  if (closed_ || !guest->connection->is_open()) return;
  guest->connection->resume();
  host.attach(guest->connection, guest->logon, guest->attempt);
}

void Reception::refuse(Connection& connection, const LogonAttempt& attempt) {
  ++parts_.counters.logons_refused;
  known_.erase(&connection);
  if (parts_.refused) parts_.refused(attempt, connection.peer());
  if (!parts_.gate.rules().says_why) return connection.close_now();
  connection.send(parts_.gate.logout(attempt));
  connection.close_after_flush();
}

}  // namespace emx::gateway
