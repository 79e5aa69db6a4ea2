#pragma once

#include <cstdint>
#include <map>

#include "engine/vocabulary/entry_view.hpp"

namespace emx::daemon {

// When the open blocks' time is over (market-rules 9). The exchange ends them before the next
// command; in a market where none comes, somebody has to say that time has passed. All of it
// follows from the ledger. Not thread-safe.
class BlockTimes {
 public:
  // Every durable entry, in order.
  void follow(const EntryView& entry);

  // Whether a block is open whose time was over by now (UTC), and no Tick is on its way for it.
  [[nodiscard]] bool over(std::int64_t now_ns) const;
  // A Tick is on its way.
  void ticked() { under_way_ = true; }

  // Its part of a past, both ways: past.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  std::map<std::uint64_t, std::int64_t> expires_ns_;  // by number
  bool under_way_ = false;
};

}  // namespace emx::daemon
