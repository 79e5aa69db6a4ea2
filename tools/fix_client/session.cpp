#include "tools/fix_client/session.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/vocabulary/check.hpp"

namespace emx::fix_client {

namespace {

constexpr std::size_t held_max = 200'000;
constexpr std::string_view possible_duplicate = "43=Y\x01";

}  // namespace

Session::Session(Identity identity) : identity_{std::move(identity)} {
  if (identity_.username.empty()) identity_.username = identity_.sender;
}

void Session::connected(Now now) {
  state_ = State::offline;
  reader_ = FrameReader{identity_.version};
  output_.clear();
  held_.clear();
  asked_to_ = 0;
  last_words_.clear();
  violation_.clear();
  test_pending_ = false;
  last_in_ = last_out_ = now.steady;
}

void Session::disconnected() {
  if (state_ != State::over) state_ = State::offline;
  output_.clear();
}

// --- Out ---

void Session::append(std::string_view type, std::uint32_t number, std::string_view body, Now now,
                     std::string_view more_header) {
  Fields head;
  head.add(35, type)
      .add(34, number)
      .add(49, identity_.sender)
      .add(52, timestamp_.text(now.utc))
      .add(56, identity_.target);
  head_ = head.text();
  head_ += more_header;
  append_framed(output_, identity_.version, head_, body);
  last_out_ = now.steady;
}

std::string Session::frame(std::string_view type, std::uint32_t number, const Fields& body, Now now,
                           std::string_view more_header) {
  const std::string output = std::exchange(output_, {});
  append(type, number, body.text(), now, more_header);
  return std::exchange(output_, output);
}

std::string Session::take_output() { return std::exchange(output_, {}); }

void Session::send_admin(std::string_view type, const Fields& body, Now now) {
  append(type, memory_.next_out++, body.text(), now, {});
}

std::uint32_t Session::send(std::string_view type, const Fields& body, Now now,
                            bool possible_resend) {
  check(state_ == State::online);
  const std::uint32_t number = memory_.next_out++;
  memory_.remember(number, {std::string{type}, std::string{timestamp_.text(now.utc)}, body.text(),
                            possible_resend});
  append(type, number, body.text(), now, possible_resend ? "97=Y\x01" : "");
  return number;
}

void Session::logon(Now now, bool reset) {
  check(state_ == State::offline);
  resetting_ = reset;
  if (reset) {
    memory_.next_out = memory_.next_in = 1;
    memory_.sent.clear();
  }
  Fields body;
  body.add(98, '0').add(108, identity_.heartbeat.count());
  if (reset) body.add(141, 'Y');
  if (identity_.keep_orders) body.add(9711, 'N');
  body.add(553, identity_.username).add(554, identity_.password);
  if (identity_.version == Version::fix50) body.add(1137, '9');
  state_ = State::logging_on;
  send_admin("A", body, now);
}

void Session::logout(Now now) {
  if (state_ != State::online) return;
  state_ = State::logging_out;
  send_admin("5", {}, now);
}

void Session::tick(Now now) {
  if (state_ != State::online && state_ != State::logging_out) return;
  const auto silence = now.steady - last_in_;
  if (silence > identity_.heartbeat * 24 / 10) return violate("the venue is silent");
  if (silence > identity_.heartbeat * 12 / 10 && !test_pending_) {
    test_pending_ = true;
    send_admin("1", Fields{}.add(112, "alive?"), now);
  }
  if (now.steady - last_out_ >= identity_.heartbeat) send_admin("0", {}, now);
}

// --- In ---

void Session::violate(std::string what) {
  if (violation_.empty()) violation_ = std::move(what);
  state_ = State::over;
}

void Session::receive(std::string_view bytes, Now now) {
  reader_.add(bytes);
  while (state_ != State::over) {
    const auto frame = reader_.next();
    if (!frame) break;
    message_.assign(*frame);
    on_frame(now);
  }
  if (reader_.is_broken()) violate("the venue sent a broken frame");
}

bool Session::is_for_us() {
  if (!message_.says(49, identity_.target) || !message_.says(56, identity_.sender)) {
    violate("wrong CompIDs: " + message_.readable());
  } else if (!message_.has(52)) {
    violate("no SendingTime: " + message_.readable());
  }
  return violation_.empty();
}

// Numbers first: what a message means comes only when its turn has come.
void Session::on_frame(Now now) {
  last_in_ = now.steady;
  test_pending_ = false;
  if (!is_for_us()) return;
  const std::string_view type = message_.type();
  if (state_ == State::offline || state_ == State::logging_on) {
    // A Logout that refuses takes no number of the session's.
    if (type == "5") return on_logout(now);
    if (type == "A" && state_ == State::logging_on) return on_logon_answer(now);
    return violate("before the Logon: " + message_.readable());
  }
  if (type == "4" && !message_.says(123, "Y")) return on_sequence_reset();
  const std::uint32_t number = message_.seq_num();
  if (number == 0) return violate("no MsgSeqNum: " + message_.readable());
  if (number < memory_.next_in) {
    if (!message_.possible_duplicate()) {
      violate("number " + std::to_string(number) + " again, without 43=Y: " + message_.readable());
    }
    return;
  }
  if (number > memory_.next_in) return hold(now);
  dispatch(now);
  release_held(now);
}

// The venue's Logon. Its number may be ahead of ours: then there is something to ask for.
void Session::on_logon_answer(Now now) {
  const std::uint32_t number = message_.seq_num();
  if (resetting_ && (number != 1 || !message_.says(141, "Y"))) {
    return violate("the Logon does not answer a reset: " + message_.readable());
  }
  if (identity_.adopt_numbers && memory_.next_in == 1) memory_.next_in = number;
  if (number < memory_.next_in) {
    return violate("the Logon's number is behind: " + message_.readable());
  }
  state_ = State::online;
  if (number > memory_.next_in) {
    hold(now);
  } else {
    ++memory_.next_in;
  }
}

void Session::dispatch(Now now) {
  const std::string_view type = message_.type();
  if (type == "4") return on_sequence_reset();
  ++memory_.next_in;
  if (type == "0") {
    if (const auto id = message_.find(112)) heartbeat_answered_ = *id;
    return;
  }
  if (type == "A") return;
  if (type == "1") return send_admin("0", Fields{}.add(112, message_.text(112)), now);
  if (type == "2") return on_resend_request(now);
  if (type == "5") return on_logout(now);
  if (on_message) on_message(message_);
}

void Session::on_sequence_reset() {
  const auto next = message_.number(36).value_or(0);
  if (next <= memory_.next_in - 1 || next > INT32_MAX) {
    return violate("a SequenceReset backwards: " + message_.readable());
  }
  memory_.next_in = static_cast<std::uint32_t>(next);
  // What it passes over is not to come any more.
  held_.erase(held_.begin(), held_.lower_bound(memory_.next_in));
}

void Session::on_logout(Now now) {
  last_words_ = message_.text(58);
  if (state_ == State::online) send_admin("5", {}, now);
  state_ = State::over;
}

std::optional<std::uint32_t> Session::number_expected_by_peer() const {
  static constexpr std::string_view marker = "expecting ";
  const std::size_t at = last_words_.find(marker);
  if (at == std::string::npos) return std::nullopt;
  std::uint32_t number = 0;
  const char* const begin = last_words_.data() + at + marker.size();
  const auto [end, error] = std::from_chars(begin, last_words_.data() + last_words_.size(), number);
  if (error != std::errc{} || end == begin) return std::nullopt;
  return number;
}

// --- Gaps ---

void Session::hold(Now now) {
  // A ResendRequest is answered at once, whatever its number: else two gaps wait for each other.
  if (message_.type() == "2") on_resend_request(now);
  // Nothing more will come here; what is missing is asked for at the next logon.
  if (message_.type() == "5") return on_logout(now);
  if (held_.size() >= held_max) return violate("a gap is not filled");
  held_.emplace(message_.seq_num(), message_.frame());
  if (asked_to_ < memory_.next_in) {
    request_resend(memory_.next_in, held_.begin()->first - 1, now);
  }
}

// After a message in its turn: those held that are next, and a new request if there is another gap.
void Session::release_held(Now now) {
  while (state_ != State::over && !held_.empty() && held_.begin()->first == memory_.next_in) {
    const auto first = held_.extract(held_.begin());
    message_.assign(first.mapped());
    if (message_.type() == "2" || message_.type() == "A") {
      ++memory_.next_in;  // answered when it came
    } else {
      dispatch(now);
    }
  }
  if (state_ == State::over || held_.empty() || asked_to_ >= memory_.next_in) return;
  request_resend(memory_.next_in, held_.begin()->first - 1, now);
}

void Session::request_resend(std::uint32_t begin, std::uint32_t end, Now now) {
  asked_to_ = end;
  ++gaps_found_;
  send_admin("2", Fields{}.add(7, begin).add(16, end), now);
}

void Session::gap_fill(std::uint32_t begin, std::uint32_t next, Now now) {
  append("4", begin, Fields{}.add(123, 'Y').add(36, next).text(), now, possible_duplicate);
}

void Session::on_resend_request(Now now) {
  const auto begin = message_.number(7).value_or(0);
  const auto asked_end = message_.number(16).value_or(-1);
  if (begin < 1 || asked_end < 0) return violate("a wrong ResendRequest: " + message_.readable());
  const std::uint32_t after_last =
      asked_end == 0
          ? memory_.next_out
          : static_cast<std::uint32_t>(std::min<std::int64_t>(asked_end + 1, memory_.next_out));
  auto number = static_cast<std::uint32_t>(std::min<std::int64_t>(begin, after_last));
  while (number < after_last) {
    const auto found = memory_.sent.lower_bound(number);
    const std::uint32_t next =
        found == memory_.sent.end() ? after_last : std::min(found->first, after_last);
    if (next > number) gap_fill(number, next, now);
    if (next < after_last) {
      Fields header;
      header.add(43, 'Y');
      if (found->second.possible_resend) header.add(97, 'Y');
      header.add(122, found->second.sent_at);
      append(found->second.type, next, found->second.body, now, header.text());
      ++messages_resent_;
    }
    number = next + 1;
  }
}

}  // namespace emx::fix_client
