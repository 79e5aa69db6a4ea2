#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/quickfix.hpp"

namespace emx::gateway {

struct StoreLimits {
  std::uint32_t block = 10'000;            // outgoing numbers reserved at a time
  std::uint32_t window_messages = 10'000;  // kept to be sent again
};

// The numbers and the sent messages of one session, as FIX::Session sees them. In memory.
//
// Outgoing numbers are durable by reservation: `reserve(to)` asks for all below `to` to be made
// durable, before they run out; reserved() tells that they are. What carries a number that is not
// reserved may not be written to a socket (covers()). So a number on disk is never behind what a
// client saw, and no message waits for a flush of its own.
//
// Messages stay in a window; what is older, and what is the session's own (heartbeats and the
// like), is gap-filled. A request for them is only noted here (take_requested()): QuickFIX would
// build the whole answer at once, however long it is, and block everyone else.
//
// A reset of the numbers is made durable first, by resume(); the session's own reset() does
// nothing, so nothing QuickFIX does can wipe them. Not thread-safe.
class SessionStore final : public FIX::MessageStore {
 public:
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;  // inclusive
  };

  SessionStore(const StoreLimits& limits, std::function<void(std::uint32_t to)> reserve);

  // The numbers to go on with; `reserved_to` is durable already.
  void resume(std::uint32_t next_out, std::uint32_t next_in, std::uint32_t reserved_to);
  void reserved(std::uint32_t to);
  // What was sent so far is gap-filled from now on.
  void forget_messages();

  // Whether all that carries a number below `number` may be written.
  [[nodiscard]] bool covers(std::uint32_t number) const { return number <= reserved_to_; }
  [[nodiscard]] std::uint32_t next_out() const { return next_out_; }
  [[nodiscard]] std::uint32_t next_in() const { return next_in_; }
  [[nodiscard]] std::uint32_t asked_to() const { return asked_to_; }  // the last reserve(to)

  // The message with this number, if it is to be sent again; empty: gap-fill it.
  [[nodiscard]] std::string_view message(std::uint32_t number) const;

  // Messages with lower numbers are not kept any more.
  [[nodiscard]] std::uint32_t window_begin() const { return window_begin_; }

  // The first number from `begin` on with such a message, at most `end` + 1.
  [[nodiscard]] std::uint32_t next_message(std::uint32_t begin, std::uint32_t end) const;

  // What the last get() asked for, once.
  [[nodiscard]] std::optional<Range> take_requested() { return std::exchange(requested_, {}); }

  // Whether a SequenceReset has passed over incoming numbers since the last call.
  [[nodiscard]] bool take_jumped() { return std::exchange(jumped_, false); }

  // FIX::MessageStore, called by the session.
  bool set(int number, const std::string& message) override;
  void get(int begin, int end, std::vector<std::string>& messages) const override;
  int getNextSenderMsgSeqNum() const override { return static_cast<int>(next_out_); }
  int getNextTargetMsgSeqNum() const override { return static_cast<int>(next_in_); }
  void setNextSenderMsgSeqNum(int number) override;
  void setNextTargetMsgSeqNum(int number) override;
  void incrNextSenderMsgSeqNum() override;
  void incrNextTargetMsgSeqNum() override { ++next_in_; }
  // A store made just now is never of another session time: see make_fix_session().
  FIX::UtcTimeStamp getCreationTime() const override { return {}; }
  void reset() override {}
  void refresh() override {}

 private:
  void reserve_ahead();

  StoreLimits limits_;
  std::function<void(std::uint32_t to)> reserve_;
  std::uint32_t next_out_ = 1;
  std::uint32_t next_in_ = 1;
  std::uint32_t reserved_to_ = 1;
  std::uint32_t asked_to_ = 1;
  std::uint32_t window_begin_ = 1;  // number of window_.front()
  std::deque<std::string> window_;
  bool jumped_ = false;
  mutable std::optional<Range> requested_;  // get() is const in QuickFIX
};

}  // namespace emx::gateway
