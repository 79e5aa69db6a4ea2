#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/fix_client/exec_ids.hpp"
#include "tools/fix_client/message.hpp"
#include "tools/load/sent.hpp"

namespace emx::load {

// What the venue says to a request.
struct Answer {
  Sent request;
  bool is_refusal = false;
};

// Keeps the account of a run, the warm-up included: each request must be answered once, and no
// execution told twice.
//
// A request's answer is the acceptance or refusal of an order, the end of the order that a cancel
// names, a cancel's reject, or a business reject. Trades and later ends of an order are no answers.
// A session reject (35=3) is a complaint: what we send is well formed, so one of us is wrong.
// What the venue says of an earlier run's requests, for the first time or again (97=Y), is passed
// over. Requests are known by their ClOrdID, never by their turn. Memory is for
// the oldest unanswered request and those behind it, and for the ids of all executions.
class Tally {
 public:
  // ClOrdIDs are `prefix` and a number from 0.
  explicit Tally(std::string prefix) : prefix_{std::move(prefix)} {}

  // Of the next request.
  [[nodiscard]] std::string next_id() const { return prefix_ + std::to_string(sent()); }
  void sent(const Sent& request);

  // A message from the venue; nullopt: it answers nothing.
  std::optional<Answer> take(const fix_client::Message& message);

  [[nodiscard]] std::uint64_t sent() const { return first_ + requests_.size(); }
  [[nodiscard]] std::uint64_t sent(Kind kind) const { return sent_[index_of(kind)]; }
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t lost() const { return sent() - answered(); }
  [[nodiscard]] std::uint64_t told_twice() const { return told_twice_; }
  // Messages that answer nothing of ours or make no sense, 35=3 included.
  [[nodiscard]] std::uint64_t unexpected() const { return unexpected_; }
  [[nodiscard]] bool is_good() const { return lost() == 0 && told_twice_ == 0 && unexpected_ == 0; }

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }    // orders
  [[nodiscard]] std::uint64_t cancelled() const { return cancelled_; }  // on request
  [[nodiscard]] std::uint64_t replaced() const { return replaced_; }
  [[nodiscard]] std::uint64_t fills() const { return fills_; }  // each side's
  // By the venue's word for it, such as "L02_RIGHTS".
  [[nodiscard]] const std::map<std::string, std::uint64_t>& refused() const { return refused_; }
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }
  // The first things that went wrong, for people.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Request {
    Sent sent;
    bool is_answered = false;
  };

  std::optional<Answer> take_report(const fix_client::Message& report);
  std::optional<Answer> answer(std::string_view cl_ord_id, const fix_client::Message& message);
  std::optional<Answer> refuse(std::string_view cl_ord_id, const fix_client::Message& message);
  [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view cl_ord_id) const;
  [[nodiscard]] bool is_of_another_run(std::string_view cl_ord_id) const;
  void complain(std::uint64_t& count, std::string_view what, const fix_client::Message& message);

  std::string prefix_;
  std::uint64_t first_ = 0;       // number of requests_.front(); those before it are answered
  std::deque<Request> requests_;  // a vector would stand still when it moves
  std::array<std::uint64_t, all_kinds.size()> sent_{};
  fix_client::ExecIds exec_ids_;
  std::uint64_t answered_ = 0;
  std::uint64_t told_twice_ = 0;
  std::uint64_t unexpected_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t cancelled_ = 0;
  std::uint64_t replaced_ = 0;
  std::uint64_t fills_ = 0;
  std::uint64_t refusals_ = 0;
  std::map<std::string, std::uint64_t> refused_;
  std::vector<std::string> complaints_;
};

}  // namespace emx::load
