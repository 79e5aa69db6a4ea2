#include "gateway/client_session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/fix_session.hpp"
#include "gateway/frame_summary.hpp"
#include "gateway/request_reader.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// A slice of old messages or waiting reports, and how much may be queued when the next one starts.
constexpr std::uint32_t slice_messages = 200;
constexpr std::size_t slice_queued_bytes_max = std::size_t{256} * 1024;

}  // namespace

ClientSession::ClientSession(Identity identity, const ClientLimits& limits,
                             const ClientSurroundings& around)
    : identity_{std::move(identity)},
      limits_{limits},
      around_{around},
      store_{limits.store, [this](std::uint32_t to) { reserve(to); }},
      resend_{"FIXT.1.1", identity_.our_comp_id, identity_.comp_id} {}

ClientSession::~ClientSession() {
  if (connection_) {
    connection_->set_listener(nullptr);
    connection_->close_now();
  }
}

// --- Starting up ---

void ClientSession::restore(const SessionRecord& record) {
  has_record_ = true;
  epoch_ = record.epoch;
  next_out_ = record.reserved_to;
  dealt_with_in_ = record.next_in;
  delivery_ = Delivery{record.watermark};
}

void ClientSession::note_command(std::uint32_t epoch, std::uint32_t msg_seq_num) {
  if (epoch > noted_epoch_) noted_number_ = 0;
  noted_epoch_ = std::max(noted_epoch_, epoch);
  if (epoch == noted_epoch_) noted_number_ = std::max(noted_number_, msg_seq_num);
}

NamedRecord ClientSession::start() {
  if (noted_epoch_ > epoch_ || (noted_epoch_ == epoch_ && !has_record_)) {
    // The ledger knows of numbers that the record does not: it was lost or is an old one. Going on
    // with old numbers could repeat some, so they start again.
    epoch_ = noted_epoch_ + 1;
    next_out_ = dealt_with_in_ = 1;
  } else if (noted_epoch_ == epoch_) {
    dealt_with_in_ = std::max(dealt_with_in_, noted_number_ + 1);
  }
  store_.resume(next_out_, dealt_with_in_, next_out_ + limits_.store.block);
  session_ = make_fix_session({*this, *this, around_.logs, around_.dictionaries.strict},
                              identity_.our_comp_id, identity_.comp_id);
  return record();
}

// --- Connections ---

void ClientSession::reset_numbers(std::function<void()> done) {
  check(!is_taken());
  resetting_ = true;
  SessionRecord anew = record().record;
  ++anew.epoch;
  anew.reserved_to = 1 + limits_.store.block;
  anew.next_in = 1;
  around_.save({identity_.comp_id, anew}, [weak = weak_from_this(), anew, done = std::move(done)] {
    const auto self = weak.lock();
    if (!self) return;
    self->epoch_ = anew.epoch;
    self->dealt_with_in_ = 1;
    self->store_.resume(1, 1, anew.reserved_to);
    self->delivery_.unproven_given_up();  // what is in flight now cannot be asked for any more
    self->resetting_ = false;
    done();
  });
}

void ClientSession::attach(const std::shared_ptr<Connection>& connection, std::string_view logon) {
  check(!is_taken());
  connection_ = connection;
  connection_->set_listener(this);
  ahead_bytes_ = 0;
  ahead_highest_ = 0;
  session_->logon();  // that is, it may
  session_->setResponder(this);
  receive(logon, true);
  if (!is_logged_on()) return session_->disconnect();  // the session has said why
  logged_on_ = true;
  ++around_.counters.logons;
  ++around_.counters.sessions_open;
  connection_->logged_on();
  work_off();
}

void ClientSession::log_out(const std::string& words, std::uint64_t entries_done) {
  if (!is_logged_on()) return;
  entries_done_ = entries_done;
  logging_out_ = true;
  session_->logout(words);
  session_->next(FIX::UtcTimeStamp());
}

// Says why, and does not wait for an answer.
void ClientSession::expel(const std::string& words) {
  session_->logout(words);
  session_->next(FIX::UtcTimeStamp());
  session_->disconnect();
}

void ClientSession::on_frame(Connection& connection, std::string_view frame) {
  const FrameSummary summary = summary_of(frame);
  if (!summary.readable) return on_garbled(connection);
  if (summary.type == "A") return expel("a Logon is not expected while logged on");
  if (is_too_far_ahead(summary.msg_seq_num, frame.size())) {
    return expel("too many messages ahead of a gap in MsgSeqNum (34)");
  }
  receive(frame, !is_foreign_application_type(summary.type));
  if (has_waiting()) connection.pause();
  if (!resend_.is_done()) work_off();
}

void ClientSession::receive(std::string_view frame, bool strictly) {
  frame_.assign(frame);
  if (!strictly) session_->setDataDictionaryProvider(around_.dictionaries.lenient);
  try {
    session_->next(frame_, FIX::UtcTimeStamp());
  } catch (const FIX::InvalidMessage&) {
    ++around_.counters.messages_garbled;
  } catch (const std::exception&) {
    session_->disconnect();
  }
  if (!strictly) session_->setDataDictionaryProvider(around_.dictionaries.strict);
}

// QuickFIX keeps what comes before its turn, without a bound.
bool ClientSession::is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes) {
  if (store_.next_in() > ahead_highest_) ahead_bytes_ = 0;
  if (msg_seq_num <= store_.next_in()) return false;
  ahead_highest_ = std::max(ahead_highest_, msg_seq_num);
  ahead_bytes_ += bytes;
  return ahead_bytes_ > limits_.ahead_bytes_max;
}

// FIX: a garbled message is ignored. If it had a number, the gap will show.
void ClientSession::on_garbled(Connection&) {}

void ClientSession::on_written(Connection&) { work_off(); }

void ClientSession::on_closed(Connection&) { session_->disconnect(); }

bool ClientSession::is_logged_on() const {
  return connection_ != nullptr && session_ != nullptr && session_->isLoggedOn();
}

// --- FIX::Responder ---

bool ClientSession::send(const std::string& bytes) {
  // What QuickFIX sends right after it asked the store for messages is a gap fill over all of
  // them, since it got none. Resend gives the true answer.
  if (const auto requested = store_.take_requested()) {
    if (store_.has_forgotten(*requested)) delivery_.unproven_given_up();
    return resend_.add(*requested);
  }
  if (!connection_) return false;
  connection_->hold_writes(!store_.covered());
  return connection_->send(bytes);
}

void ClientSession::disconnect() {
  const auto connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  resend_.clear();
  delivery_.disconnected();
  connection->set_listener(nullptr);
  if (store_.covered()) {
    connection->close_after_flush();
  } else {
    connection->close_now();
  }
}

// --- FIX::Application ---

void ClientSession::onLogout(const FIX::SessionID&) {
  if (!std::exchange(logged_on_, false)) return;
  --around_.counters.sessions_open;
}

void ClientSession::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  const std::string& type = message.getHeader().getField(35);
  if (type == "3") ++around_.counters.session_rejects;
  if (type == "A") message.setField(1409, "0");
  if (type == "5") message.setField(1409, "4");
}

void ClientSession::toApp(FIX::Message& message, const FIX::SessionID&) {
  if (message.getHeader().getField(35) != "j") return;
  ++around_.counters.business_rejects;
  message.removeField(1137);  // QuickFIX puts it into its own, where FIX has no place for it
}

void ClientSession::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  const std::string& type = message.getHeader().getField(35);
  if (type == "0" && message.isSetField(112)) delivery_.answered(message.getField(112));
  if (type == "5" && logging_out_ && resend_.is_done()) delivery_.confirmed(handed_to());
}

void ClientSession::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  // Of a client's own reject there is nothing to say.
  if (message.getHeader().getField(35) == "j") return;
  Request request = read_request(message);
  if (waiting_.empty() && !around_.order_entry.must_wait(origin(), request)) return take(request);
  if (waiting_.empty()) {
    ++around_.counters.pauses;
    ++around_.sessions_waiting;
  }
  waiting_.push_back(std::move(request));
}

// --- The market ---

void ClientSession::take(const Request& request) {
  const OrderEntry::Taken taken = around_.order_entry.take(origin(), request);
  if (taken.submitted) ++in_flight_;
  if (taken.answer) hand_over(*taken.answer);
}

void ClientSession::command_done() {
  if (in_flight_ > 0) --in_flight_;
}

void ClientSession::go_on() {
  if (waiting_.empty()) return;
  while (!waiting_.empty() && !around_.order_entry.must_wait(origin(), waiting_.front())) {
    const Request request = std::move(waiting_.front());
    waiting_.pop_front();
    take(request);
  }
  if (!waiting_.empty()) return;
  --around_.sessions_waiting;
  if (connection_) connection_->resume();
}

void ClientSession::report(OutMessage message) {
  if (is_logged_on() && backlog_.empty()) return hand_over(message);
  if (backlog_.size() < limits_.backlog_max) return backlog_.push_back(std::move(message));
  // The newest goes, not the oldest: with the watermark below it, a later life begins there.
  delivery_.given_up(message.entry);
  ++around_.counters.reports_dropped;
}

void ClientSession::hand_over(const OutMessage& message) {
  FIX::Message fix;
  fix.getHeader().setField(35, message.type);
  if (message.possible_resend) fix.getHeader().setField(97, "Y");
  TagScan scan{message.body};
  while (const auto field = scan.next()) {
    fix.setField(static_cast<int>(field->tag), std::string{field->value});
  }
  check(!scan.malformed());
  session_->send(fix);
  if (message.entry == 0) return;
  delivery_.handed(message.entry);
  ++around_.counters.reports;
  if (message.possible_resend) ++around_.counters.reports_possible_resend;
}

// Old messages that the client asked for, then reports that waited for it, a slice at a time: the
// end of each write brings the next slice.
void ClientSession::work_off() {
  if (!is_logged_on() || connection_->queued_bytes() > slice_queued_bytes_max) return;
  around_.counters.messages_resent += resend_.send_slice(
      store_, slice_messages, [this](std::string_view bytes) { connection_->send(bytes); });
  if (!resend_.is_done()) return;
  for (std::uint32_t sent = 0; sent < slice_messages && !backlog_.empty(); ++sent) {
    hand_over(backlog_.front());
    backlog_.pop_front();
  }
}

// --- Housekeeping ---

void ClientSession::tick(std::uint64_t entries_done) {
  entries_done_ = entries_done;
  if (is_quiet()) dealt_with_in_ = store_.next_in();
  session_->next(FIX::UtcTimeStamp());
  if (!is_logged_on() || !resend_.is_done()) return;
  if (const auto id = delivery_.ask(handed_to())) send_test_request(*id);
}

void ClientSession::send_test_request(const std::string& id) {
  FIX::Message request;
  request.getHeader().setField(35, "1");
  request.setField(112, id);
  session_->send(request);
}

std::uint64_t ClientSession::handed_to() const {
  return backlog_.empty() ? entries_done_ : backlog_.front().entry - 1;
}

void ClientSession::reserve(std::uint32_t to) {
  around_.save(record(), [weak = weak_from_this(), to, epoch = epoch_] {
    const auto self = weak.lock();
    if (!self || self->epoch_ != epoch) return;
    self->store_.reserved(to);
    if (self->connection_) self->connection_->hold_writes(!self->store_.covered());
  });
}

NamedRecord ClientSession::record() const {
  return {identity_.comp_id, SessionRecord{.epoch = epoch_,
                                           .reserved_to = store_.asked_to(),
                                           .next_in = dealt_with_in_,
                                           .reserved = 0,
                                           .watermark = delivery_.watermark()}};
}

NamedRecord ClientSession::final_record() const {
  NamedRecord last = record();
  last.record.reserved_to = store_.next_out();
  if (is_quiet()) last.record.next_in = store_.next_in();
  return last;
}

}  // namespace emx::gateway
