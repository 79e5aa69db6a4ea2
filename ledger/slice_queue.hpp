#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "ledger/entry_slice.hpp"

namespace emx::ledger {

// Slices on their way from one thread to another, at most so many: who is ahead waits. Slices that
// were used come back for their room, so what it holds is bounded and soon made.
class SliceQueue {
 public:
  explicit SliceQueue(std::size_t slices_max) : slices_max_{slices_max} {}

  // --- For who fills them ---
  [[nodiscard]] EntrySlice empty_slice();
  // Waits for room. False: nobody takes them any more.
  bool put(EntrySlice slice);
  // There are no more; whatever ended it.
  void end();

  // --- For who uses them ---
  // Gives the slice back and waits for the next one. False: there are no more.
  bool exchange_for_next(EntrySlice& slice);
  // Takes no more; whatever ended it.
  void stop();

 private:
  const std::size_t slices_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<EntrySlice> full_;
  std::vector<EntrySlice> used_;
  bool ended_ = false;
  bool stopped_ = false;
};

}  // namespace emx::ledger
