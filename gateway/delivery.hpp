#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/out_message.hpp"

namespace emx::gateway {

// A place in the ledger, and how many reports of the entries up to there a session has.
struct Place {
  std::uint64_t entry = 0;
  std::uint64_t reports = 0;
};

// The reports of one session on their way to its client, and the watermark: how far in the ledger
// the client is known to have them.
//
// A report waits until it is given a number, and is unproven until the client proves that it has
// it. Bytes written to a socket prove nothing: the process may die, and what its kernel still held
// is lost. So from time to time the session asks with a TestRequest; a client that answers it has
// read all that came before (and has had its gaps filled, or it would not have read so far in
// order). After a restart the reports past the persisted watermark are told again with 97=Y.
//
// Numbers are given only while the first unproven report is less than a window behind, and the
// session keeps as many messages: so whatever a client may miss, it can ask for. A report that can
// no longer be asked for (other messages drove it out of the window, or the numbers started again)
// goes back to those that wait, and comes again with 97=Y.
//
// Each report has a number of its own for ever, its ApplSeqNum: it is the n-th of its session. This
// follows from the ledger, whatever becomes of connections and MsgSeqNums: with the watermark it is
// kept how many reports there were up to it, and what finds no room is counted all the same, for
// the next life tells it. Not thread-safe.
class Delivery {
 public:
  struct Limits {
    std::size_t waiting_max;  // reports
    std::uint32_t window;     // numbers
  };

  explicit Delivery(const Limits& limits) : limits_{limits} {}

  // Where an earlier life got to. Before anything else.
  void restore(const Place& watermark) {
    watermark_ = watermark;
    reports_ = watermark.reports;
  }

  // Reports of this entry and earlier ones are not the client's, and the next is its first. Of a
  // client without an earlier life, before the first number is given.
  void begin_behind(std::uint64_t entry);

  // --- A report's way ---
  // In the order of the ledger. False: there is no room, and in this life the report is not told;
  // the watermark stays below it, so that the next one does.
  [[nodiscard]] bool add(OutMessage report);
  [[nodiscard]] bool is_full() const { return waiting_.size() >= limits_.waiting_max; }
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  // Whether a message may have `number` now and leave all that is unproven within the window.
  [[nodiscard]] bool has_room(std::uint32_t number) const;
  // The report that may have `number` now; nullptr: none waits, or the window is full.
  [[nodiscard]] const OutMessage* next(std::uint32_t number) const;
  // What next() gave has got this number. Requires: next() gave one.
  void handed(std::uint32_t number);
  // Messages with lower numbers cannot be sent again any more.
  void forget_below(std::uint32_t number);
  // Numbers start again at 1; an answer to what was asked under the old ones proves nothing.
  void renumber() {
    ++numbering_;
    asked_.reset();
    forget_below(std::numeric_limits<std::uint32_t>::max());
  }

  // --- Proof ---
  [[nodiscard]] bool has_question() const { return asked_.has_value(); }
  [[nodiscard]] bool has_unproven() const { return !unproven_.empty(); }
  // Whether half the window is unproven, so that an answer had better come before it is full.
  [[nodiscard]] bool should_ask_soon(std::uint32_t next_number) const;
  // The TestReqID for a TestRequest with this number.
  [[nodiscard]] std::string ask(std::uint32_t number);
  // A Heartbeat came with this TestReqID. False: it answers no question of this connection. An
  // earlier question's answer proves as much as was asked then.
  bool answered(std::string_view test_req_id);
  void disconnected() { asked_.reset(); }

  // Moves the watermark to where it may be, when all entries up to `entries_done` were reported.
  void advance(std::uint64_t entries_done);
  [[nodiscard]] const Place& watermark() const { return watermark_; }
  // How many reports there were in all: the last one's ApplSeqNum.
  [[nodiscard]] std::uint64_t reports() const { return reports_; }

 private:
  struct Report {
    OutMessage message;
    std::uint64_t before = 0;  // reports of earlier entries
    std::uint32_t number = 0;  // while unproven
  };
  using Reports = std::map<std::uint64_t, Report>;  // by order of arrival, which is the ledger's

  [[nodiscard]] std::string id_prefix() const;
  void count_from_oldest();

  Limits limits_;
  Reports waiting_;
  Reports unproven_;
  std::uint32_t oldest_ = 0;  // lowest number in unproven_
  std::uint64_t arrivals_ = 0;
  std::uint32_t numbering_ = 0;    // how often the numbers started again
  std::uint64_t reports_ = 0;      // in all
  std::uint64_t last_entry_ = 0;   // that had one
  std::uint64_t before_last_ = 0;  // reports of the entries before that
  Place watermark_;
  Place ceiling_{std::numeric_limits<std::uint64_t>::max(), 0};  // of the watermark
  std::optional<std::uint32_t> asked_;                           // the last question's number
};

}  // namespace emx::gateway
