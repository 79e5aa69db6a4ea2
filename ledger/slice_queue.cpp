#include "ledger/slice_queue.hpp"

#include <utility>

namespace emx::ledger {

EntrySlice SliceQueue::empty_slice() {
  const std::lock_guard lock{mutex_};
  EntrySlice slice;
  if (used_.empty()) return slice;
  slice = std::move(used_.back());
  used_.pop_back();
  slice.clear();
  return slice;
}

bool SliceQueue::put(EntrySlice slice) {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return stopped_ || full_.size() < slices_max_; });
  if (stopped_) return false;
  full_.push_back(std::move(slice));
  changed_.notify_all();
  return true;
}

void SliceQueue::end() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  changed_.notify_all();
}

bool SliceQueue::exchange_for_next(EntrySlice& slice) {
  std::unique_lock lock{mutex_};
  if (slice.bytes() != 0) used_.push_back(std::move(slice));
  slice = EntrySlice{};
  changed_.wait(lock, [&] { return ended_ || !full_.empty(); });
  if (full_.empty()) return false;
  slice = std::move(full_.front());
  full_.pop_front();
  changed_.notify_all();
  return true;
}

void SliceQueue::stop() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace emx::ledger
