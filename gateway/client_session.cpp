#include "gateway/client_session.hpp"

#include <algorithm>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/quick_reader.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/request_reader.hpp"
#include "gateway/session_status.hpp"

namespace emx::gateway {

namespace {

// A slice of reports that waited, or of answers about many orders.
constexpr std::uint32_t reports_in_a_slice = 200;

// Each looks at all open orders of a firm, or of more.
constexpr std::uint32_t surveys_per_second_max = 5;

// Each may be for all reports that are kept.
constexpr std::uint32_t retransmissions_per_second_max = 5;

constexpr std::string_view still_sending_again =
    "the last ApplicationMessageRequest (BW) is still being answered; send it again";

// As many refusals may wait before nothing more is read that could be refused.
constexpr std::size_t refusals_max = 1'000;

}  // namespace

ClientSession::ClientSession(Identity identity, const ClientLimits& limits,
                             const ClientSurroundings& around)
    : identity_{std::move(identity)},
      limits_{limits},
      around_{around},
      layer_{{.application = *this,
              .counters = around_.counters,
              .dictionaries = around_.dictionaries,
              .logs = around_.logs,
              .our_comp_id = identity_.our_comp_id,
              .comp_id = identity_.comp_id},
             limits.layer},
      delivery_{{.waiting_max = limits.waiting_max, .window = limits.layer.store.window_messages}},
      window_{limits.reports_kept_max},
      rate_{limits.messages_per_second_max},
      rate_of_releases_{limits.messages_per_second_max},
      rate_of_surveys_{surveys_per_second_max},
      rate_of_retransmissions_{retransmissions_per_second_max},
      rate_of_sent_again_{limits.layer.store.window_messages},
      over_rate_words_{"more than " + std::to_string(limits.messages_per_second_max) +
                       " messages a second; it was not taken, send it again"} {}

// --- Starting up ---

void ClientSession::restore(const SessionRecord& record) {
  has_record_ = true;
  epoch_ = record.epoch;
  numbered_s_ = std::min(record.numbered_s, utc_now_s());  // the clock may have been ahead
  next_out_ = record.reserved_to;
  next_in_ = record.next_in;
  keeps_orders_ = record.keeps_orders != 0;
  delivery_.restore({record.watermark, record.reports});
}

void ClientSession::note_command(std::uint32_t epoch, std::uint32_t msg_seq_num) {
  if (epoch > noted_epoch_) noted_number_ = 0;
  noted_epoch_ = std::max(noted_epoch_, epoch);
  if (epoch == noted_epoch_) noted_number_ = std::max(noted_number_, msg_seq_num);
}

NamedRecord ClientSession::start(std::int64_t outdated_s) {
  // The ledger knows of numbers that the record does not: it was lost or is an old one. Going on
  // with old numbers could repeat some, so they start again.
  const bool is_lost = noted_epoch_ > epoch_ || (noted_epoch_ == epoch_ && !has_record_);
  if (!has_record_) numbered_s_ = utc_now_s();
  if (is_lost || numbered_s_ < outdated_s) {
    epoch_ = std::max(epoch_, noted_epoch_) + 1;
    next_out_ = next_in_ = 1;
    numbered_s_ = utc_now_s();
  } else if (noted_epoch_ == epoch_) {
    next_in_ = std::max(next_in_, noted_number_ + 1);
  }
  layer_.start(next_out_, next_in_, next_out_ + limits_.layer.store.block);
  return record();
}

// --- Connections ---

// While the client is logged on, too: then what is under way is of the old epoch, and so told.
void ClientSession::reset_numbers(std::function<void()> done) {
  check(!anew_);
  SessionRecord anew = record().record;
  ++anew.epoch;
  anew.numbered_s = utc_now_s();
  anew.reserved_to = 1 + limits_.layer.store.block;
  anew.next_in = 1;
  anew_ = anew;
  around_.save(record(), [weak = weak_from_this(), anew, done = std::move(done)] {
    const auto self = weak.lock();
    if (!self) return;
    self->anew_.reset();
    self->epoch_ = anew.epoch;
    self->numbered_s_ = anew.numbered_s;
    self->outdated_ = false;
    self->layer_.renumber(anew.reserved_to);
    self->delivery_.renumber();
    self->refusals_.clear();  // they answer numbers that are no more
    self->ask_again_ = false;
    self->survey_.reset();
    self->retransmission_.reset();
    done();
    if (self->goodbye_) self->say_goodbye();
  });
}

void ClientSession::end_numbers_before(std::int64_t outdated_s) {
  numbered_s_ = std::min(numbered_s_, utc_now_s());  // the clock may have been ahead
  if (numbered_s_ >= outdated_s || anew_) return;
  const bool is_news = !std::exchange(outdated_, true);
  if (!layer_.has_connection()) return reset_numbers([] {});
  const std::string words = "the numbers start again by the schedule: log on with MsgSeqNum 1";
  const auto now = std::chrono::steady_clock::now();
  if (is_news) {
    outdated_since_ = now;
    log_out(words);
  } else if (now - outdated_since_ >= limits_.logout_deadline) {
    layer_.expel(words);
  }
}

void ClientSession::attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                           const LogonAttempt& attempt) {
  check(!is_taken());
  changes_password_ = !attempt.new_password_hash.empty();
  const bool is_on = layer_.attach(connection, logon, attempt.version);
  const bool changes_password = std::exchange(changes_password_, false);
  if (!is_on) return;
  choose(attempt.keeps_orders);
  if (changes_password) change_password(attempt.new_password_hash);
  on_frame_done();
}

void ClientSession::choose(bool keeps_orders) {
  if (keeps_orders == keeps_orders_) return;
  keeps_orders_ = keeps_orders;
  hold_until_saved();
  around_.save(record(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->saved();
  });
}

void ClientSession::change_password(const std::string& hash) {
  hold_until_saved();
  around_.save_password(hash, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->saved();
  });
}

// The answer to the Logon is queued, and waits there.
void ClientSession::hold_until_saved() {
  ++choices_unsaved_;
  layer_.hold(true);
}

void ClientSession::saved() { layer_.hold(--choices_unsaved_ != 0); }

void ClientSession::log_out(const std::string& words) {
  if (!is_logged_on()) return;
  goodbye_ = words;
  settle_refusals();
  if (refusals_.empty() && !anew_) say_goodbye();
}

void ClientSession::say_goodbye() {
  const std::string words = *std::exchange(goodbye_, std::nullopt);
  if (!is_logged_on()) return;
  if (!layer_.has_old() && delivery_.has_unproven()) ask_for_proof();
  logging_out_ = true;
  layer_.log_out(words);
}

// --- From the session layer ---

void ClientSession::on_frame_done() {
  delivery_.forget_below(layer_.store().window_begin());
  if (must_pause()) layer_.pause();
  settle_refusals();
  work_off();
}

// The question how far the client has read, or its answer, may be among what is passed over.
void ClientSession::on_gap() { ask_again_ = delivery_.has_question(); }

void ClientSession::on_disconnected() {
  delivery_.disconnected();
  survey_.reset();
  retransmission_.reset();
  ask_again_ = false;
  goodbye_.reset();
  logging_out_ = false;
}

void ClientSession::on_sending(FIX::Message& message) {
  complete(message, layer_,
           changes_password_ ? SessionStatus::password_changed : SessionStatus::active);
}

void ClientSession::on_heartbeat(std::string_view test_req_id) {
  if (delivery_.answered(test_req_id)) unanswered_since_ = std::chrono::steady_clock::now();
}

void ClientSession::on_message(const FIX::Message& message) {
  // Of a client's own reject there is nothing to say.
  if (message.getHeader().getField(35) == "j") return;
  hear(read_request(message));
}

bool ClientSession::on_frame_due(std::string_view frame, std::uint32_t due) {
  auto request = read_quickly(frame,
                              {.begin_string = begin_string_of(layer_.version()),
                               .sender = identity_.comp_id,
                               .target = identity_.our_comp_id},
                              utc_now_ns());
  if (!request || request->msg_seq_num != due) return false;
  hear(*std::move(request));
  return true;
}

void ClientSession::hear(Request request) {
  request.epoch = epoch_;
  request.over_rate = over_rate(request.kind);
  take_in_turn(std::move(request));
}

std::string_view ClientSession::over_rate(Request::Kind kind) {
  const auto now = std::chrono::steady_clock::now();
  MessageRate& rate = is_release(kind) ? rate_of_releases_ : rate_;
  if (!rate.take(now)) return over_rate_words_;
  if (kind == Request::Kind::mass_status) {
    if (survey_) {
      return "the last OrderMassStatusRequest (AF) is still being answered; send it again";
    }
    static const std::string too_often = "more than " + std::to_string(surveys_per_second_max) +
                                         " OrderMassStatusRequests (AF) a second; send it again";
    return rate_of_surveys_.take(now) ? std::string_view{} : too_often;
  }
  if (kind == Request::Kind::missed_reports) {
    if (retransmission_) return still_sending_again;
    static const std::string too_often = "more than " +
                                         std::to_string(retransmissions_per_second_max) +
                                         " ApplicationMessageRequests (BW) a second; send it again";
    return rate_of_retransmissions_.take(now) ? std::string_view{} : too_often;
  }
  return {};
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
  if (wish->kind == Request::Kind::mass_status && wish->over_rate.empty()) {
    survey(*wish);
    return true;
  }
  if (wish->kind == Request::Kind::missed_reports && wish->over_rate.empty()) {
    send_again(*wish);
    return true;
  }
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

void ClientSession::survey(const Request& request) {
  if (!is_logged_on()) return;  // nobody waits for the answer any more
  survey_ = {request.status_id, around_.order_entry.orders_asked_for(origin(), request)};
}

bool ClientSession::tell_next_status() {
  if (!survey_ || !delivery_.has_room(layer_.store().next_out())) return false;
  const bool is_last = survey_->told + 1 >= survey_->orders.size();
  layer_.send(
      around_.order_entry.status_of(origin(), survey_->status_id, survey_->orders, survey_->told));
  ++survey_->told;
  if (is_last) survey_.reset();
  ask_soon();
  return true;
}

void ClientSession::send_again(const Request& request) {
  if (!is_logged_on() || request.epoch != epoch_) return;
  if (!retransmission_) {
    retransmission_.emplace(request);
    return;
  }
  // Both waited for something else, and neither could see the other.
  Request second = request;
  second.over_rate = still_sending_again;
  take(second);
}

bool ClientSession::send_next_again() {
  if (!retransmission_ || !delivery_.has_room(layer_.store().next_out())) return false;
  if (!rate_of_sent_again_.take(std::chrono::steady_clock::now())) return false;
  const OutMessage message = retransmission_->next(window_, delivery_.reports());
  layer_.send(message);
  if (message.appl_resend) ++around_.counters.reports_sent_again;
  if (retransmission_->is_done()) retransmission_.reset();
  ask_soon();
  return true;
}

void ClientSession::take(const Request& request) {
  OrderEntry::Taken taken = around_.order_entry.take(origin(), request);
  const InNumber of{request.epoch, request.msg_seq_num};
  if (taken.submitted) in_flight_.push_back(of);
  if (taken.refusal && of.epoch == epoch_) {
    refusals_.push_back({of, *std::move(taken.refusal)});
  }
  if (taken.answer && !anew_) layer_.send(*taken.answer);
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
  return waiting != waiting_.end() ? (*waiting)->msg_seq_num : layer_.store().next_in();
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
  if (anew_) return;  // nothing is said any more by the old numbers
  const auto is_durable = [&](const InNumber& of) {
    return of.epoch < saved.epoch || (of.epoch == saved.epoch && of.number < saved.next_in);
  };
  while (!refusals_.empty() && is_durable(refusals_.front().of)) {
    layer_.send(refusals_.front().answer);
    refusals_.pop_front();
  }
  settle_refusals();
  read_on();
  if (goodbye_ && refusals_.empty()) say_goodbye();
}

bool ClientSession::must_pause() const {
  return !waiting_.empty() || refusals_.size() >= refusals_max || anew_.has_value();
}

void ClientSession::read_on() {
  if (!must_pause()) layer_.resume();
}

void ClientSession::go_on() {
  if (waiting_.empty()) return;
  while (!waiting_.empty() && try_take(waiting_.front())) waiting_.pop_front();
  settle_refusals();
  work_off();
  if (!waiting_.empty()) return;
  --around_.sessions_waiting;
  read_on();
}

bool ClientSession::report(OutMessage message) {
  const bool may_send = is_logged_on() && !logging_out_ && !anew_;
  const bool is_next = may_send && !delivery_.has_waiting();
  if (!delivery_.add(std::move(message))) {
    ++around_.counters.reports_dropped;
    return std::exchange(has_dropped_, true);
  }
  if (is_next) static_cast<void>(hand_over_next());
  return true;
}

// Gives the next report a number, if there is one that may have it.
bool ClientSession::hand_over_next() {
  const std::uint32_t number = layer_.store().next_out();
  const OutMessage* const report = delivery_.next(number);
  if (report == nullptr) return false;
  layer_.send(*report);
  window_.add(*report);
  ++around_.counters.reports;
  if (report->possible_resend) ++around_.counters.reports_possible_resend;
  delivery_.handed(number);
  ask_soon();
  return true;
}

void ClientSession::ask_soon() {
  if (!layer_.has_old() && delivery_.should_ask_soon(layer_.store().next_out())) ask_for_proof();
}

// Old messages that the client asked for, then reports that waited for it, then answers about many
// orders, then old reports, a slice at a time: the end of each write brings the next slice.
void ClientSession::work_off() {
  if (anew_ || !layer_.send_old() || logging_out_) return;
  if (ask_again_ && delivery_.has_unproven()) ask_for_proof();
  for (std::uint32_t sent = 0; sent < reports_in_a_slice; ++sent) {
    if (!hand_over_next() && !tell_next_status() && !send_next_again()) return;
  }
}

// --- Housekeeping ---

void ClientSession::tick(std::uint64_t entries_done) {
  delivery_.forget_below(layer_.store().window_begin());
  delivery_.advance(entries_done);
  if (anew_) return;
  layer_.tick();
  if (layer_.has_old() || retransmission_) work_off();  // there is a rate to both
  if (!is_logged_on() || logging_out_ || layer_.has_old()) return;
  const auto unanswered = std::chrono::steady_clock::now() - unanswered_since_;
  if (delivery_.has_question() && delivery_.has_waiting() &&
      unanswered >= limits_.answer_deadline) {
    ++around_.counters.slow_consumers;
    return layer_.expel("a TestRequest (1) is not answered, and reports wait for it");
  }
  if (delivery_.has_unproven() && !delivery_.has_question()) ask_for_proof();
}

void ClientSession::ask_for_proof() {
  if (!delivery_.has_question()) unanswered_since_ = std::chrono::steady_clock::now();
  ask_again_ = false;
  layer_.ask(delivery_.ask(layer_.store().next_out()));
}

void ClientSession::reserve(std::uint32_t to) {
  around_.save(record(), [weak = weak_from_this(), to, epoch = epoch_] {
    const auto self = weak.lock();
    if (self && self->epoch_ == epoch) self->layer_.reserved(to);
  });
}

NamedRecord ClientSession::record() const {
  // What was given to be saved is not to be overwritten by what it replaces.
  if (anew_) return {identity_.comp_id, *anew_};
  return {identity_.comp_id, SessionRecord{.epoch = epoch_,
                                           .reserved_to = layer_.store().asked_to(),
                                           .next_in = dealt_with_in(),
                                           .keeps_orders = keeps_orders_ ? 1U : 0U,
                                           .numbered_s = numbered_s_,
                                           .watermark = delivery_.watermark().entry,
                                           .reports = delivery_.watermark().reports,
                                           .concern = identity_.concern}};
}

NamedRecord ClientSession::final_record() const {
  NamedRecord last = record();
  if (!anew_) last.record.reserved_to = layer_.store().next_out();
  return last;
}

}  // namespace emx::gateway
