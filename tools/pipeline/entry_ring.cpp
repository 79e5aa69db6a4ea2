#include "tools/pipeline/entry_ring.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::pipeline {

namespace {

constexpr std::uint64_t cache_line = 64;
constexpr std::uint64_t fetched_ahead = 2'048;

}  // namespace

EntryRing::EntryRing(std::uint64_t bytes)
    : capacity_{bytes}, bytes_{std::make_unique<std::byte[]>(bytes)} {
  check(std::has_single_bit(bytes) && bytes >= 4ULL * entry_bytes_max);
}

bool EntryRing::push(const EntryView& entry) {
  const std::uint64_t payload = entry.command.size() + entry.events.size();
  const std::uint64_t size = (sizeof(Frame) + payload + 7) / 8 * 8;
  std::uint64_t end = end_.load(std::memory_order_relaxed);
  const std::uint64_t to_wrap = capacity_ - end % capacity_;
  const bool wraps = to_wrap < size;
  const std::uint64_t slowest = std::min(cursors_[0].position.load(std::memory_order_acquire),
                                         cursors_[1].position.load(std::memory_order_acquire));
  if (end + (wraps ? to_wrap : 0) + size - slowest > capacity_) return false;
  if (wraps) {
    // Only a word is sure to fit: sizes and so positions are multiples of 8.
    constexpr std::uint64_t nothing = 0;
    std::memcpy(bytes_.get() + end % capacity_, &nothing, sizeof nothing);
    end += to_wrap;
  }
  std::byte* at = bytes_.get() + end % capacity_;
  const Frame frame{size,
                    entry.stamp.sequence.value,
                    entry.stamp.at_ns,
                    entry.digest,
                    entry.rule_set,
                    static_cast<std::uint32_t>(entry.command.size()),
                    static_cast<std::uint32_t>(entry.events.size()),
                    entry.events_count,
                    0};
  std::memcpy(at, &frame, sizeof frame);
  std::memcpy(at + sizeof frame, entry.command.data(), entry.command.size());
  if (!entry.events.empty()) {
    std::memcpy(at + sizeof frame + entry.command.size(), entry.events.data(), entry.events.size());
  }
  end_.store(end + size, std::memory_order_release);
  return true;
}

bool EntryRing::read(std::uint64_t at, EntryView& entry, std::uint64_t& next) const {
  const std::uint64_t end = end_.load(std::memory_order_acquire);
  if (at == end) return false;
  std::uint64_t size = 0;
  std::memcpy(&size, bytes_.get() + at % capacity_, sizeof size);
  if (size == 0) at += capacity_ - at % capacity_;
  const std::byte* bytes = bytes_.get() + at % capacity_;
  Frame frame{};
  std::memcpy(&frame, bytes, sizeof frame);
  entry.stamp = {SeqNo{frame.sequence}, frame.at_ns};
  entry.command = {bytes + sizeof frame, frame.command_bytes};
  entry.events = {bytes + sizeof frame + frame.command_bytes, frame.events_bytes};
  entry.events_count = frame.events_count;
  entry.digest = frame.digest;
  entry.rule_set = frame.rule_set;
  next = at + frame.size;
  // What another core wrote comes slowly, and where a frame is only the one before it says. So as
  // much as was read is asked for some entries further on; not beyond what is written.
  for (std::uint64_t ahead = at + fetched_ahead; ahead < next + fetched_ahead && ahead < end;
       ahead += cache_line) {
    __builtin_prefetch(bytes_.get() + ahead % capacity_);
  }
  return true;
}

std::uint64_t EntryRing::bytes_waiting(Consumer consumer) const {
  const std::uint64_t from =
      cursors_[static_cast<std::size_t>(consumer)].position.load(std::memory_order_acquire);
  return end_.load(std::memory_order_acquire) - from;
}

}  // namespace emx::pipeline
