#include "tools/pipeline/entry_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::pipeline {

namespace {

constexpr std::uint64_t cache_line = 64;
constexpr std::uint64_t fetched_ahead = 2'048;

// What another core has in its cache comes slowly, and where a frame is only the one before it
// says. So as much as was passed is asked for some entries further on, up to `end`.
template <int to_write>
void fetch_ahead(const std::byte* ring, std::uint64_t capacity, std::uint64_t at,
                 std::uint64_t bytes, std::uint64_t end) {
  const std::uint64_t last = std::min(at + bytes + fetched_ahead, end);
  for (std::uint64_t ahead = at + fetched_ahead; ahead < last; ahead += cache_line) {
    __builtin_prefetch(ring + ahead % capacity, to_write);
  }
}

}  // namespace

EntryRing::EntryRing(std::uint64_t bytes)
    : capacity_{bytes}, bytes_{std::make_unique<std::byte[]>(bytes)} {
  check(std::has_single_bit(bytes) && bytes >= 4ULL * entry_bytes_max);
}

std::span<std::byte> EntryRing::room(std::size_t entry_bytes) {
  check(entry_bytes > 0 && entry_bytes <= entry_bytes_max);
  const std::uint64_t size = frame_bytes(entry_bytes);
  std::uint64_t at = end_.load(std::memory_order_relaxed);
  const std::uint64_t to_wrap = capacity_ - at % capacity_;
  const bool wraps = to_wrap < size;
  const std::uint64_t slowest = std::min(cursors_[0].position.load(std::memory_order_acquire),
                                         cursors_[1].position.load(std::memory_order_acquire));
  if (at + (wraps ? to_wrap : 0) + size - slowest > capacity_) return {};
  if (wraps) {
    // Only a word is sure to fit: sizes and so positions are multiples of 8.
    constexpr std::uint64_t nothing = 0;
    std::memcpy(bytes_.get() + at % capacity_, &nothing, sizeof nothing);
    at += to_wrap;
  }
  room_ = {at, entry_bytes};
  return {bytes_.get() + at % capacity_ + sizeof(Frame), entry_bytes};
}

void EntryRing::publish(const ledger::Hash& hash) {
  check(room_.bytes != 0);
  const Frame frame{frame_bytes(room_.bytes), room_.bytes, hash};
  std::memcpy(bytes_.get() + room_.at % capacity_, &frame, sizeof frame);
  end_.store(room_.at + frame.size, std::memory_order_release);
  constexpr auto no_end = std::numeric_limits<std::uint64_t>::max();
  fetch_ahead<1>(bytes_.get(), capacity_, room_.at, frame.size, no_end);
  room_ = {};
}

bool EntryRing::read(std::uint64_t at, ledger::ChainedEntry& entry, std::uint64_t& next) const {
  const std::uint64_t end = end_.load(std::memory_order_acquire);
  if (at == end) return false;
  std::uint64_t size = 0;
  std::memcpy(&size, bytes_.get() + at % capacity_, sizeof size);
  if (size == 0) at += capacity_ - at % capacity_;
  const std::byte* bytes = bytes_.get() + at % capacity_;
  Frame frame{};
  std::memcpy(&frame, bytes, sizeof frame);
  entry.bytes = {bytes + sizeof frame, frame.entry_bytes};
  entry.hash = frame.hash;
  next = at + frame.size;
  fetch_ahead<0>(bytes_.get(), capacity_, at, frame.size, end);
  return true;
}

std::uint64_t EntryRing::bytes_waiting(Consumer consumer) const {
  const std::uint64_t from =
      cursors_[static_cast<std::size_t>(consumer)].position.load(std::memory_order_acquire);
  return end_.load(std::memory_order_acquire) - from;
}

}  // namespace emx::pipeline
