#include "gateway/session_layer.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/fix_session.hpp"
#include "gateway/frame_summary.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// A slice of old messages, and how much may be queued when the next one starts.
constexpr std::uint32_t slice_messages = 50;
constexpr std::size_t slice_queued_bytes_max = std::size_t{256} * 1024;

}  // namespace

SessionLayer::SessionLayer(Parts parts, const Limits& limits)
    : parts_{std::move(parts)},
      limits_{limits},
      store_{limits.store, [this](std::uint32_t to) { parts_.application.reserve(to); }},
      resend_{parts_.our_comp_id, parts_.comp_id},
      rate_of_old_{limits.store.window_messages} {}

SessionLayer::~SessionLayer() {
  if (connection_) {
    connection_->set_listener(nullptr);
    connection_->close_now();
  }
}

// --- Numbers ---

void SessionLayer::start(std::uint32_t next_out, std::uint32_t next_in, std::uint32_t reserved_to) {
  store_.resume(next_out, next_in, reserved_to);
  speak(version_);
}

void SessionLayer::reserved(std::uint32_t to) {
  store_.reserved(to);
  hold_or_let_go();
}

// A FIX::Session keeps messages ahead of a gap, and what it asked for, over a reset of its numbers:
// so the new numbers have one of their own.
void SessionLayer::renumber(std::uint32_t reserved_to) {
  store_.resume(1, 1, reserved_to);
  resend_.clear();
  forget_ahead();
  make_session();
  if (has_connection()) begin_session();
}

void SessionLayer::speak(FixVersion version) {
  if (session_ != nullptr && version == version_) return;
  version_ = version;
  store_.forget_messages();
  make_session();
}

void SessionLayer::make_session() {
  session_.reset();  // QuickFIX knows a session by its name: the old one goes first
  session_ = make_fix_session({*this, *this, parts_.logs, parts_.dictionaries}, version_,
                              parts_.our_comp_id, parts_.comp_id);
}

void SessionLayer::begin_session() {
  session_->logon();  // that is, it may
  session_->setResponder(this);
}

// --- Connections ---

bool SessionLayer::attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                          FixVersion version) {
  check(!has_connection());
  speak(version);
  connection_ = connection;
  connection_->set_listener(this);
  forget_ahead();
  begin_session();
  const auto number = number_of(find_tag(logon, 34).value_or(""));
  if (number && *number > store_.next_in()) ahead_highest_ = *number;
  receive(logon);
  if (!is_logged_on()) {
    session_->disconnect();  // the session has said why
    return false;
  }
  logged_on_ = true;
  ++parts_.counters.logons;
  ++parts_.counters.sessions_open;
  connection_->logged_on();
  return true;
}

bool SessionLayer::is_logged_on() const { return has_connection() && session_->isLoggedOn(); }

// QuickFIX forgets what it has asked for again when it verifies a later number: until then it must
// see all.
bool SessionLayer::take_past_quickfix(std::string_view frame) {
  if (!in_turn_ || !parts_.application.on_frame_due(frame, store_.next_in())) return false;
  ++parts_.counters.messages_quick;
  store_.incrNextTargetMsgSeqNum();
  parts_.application.on_frame_done();
  return true;
}

void SessionLayer::on_frame(Connection& connection, std::string_view frame) {
  if (take_past_quickfix(frame)) return;
  const FrameSummary summary = summary_of(frame);
  if (!summary.msg_seq_num) {
    ++parts_.counters.messages_garbled;
    return on_garbled(connection);
  }
  if (summary.type == "A") return on_second_logon(frame);
  if (is_too_far_ahead(*summary.msg_seq_num, frame.size())) {
    return expel("too many messages ahead of a gap in MsgSeqNum (34)");
  }
  const std::uint32_t due = store_.next_in();
  verified_ = false;
  if (!summary.is_sound) {
    receive(made_sound(frame));
  } else if (parts_.knows_foreign_types && is_foreign_application_type(summary.type)) {
    receive(header_of(frame));
  } else {
    receive(frame);
  }
  in_turn_ = verified_ && *summary.msg_seq_num == due && due > ahead_highest_ && is_logged_on();
  // It may have passed over messages that wait for their turn, which QuickFIX then goes on keeping.
  if (store_.take_jumped()) {
    ahead_kept_bytes_ = ahead_bytes_;
    parts_.application.on_gap();
  }
  parts_.application.on_frame_done();
}

void SessionLayer::receive(std::string_view frame) {
  frame_.assign(frame);
  trouble_.clear();
  try {
    session_->next(frame_, FIX::UtcTimeStamp());
  } catch (const FIX::InvalidMessage&) {
    ++parts_.counters.messages_garbled;
  } catch (const std::exception&) {
    session_->disconnect();
  }
}

void SessionLayer::on_second_logon(std::string_view logon) {
  if (!starts_again(logon) || !parts_.application.may_reset()) {
    return expel("a Logon is not expected while logged on");
  }
  if (const auto words = complaint_about_logon(logon, parts_.our_comp_id, utc_now_ns());
      !words.empty()) {
    return expel(words);
  }
  connection_->pause();
  parts_.application.reset_numbers(
      [this, weak = std::weak_ptr{connection_}, logon = std::string{logon}] {
        if (weak.expired() || weak.lock() != connection_) return;
        receive(logon);
        if (!is_logged_on()) {
          session_->disconnect();
          return ended();
        }
        resume();
        parts_.application.on_frame_done();
      });
}

bool SessionLayer::starts_again(std::string_view logon) const {
  return find_tag(logon, 141) == "Y" && !find_tag(logon, 925) &&
         find_tag(logon, 8) == begin_string_of(version_) && find_tag(logon, 49) == parts_.comp_id;
}

// QuickFIX keeps what comes before its turn, without a bound.
bool SessionLayer::is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes) {
  if (store_.next_in() > ahead_highest_) ahead_bytes_ = ahead_kept_bytes_;
  if (msg_seq_num <= store_.next_in()) return false;
  ahead_highest_ = std::max(ahead_highest_, msg_seq_num);
  ahead_bytes_ += bytes;
  return ahead_bytes_ > limits_.ahead_bytes_max;
}

void SessionLayer::forget_ahead() {
  in_turn_ = false;
  ahead_bytes_ = ahead_kept_bytes_ = 0;
  ahead_highest_ = 0;
}

// FIX: a garbled message is ignored. If it used up a number, the gap will show.
void SessionLayer::on_garbled(Connection&) {}

void SessionLayer::on_written(Connection&) { parts_.application.on_written(); }

void SessionLayer::on_closed(Connection&) { session_->disconnect(); }

void SessionLayer::pause() {
  if (connection_) connection_->pause();
}

void SessionLayer::resume() {
  if (connection_) connection_->resume();
}

void SessionLayer::hold(bool hold) {
  held_ = hold;
  hold_or_let_go();
}

// All below `next_out`: what the client may rely on once it has them is durable.
bool SessionLayer::may_write(std::uint32_t next_out) const {
  return !held_ && store_.covers(next_out);
}

void SessionLayer::hold_or_let_go() {
  if (connection_) connection_->hold_writes(!may_write(store_.next_out()));
}

void SessionLayer::tick() {
  in_turn_ = false;
  session_->next(FIX::UtcTimeStamp());
}

// --- Out ---

void SessionLayer::send(const OutMessage& message) {
  const std::uint32_t number = store_.next_out();
  FieldText fields;
  fields.reserve(160);
  fields.add(35, message.type)
      .add(34, std::uint64_t{number})
      .add(49, parts_.our_comp_id)
      .add(52, utc_timestamp_now())
      .add(56, parts_.comp_id);
  if (message.possible_resend) fields.add(97, 'Y');
  if (message.appl_seq_num != 0) fields.add(1180, reports_appl_id).add(1181, message.appl_seq_num);
  if (message.appl_resend) fields.add(1352, 'Y');
  const std::string bytes = framed(begin_string_of(version_), fields.text(), message.body);
  if (message.type == "j") ++parts_.counters.business_rejects;
  check(store_.set(static_cast<int>(number), bytes));
  write(bytes);
  store_.incrNextSenderMsgSeqNum();
}

// Requires: the bytes have the number next_out().
bool SessionLayer::write(std::string_view bytes) {
  if (!connection_) return false;
  connection_->hold_writes(!may_write(store_.next_out() + 1));
  return connection_->send(bytes);
}

void SessionLayer::ask(const std::string& test_req_id) {
  FIX::Message request;
  request.getHeader().setField(35, "1");
  request.setField(112, test_req_id);
  session_->send(request);
}

bool SessionLayer::send_old() {
  if (!is_logged_on()) return false;
  if (connection_->queued_bytes() > slice_queued_bytes_max) return false;
  if (resend_.is_done()) return true;
  const auto now = std::chrono::steady_clock::now();
  for (std::uint32_t sent = 0; sent < slice_messages && !resend_.is_done(); ++sent) {
    if (!rate_of_old_.take(now)) return false;
    parts_.counters.messages_resent +=
        resend_.send_slice(store_, begin_string_of(version_), 1,
                           [this](std::string_view bytes) { connection_->send(bytes); });
  }
  return resend_.is_done();
}

void SessionLayer::log_out(const std::string& words) {
  session_->logout(words);
  session_->next(FIX::UtcTimeStamp());
}

void SessionLayer::expel(const std::string& words) {
  log_out(words);
  session_->disconnect();
}

// --- FIX::Responder ---

bool SessionLayer::send(const std::string& bytes) {
  // What QuickFIX sends right after it asked the store for messages is a gap fill over all of
  // them, since it got none. Resend gives the true answer.
  if (const auto requested = store_.take_requested()) {
    parts_.application.on_gap();
    return resend_.add(*requested);
  }
  return write(bytes);
}

void SessionLayer::disconnect() {
  const auto connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  resend_.clear();
  parts_.application.on_disconnected();
  connection->set_listener(nullptr);
  if (may_write(store_.next_out())) {
    connection->close_after_flush();
  } else {
    connection->close_now();
  }
}

// --- FIX::Application ---

void SessionLayer::onLogout(const FIX::SessionID&) { ended(); }

void SessionLayer::ended() {
  if (!std::exchange(logged_on_, false)) return;
  --parts_.counters.sessions_open;
  parts_.application.on_logged_out();
}

void SessionLayer::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  if (message.getHeader().getField(35) == "3") {
    ++parts_.counters.session_rejects;
    // CompID and SendingTime: QuickFIX ends the session, without a word in its Logout.
    const bool fatal =
        message.isSetField(373) && (message.getField(373) == "9" || message.getField(373) == "10");
    if (fatal && message.isSetField(58)) trouble_ = message.getField(58);
  }
  parts_.application.on_sending(message);
}

void SessionLayer::toApp(FIX::Message& message, const FIX::SessionID&) {
  if (message.getHeader().getField(35) != "j") return;
  ++parts_.counters.business_rejects;
  parts_.application.on_sending(message);
}

void SessionLayer::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  // It does not look at the number of a ResendRequest or Logout, nor at that of each SequenceReset.
  const std::string& type = message.getHeader().getField(35);
  verified_ = verified_ || (type != "2" && type != "4" && type != "5");
  if (type != "0" || !message.isSetField(112)) return;
  parts_.application.on_heartbeat(message.getField(112));
}

void SessionLayer::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  verified_ = true;
  parts_.application.on_message(message);
}

}  // namespace emx::gateway
