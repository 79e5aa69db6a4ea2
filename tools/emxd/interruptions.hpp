#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/text.hpp"

namespace emx::daemon {

// Volatility interruptions (market-rules 9) that end by themselves: a book that a collar stopped
// goes back to continuous trading, which uncrosses it, after a time. Any phase that comes for the
// book meanwhile is its end; one that somebody put into volatility by hand stays there until
// somebody ends it. All of it follows from the ledger, so a restart changes nothing. Not
// thread-safe.
class Interruptions {
 public:
  // 0: they last until somebody ends them.
  explicit Interruptions(std::int64_t last_ns) : last_ns_{last_ns} {}

  // Every durable entry, in order.
  void follow(const EntryView& entry);
  // A command that the venue's own side has put on its way.
  void expect(std::span<const std::byte> command);

  // The book whose interruption is over now (UTC); nullopt while a phase is on its way, for it may
  // be one that the book must not leave.
  [[nodiscard]] std::optional<Symbol> due(std::int64_t now_ns) const;

 private:
  void follow_phase(const EntryView& entry);

  std::int64_t last_ns_;
  std::vector<Symbol> symbols_;                  // by instrument
  std::map<std::uint32_t, std::int64_t> since_;  // by instrument: UTC
  std::uint32_t phases_under_way_ = 0;
};

}  // namespace emx::daemon
