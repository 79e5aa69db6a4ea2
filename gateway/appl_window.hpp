#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/out_message.hpp"

namespace emx::gateway {

// The last reports that one session was told, by their ApplSeqNum (FIX 1181), for a client that
// asks for them again (35=BW). Unlike the messages of a SessionStore they outlive the numbers of
// the session layer. In memory alone: what is older is in the ledger. Not thread-safe.
class ApplWindow {
 public:
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;  // included
  };
  using Reports = std::vector<std::shared_ptr<const OutMessage>>;

  explicit ApplWindow(std::size_t reports_max) : reports_max_{reports_max} {}

  // In the order of their numbers, some of which may be left out; a report that comes again changes
  // nothing.
  void add(const OutMessage& report);

  // All reports of the range, however long they are kept here; none where one of them is not here.
  // Requires: it is not empty.
  [[nodiscard]] Reports reports(const Range& range) const;
  // The longest range up to the last report that reports() has.
  [[nodiscard]] std::optional<Range> newest() const;

 private:
  [[nodiscard]] std::uint64_t number_at(std::size_t at) const { return reports_[at]->appl_seq_num; }

  std::size_t reports_max_;
  std::deque<std::shared_ptr<const OutMessage>> reports_;
  std::uint64_t unbroken_from_ = 0;  // number of the first report behind the last one left out
};

}  // namespace emx::gateway
