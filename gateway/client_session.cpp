#include "gateway/client_session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/fix_session.hpp"
#include "gateway/frame_summary.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/request_reader.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// A slice of old messages or waiting reports, and how much may be queued when the next one starts.
constexpr std::uint32_t slice_messages = 200;
constexpr std::size_t slice_queued_bytes_max = std::size_t{256} * 1024;

// As many refusals may wait before nothing more is read that could be refused.
constexpr std::size_t refusals_max = 1'000;

// What stands behind NoSides (552) is of its one entry, what stands behind NoPartyIDs (453) of that
// one's one party.
FIX::Message to_quickfix(std::string_view body) {
  constexpr int side_order[] = {54, 453, 1, 0};
  constexpr int party_order[] = {448, 447, 452, 0};
  FIX::Message message;
  FIX::Group side{552, 54, side_order};
  FIX::Group party{453, 448, party_order};
  FIX::FieldMap* into = &message;
  TagScan scan{body};
  while (const auto field = scan.next()) {
    check(field->tag != 0);
    if (field->tag == 552) {
      into = &side;
    } else if (field->tag == 453) {
      into = &party;
    } else {
      into->setField(static_cast<int>(field->tag), std::string{field->value});
    }
  }
  if (into == &message) return message;
  side.addGroup(party);
  message.addGroup(side);
  return message;
}

}  // namespace

ClientSession::ClientSession(Identity identity, const ClientLimits& limits,
                             const ClientSurroundings& around)
    : identity_{std::move(identity)},
      limits_{limits},
      around_{around},
      store_{limits.store, [this](std::uint32_t to) { reserve(to); }},
      resend_{"FIXT.1.1", identity_.our_comp_id, identity_.comp_id},
      delivery_{{.waiting_max = limits.waiting_max, .window = limits.store.window_messages}} {}

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
  next_in_ = record.next_in;
  keeps_orders_ = record.keeps_orders != 0;
  delivery_.restore(record.watermark);
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
    next_out_ = next_in_ = 1;
  } else if (noted_epoch_ == epoch_) {
    next_in_ = std::max(next_in_, noted_number_ + 1);
  }
  store_.resume(next_out_, next_in_, next_out_ + limits_.store.block);
  session_ = make_fix_session({*this, *this, around_.logs, around_.dictionaries},
                              identity_.our_comp_id, identity_.comp_id);
  return record();
}

// --- Connections ---

void ClientSession::reset_numbers(std::function<void()> done) {
  check(!is_taken());
  SessionRecord anew = record().record;
  ++anew.epoch;
  anew.reserved_to = 1 + limits_.store.block;
  anew.next_in = 1;
  anew_ = anew;
  around_.save(record(), [weak = weak_from_this(), anew, done = std::move(done)] {
    const auto self = weak.lock();
    if (!self) return;
    self->anew_.reset();
    self->epoch_ = anew.epoch;
    self->store_.resume(1, 1, anew.reserved_to);
    self->delivery_.renumber();
    self->refusals_.clear();  // they answer numbers that are no more
    done();
  });
}

void ClientSession::attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                           bool keeps_orders) {
  check(!is_taken());
  connection_ = connection;
  connection_->set_listener(this);
  ahead_bytes_ = ahead_kept_bytes_ = 0;
  ahead_highest_ = 0;
  session_->logon();  // that is, it may
  session_->setResponder(this);
  receive(logon);
  if (!is_logged_on()) return session_->disconnect();  // the session has said why
  logged_on_ = true;
  ++around_.counters.logons;
  ++around_.counters.sessions_open;
  choose(keeps_orders);
  connection_->logged_on();
  work_off();
}

// The answer to the Logon is queued, and waits there until the choice is durable.
void ClientSession::choose(bool keeps_orders) {
  if (keeps_orders == keeps_orders_) return;
  keeps_orders_ = keeps_orders;
  ++choices_unsaved_;
  connection_->hold_writes(true);
  around_.save(record(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    --self->choices_unsaved_;
    if (self->connection_) {
      self->connection_->hold_writes(!self->may_write(self->store_.next_out()));
    }
  });
}

void ClientSession::log_out(const std::string& words) {
  if (!is_logged_on()) return;
  goodbye_ = words;
  settle_refusals();
  if (refusals_.empty()) say_goodbye();
}

void ClientSession::say_goodbye() {
  const std::string words = *std::exchange(goodbye_, std::nullopt);
  if (!is_logged_on()) return;
  if (resend_.is_done() && delivery_.has_unproven()) ask_for_proof();
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
  if (!summary.msg_seq_num) {
    ++around_.counters.messages_garbled;
    return on_garbled(connection);
  }
  if (summary.type == "A") return expel("a Logon is not expected while logged on");
  if (is_too_far_ahead(*summary.msg_seq_num, frame.size())) {
    return expel("too many messages ahead of a gap in MsgSeqNum (34)");
  }
  if (!summary.is_sound) {
    receive(made_sound(frame));
  } else if (is_foreign_application_type(summary.type)) {
    receive(header_of(frame));
  } else {
    receive(frame);
  }
  // It may have passed over messages that wait for their turn, which QuickFIX then goes on keeping.
  if (store_.take_jumped()) {
    ahead_kept_bytes_ = ahead_bytes_;
    ask_again_ = delivery_.has_question();  // the answer may have been among them
  }
  delivery_.forget_below(store_.window_begin());
  if (must_pause()) connection.pause();
  settle_refusals();
  work_off();
}

void ClientSession::receive(std::string_view frame) {
  frame_.assign(frame);
  trouble_.clear();
  try {
    session_->next(frame_, FIX::UtcTimeStamp());
  } catch (const FIX::InvalidMessage&) {
    ++around_.counters.messages_garbled;
  } catch (const std::exception&) {
    session_->disconnect();
  }
}

// QuickFIX keeps what comes before its turn, without a bound.
bool ClientSession::is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes) {
  if (store_.next_in() > ahead_highest_) ahead_bytes_ = ahead_kept_bytes_;
  if (msg_seq_num <= store_.next_in()) return false;
  ahead_highest_ = std::max(ahead_highest_, msg_seq_num);
  ahead_bytes_ += bytes;
  return ahead_bytes_ > limits_.ahead_bytes_max;
}

// FIX: a garbled message is ignored. If it used up a number, the gap will show.
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
    ask_again_ = delivery_.has_question();  // which may be among what is gap-filled
    return resend_.add(*requested);
  }
  if (!connection_) return false;
  connection_->hold_writes(!may_write(store_.next_out() + 1));  // this one has next_out()
  return connection_->send(bytes);
}

void ClientSession::disconnect() {
  const auto connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  resend_.clear();
  delivery_.disconnected();
  ask_again_ = false;
  connection->set_listener(nullptr);
  if (may_write(store_.next_out())) {
    connection->close_after_flush();
  } else {
    connection->close_now();
  }
}

// --- FIX::Application ---

void ClientSession::onLogout(const FIX::SessionID&) {
  if (!std::exchange(logged_on_, false)) return;
  --around_.counters.sessions_open;
  cancel_day_orders();
}

void ClientSession::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  const auto status = [&](SessionStatus value) {
    message.setField(1409, std::to_string(static_cast<int>(value)));
  };
  const std::string& type = message.getHeader().getField(35);
  if (type == "A") return status(SessionStatus::active);
  if (type == "3") {
    ++around_.counters.session_rejects;
    // CompID and SendingTime: QuickFIX ends the session, without a word in its Logout.
    const bool fatal =
        message.isSetField(373) && (message.getField(373) == "9" || message.getField(373) == "10");
    if (fatal && message.isSetField(58)) trouble_ = message.getField(58);
  }
  if (type != "5") return;
  if (!message.isSetField(58) && !trouble_.empty()) message.setField(58, trouble_);
  const bool too_low =
      message.isSetField(58) && message.getField(58).starts_with("MsgSeqNum too low");
  status(too_low ? SessionStatus::seq_num_too_low : SessionStatus::logout_complete);
}

void ClientSession::toApp(FIX::Message& message, const FIX::SessionID&) {
  if (message.getHeader().getField(35) != "j") return;
  ++around_.counters.business_rejects;
  message.removeField(1137);  // QuickFIX puts it into its own, where FIX has no place for it
}

void ClientSession::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  const std::string& type = message.getHeader().getField(35);
  if (type != "0" || !message.isSetField(112)) return;
  if (delivery_.answered(message.getField(112))) {
    unanswered_since_ = std::chrono::steady_clock::now();
  }
}

void ClientSession::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  // Of a client's own reject there is nothing to say.
  if (message.getHeader().getField(35) == "j") return;
  Request request = read_request(message);
  request.epoch = epoch_;
  take_in_turn(std::move(request));
}

// --- The market ---

void ClientSession::take_in_turn(Wish wish) {
  if (waiting_.empty() && try_take(wish)) return;
  if (waiting_.empty()) {
    ++around_.counters.pauses;
    ++around_.sessions_waiting;
  }
  waiting_.push_back(std::move(wish));
}

// False: it must wait.
bool ClientSession::try_take(const Wish& wish) {
  if (!wish) return around_.order_entry.cancel_day_orders(origin());
  if (around_.order_entry.must_wait(origin(), *wish)) return false;
  take(*wish);
  return true;
}

// Where no order can be open, the ledger is spared the command.
void ClientSession::cancel_day_orders() {
  if (keeps_orders_) return;
  const bool may_enter = !in_flight_.empty() || !waiting_.empty();
  if (may_enter || around_.order_entry.has_day_orders(identity_.id)) take_in_turn(std::nullopt);
}

void ClientSession::take(const Request& request) {
  OrderEntry::Taken taken = around_.order_entry.take(origin(), request);
  const InNumber of{request.epoch, request.msg_seq_num};
  if (taken.submitted) in_flight_.push_back(of);
  if (taken.refusal && of.epoch == epoch_) {
    refusals_.push_back({of, *std::move(taken.refusal)});
  }
  if (taken.answer) hand_over(*taken.answer);
}

void ClientSession::command_done() {
  if (in_flight_.empty()) return;
  in_flight_.pop_front();
  settle_refusals();
}

// The first incoming number that may still become a command, or is one whose entry is awaited.
std::uint32_t ClientSession::dealt_with_in() const {
  const auto in_flight = std::find_if(in_flight_.begin(), in_flight_.end(),
                                      [this](const InNumber& of) { return of.epoch == epoch_; });
  if (in_flight != in_flight_.end()) return in_flight->number;
  const auto waiting = std::find_if(waiting_.begin(), waiting_.end(), [this](const Wish& wish) {
    return wish && wish->epoch == epoch_;
  });
  return waiting != waiting_.end() ? (*waiting)->msg_seq_num : store_.next_in();
}

void ClientSession::settle_refusals() {
  if (settling_ || refusals_.empty() || refusals_.front().of.number >= dealt_with_in()) return;
  settling_ = true;
  NamedRecord now = record();
  around_.save(now, [weak = weak_from_this(), saved = now.record] {
    if (const auto self = weak.lock()) self->on_settled(saved);
  });
}

void ClientSession::on_settled(const SessionRecord& saved) {
  settling_ = false;
  const auto is_durable = [&](const InNumber& of) {
    return of.epoch < saved.epoch || (of.epoch == saved.epoch && of.number < saved.next_in);
  };
  while (!refusals_.empty() && is_durable(refusals_.front().of)) {
    hand_over(refusals_.front().answer);
    refusals_.pop_front();
  }
  settle_refusals();
  read_on();
  if (goodbye_ && refusals_.empty()) say_goodbye();
}

bool ClientSession::must_pause() const {
  return !waiting_.empty() || refusals_.size() >= refusals_max;
}

void ClientSession::read_on() {
  if (connection_ && !must_pause()) connection_->resume();
}

void ClientSession::go_on() {
  if (waiting_.empty()) return;
  while (!waiting_.empty() && try_take(waiting_.front())) waiting_.pop_front();
  settle_refusals();
  if (!waiting_.empty()) return;
  --around_.sessions_waiting;
  read_on();
}

bool ClientSession::report(OutMessage message) {
  const bool is_next = is_logged_on() && !logging_out_ && !delivery_.has_waiting();
  if (!delivery_.add(std::move(message))) {
    ++around_.counters.reports_dropped;
    return std::exchange(has_dropped_, true);
  }
  if (is_next) static_cast<void>(hand_over_next());
  return true;
}

// Gives the next report a number, if there is one that may have it.
bool ClientSession::hand_over_next() {
  const std::uint32_t number = store_.next_out();
  const OutMessage* const report = delivery_.next(number);
  if (report == nullptr) return false;
  hand_over(*report);
  ++around_.counters.reports;
  if (report->possible_resend) ++around_.counters.reports_possible_resend;
  delivery_.handed(number);
  if (resend_.is_done() && delivery_.should_ask_soon(store_.next_out())) ask_for_proof();
  return true;
}

void ClientSession::hand_over(const OutMessage& message) {
  FIX::Message fix = to_quickfix(message.body);
  fix.getHeader().setField(35, message.type);
  if (message.possible_resend) fix.getHeader().setField(97, "Y");
  session_->send(fix);
}

// Old messages that the client asked for, then reports that waited for it, a slice at a time: the
// end of each write brings the next slice.
void ClientSession::work_off() {
  if (!is_logged_on() || connection_->queued_bytes() > slice_queued_bytes_max) return;
  around_.counters.messages_resent += resend_.send_slice(
      store_, slice_messages, [this](std::string_view bytes) { connection_->send(bytes); });
  if (!resend_.is_done() || logging_out_) return;
  if (ask_again_ && delivery_.has_unproven()) ask_for_proof();
  for (std::uint32_t sent = 0; sent < slice_messages && hand_over_next(); ++sent) {
  }
}

// --- Housekeeping ---

void ClientSession::tick(std::uint64_t entries_done) {
  delivery_.forget_below(store_.window_begin());
  delivery_.advance(entries_done);
  session_->next(FIX::UtcTimeStamp());
  if (!is_logged_on() || logging_out_ || !resend_.is_done()) return;
  const auto unanswered = std::chrono::steady_clock::now() - unanswered_since_;
  if (delivery_.has_question() && delivery_.has_waiting() &&
      unanswered >= limits_.answer_deadline) {
    ++around_.counters.slow_consumers;
    return expel("a TestRequest (1) is not answered, and reports wait for it");
  }
  if (delivery_.has_unproven() && !delivery_.has_question()) ask_for_proof();
}

void ClientSession::ask_for_proof() {
  if (!delivery_.has_question()) unanswered_since_ = std::chrono::steady_clock::now();
  ask_again_ = false;
  FIX::Message request;
  request.getHeader().setField(35, "1");
  request.setField(112, delivery_.ask(store_.next_out()));
  session_->send(request);
}

void ClientSession::reserve(std::uint32_t to) {
  around_.save(record(), [weak = weak_from_this(), to, epoch = epoch_] {
    const auto self = weak.lock();
    if (!self || self->epoch_ != epoch) return;
    self->store_.reserved(to);
    if (self->connection_) {
      self->connection_->hold_writes(!self->may_write(self->store_.next_out()));
    }
  });
}

// All below `next_out`: what the client may rely on once it has them is durable.
bool ClientSession::may_write(std::uint32_t next_out) const {
  return choices_unsaved_ == 0 && store_.covers(next_out);
}

NamedRecord ClientSession::record() const {
  // What was given to be saved is not to be overwritten by what it replaces.
  if (anew_) return {identity_.comp_id, *anew_};
  return {identity_.comp_id, SessionRecord{.epoch = epoch_,
                                           .reserved_to = store_.asked_to(),
                                           .next_in = dealt_with_in(),
                                           .keeps_orders = keeps_orders_ ? 1U : 0U,
                                           .watermark = delivery_.watermark(),
                                           .firm = FirmCode{identity_.firm}}};
}

NamedRecord ClientSession::final_record() const {
  NamedRecord last = record();
  if (!anew_) last.record.reserved_to = store_.next_out();
  return last;
}

}  // namespace emx::gateway
