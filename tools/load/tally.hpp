#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/fix_client/exec_ids.hpp"
#include "tools/fix_client/message.hpp"

namespace emx::load {

// Keeps the account of a run: each request must be answered once, and no execution told twice.
//
// A request's answer is the acceptance or refusal of an order, the end of the order that a cancel
// names, a cancel's reject, or a business reject. Trades and later ends of an order are no answers.
// A session reject (35=3) is a complaint: what we send is well formed, so one of us is wrong.
// Requests are known by their ClOrdID, never by their turn.
class Tally {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // ClOrdIDs are `prefix` and a number from 0.
  Tally(std::string prefix, std::uint64_t requests_max);

  // Takes note of a new request and returns its ClOrdID.
  [[nodiscard]] std::string start(Time now);

  // A message from the venue. True: it is an answer, so that its session may send another request.
  bool take(const fix_client::Message& message, Time now);

  [[nodiscard]] std::uint64_t started() const { return requests_.size(); }
  [[nodiscard]] std::uint64_t answered() const { return latencies_ns_.size(); }
  [[nodiscard]] std::uint64_t lost() const { return started() - answered(); }
  [[nodiscard]] std::uint64_t doubled() const { return doubled_; }
  // Messages that answer nothing of ours or make no sense, 35=3 included.
  [[nodiscard]] std::uint64_t unexpected() const { return unexpected_; }
  [[nodiscard]] bool is_good() const { return lost() == 0 && doubled_ == 0 && unexpected_ == 0; }

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }    // orders
  [[nodiscard]] std::uint64_t cancelled() const { return cancelled_; }  // on request
  [[nodiscard]] std::uint64_t fills() const { return fills_; }          // each side's
  // By the venue's word for it, such as "L02_RIGHTS".
  [[nodiscard]] const std::map<std::string, std::uint64_t>& refused() const { return refused_; }
  // The first things that went wrong, for people.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  // Request to answer, in the order of the answers.
  [[nodiscard]] const std::vector<std::int64_t>& latencies_ns() const { return latencies_ns_; }

 private:
  struct Request {
    Time at;
    bool answered = false;
  };

  [[nodiscard]] Request* find(std::string_view cl_ord_id);
  bool take_report(const fix_client::Message& report, Time now);
  bool answer(std::string_view cl_ord_id, const fix_client::Message& message, Time now);
  void refuse(const fix_client::Message& message);
  void complain(std::uint64_t& count, std::string_view what, const fix_client::Message& message);

  std::string prefix_;
  std::vector<Request> requests_;
  fix_client::ExecIds exec_ids_;
  std::uint64_t doubled_ = 0;
  std::uint64_t unexpected_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t cancelled_ = 0;
  std::uint64_t fills_ = 0;
  std::map<std::string, std::uint64_t> refused_;
  std::vector<std::string> complaints_;
  std::vector<std::int64_t> latencies_ns_;
};

}  // namespace emx::load
