#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// Which entries say what the numbers in a trade stand for: the first that defined its instrument,
// and the last before the trade that set its facilities and their firms. Not thread-safe.
class Definitions {
 public:
  // Requires: entries in order from the first.
  void take(const EntryView& entry);

  // In this order, each once: the instrument, the buyer's facility and firm, the seller's. What a
  // rule set has defined has no entry of its own, and is left out.
  [[nodiscard]] std::vector<std::uint64_t> of(const TradeEvent& trade) const;

 private:
  void add_facility(std::uint32_t facility, std::vector<std::uint64_t>& entries) const;

  market::Names names_;
  std::map<std::uint32_t, std::uint64_t> instruments_;
  std::map<std::uint32_t, std::uint64_t> facilities_;
  std::map<std::uint32_t, std::uint64_t> firms_;
};

}  // namespace emx::audit
