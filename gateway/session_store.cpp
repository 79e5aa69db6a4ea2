#include "gateway/session_store.hpp"

#include "engine/vocabulary/check.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// The session layer's own messages are never sent again: a gap fill stands for them.
bool is_application(std::string_view message) {
  const std::string_view type = find_tag(message, 35).value_or("");
  return type.size() != 1 || std::string_view{"0A12345"}.find(type) == std::string_view::npos;
}

}  // namespace

SessionStore::SessionStore(const StoreLimits& limits, std::function<void(std::uint32_t to)> reserve)
    : limits_{limits}, reserve_{std::move(reserve)} {}

void SessionStore::resume(std::uint32_t next_out, std::uint32_t next_in,
                          std::uint32_t reserved_to) {
  check(next_out >= 1 && next_in >= 1);
  check(reserved_to >= next_out);
  next_out_ = next_out;
  next_in_ = next_in;
  reserved_to_ = asked_to_ = reserved_to;
  forget_messages();
  reserve_ahead();
}

void SessionStore::forget_messages() {
  window_.clear();
  window_begin_ = next_out_;
}

void SessionStore::reserved(std::uint32_t to) {
  if (to > reserved_to_) reserved_to_ = to;
}

// Asks when half of the last block is used, so that the other half covers the time of a flush.
void SessionStore::reserve_ahead() {
  if (next_out_ + limits_.block / 2 < asked_to_) return;
  asked_to_ = next_out_ + limits_.block;
  reserve_(asked_to_);
}

std::string_view SessionStore::message(std::uint32_t number) const {
  if (number < window_begin_ || number - window_begin_ >= window_.size()) return {};
  return window_[number - window_begin_];
}

std::uint32_t SessionStore::next_message(std::uint32_t begin, std::uint32_t end) const {
  // Nothing is kept below the window; a range may begin far below it.
  std::uint32_t number = begin < window_begin_ ? window_begin_ : begin;
  while (number <= end && message(number).empty()) ++number;
  return number <= end ? number : end + 1;
}

bool SessionStore::set(int number, const std::string& message) {
  // Called once for each number, in order, before incrNextSenderMsgSeqNum().
  check(static_cast<std::uint32_t>(number) == next_out_);
  check(window_begin_ + window_.size() == next_out_);
  window_.emplace_back(is_application(message) ? message : std::string{});
  if (window_.size() > limits_.window_messages) {
    window_.pop_front();
    ++window_begin_;
  }
  return true;
}

void SessionStore::get(int begin, int end, std::vector<std::string>& messages) const {
  messages.clear();
  requested_ = Range{static_cast<std::uint32_t>(begin < 1 ? 1 : begin),
                     static_cast<std::uint32_t>(end < 0 ? 0 : end)};
}

void SessionStore::incrNextSenderMsgSeqNum() {
  ++next_out_;
  reserve_ahead();
}

// QuickFIX calls this for its own user only; ours are resume()'s to set.
void SessionStore::setNextSenderMsgSeqNum(int) { check(false); }

void SessionStore::setNextTargetMsgSeqNum(int number) {
  next_in_ = static_cast<std::uint32_t>(number);
  jumped_ = true;
}

}  // namespace emx::gateway
