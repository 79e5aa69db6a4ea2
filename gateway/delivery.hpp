#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace emx::gateway {

// How far in the ledger a client is known to have its reports: the watermark.
//
// Bytes written to a socket prove nothing: the process may die, and what its kernel still held is
// lost. So from time to time the session asks with a TestRequest; a client that answers it has read
// all that came before (and has had its gaps filled, or it would not have read so far in order).
// After a restart the reports past the persisted watermark are sent again with 97=Y. A client that
// never answers gets more of them than it needs, and loses none.
class Delivery {
 public:
  explicit Delivery(std::uint64_t watermark) : watermark_{watermark} {}

  [[nodiscard]] std::uint64_t watermark() const { return watermark_; }

  // A report of `entry` went to the session.
  void handed(std::uint64_t entry) {
    if (entry > last_handed_) last_handed_ = entry;
  }

  // A report of `entry` was given up in this life: the watermark stays below it.
  void given_up(std::uint64_t entry) {
    if (entry <= ceiling_) ceiling_ = entry - 1;
  }

  // The reports of all entries up to `handed_to` went to the session, or there are none. Returns
  // the TestReqID to ask with; nothing while one is out, or if there is nothing to ask.
  [[nodiscard]] std::optional<std::string> ask(std::uint64_t handed_to) {
    if (asked_) return std::nullopt;
    if (last_handed_ <= watermark_) {
      advance(handed_to);
      return std::nullopt;
    }
    asked_ = handed_to;
    return std::string{id_prefix} + std::to_string(handed_to);
  }

  // The client can no longer have all that was handed over, however it answers: the watermark
  // stays.
  void unproven_given_up() {
    if (last_handed_ > watermark_) given_up(watermark_ + 1);
  }

  // A Heartbeat came with this TestReqID.
  void answered(std::string_view test_req_id) {
    if (!asked_ || test_req_id != std::string{id_prefix} + std::to_string(*asked_)) return;
    advance(*asked_);
    asked_.reset();
  }

  // The client has everything up to here: it answered our Logout.
  void confirmed(std::uint64_t handed_to) { advance(handed_to); }

  void disconnected() { asked_.reset(); }

 private:
  static constexpr std::string_view id_prefix = "EMX-";

  void advance(std::uint64_t to) {
    if (to > ceiling_) to = ceiling_;
    if (to > watermark_) watermark_ = to;
  }

  std::uint64_t watermark_;
  std::uint64_t last_handed_ = 0;
  std::uint64_t ceiling_ = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::uint64_t> asked_;
};

}  // namespace emx::gateway
