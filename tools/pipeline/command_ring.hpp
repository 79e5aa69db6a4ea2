#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"

namespace emx::pipeline {

// Commands on their way from the I/O thread to the core: one producer, one consumer, no locks.
// The only place that refuses (S01): a full ring is an answer, not a wait. An eighth of it is kept
// for urgent commands: cancels, phases, the kill switch.
class CommandRing {
 public:
  struct Slot {
    alignas(8) std::array<std::byte, command_bytes_max> bytes;
    std::uint32_t size;
    std::int64_t queued_ns;  // steady clock, of a sampled command; else 0
  };

  // Requires: `slots` is a power of two, at least 8.
  explicit CommandRing(std::uint32_t slots)
      : mask_{slots - 1}, reserve_{slots / 8}, slots_{std::make_unique<Slot[]>(slots)} {
    check(std::has_single_bit(slots) && slots >= 8);
  }

  // Producer. False: full, or only the urgent part is left.
  [[nodiscard]] bool push(std::span<const std::byte> command, bool urgent, std::int64_t queued_ns) {
    check(command.size() <= command_bytes_max);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint64_t used = tail - head_.load(std::memory_order_acquire);
    const std::uint64_t usable = mask_ + 1 - (urgent ? 0 : reserve_);
    if (used >= usable) return false;
    Slot& slot = slots_[tail & mask_];
    std::memcpy(slot.bytes.data(), command.data(), command.size());
    slot.size = static_cast<std::uint32_t>(command.size());
    slot.queued_ns = queued_ns;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Consumer. The slot is valid until pop(); nullptr: empty.
  [[nodiscard]] const Slot* front() const {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return nullptr;
    return &slots_[head & mask_];
  }
  void pop() { head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  // Any thread; a moment's view.
  [[nodiscard]] std::uint64_t used() const {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    return tail_.load(std::memory_order_acquire) - head;
  }
  [[nodiscard]] std::uint64_t pushed() const { return tail_.load(std::memory_order_acquire); }

 private:
  const std::uint64_t mask_;
  const std::uint64_t reserve_;
  std::unique_ptr<Slot[]> slots_;
  alignas(64) std::atomic<std::uint64_t> head_ = 0;
  alignas(64) std::atomic<std::uint64_t> tail_ = 0;
};

}  // namespace emx::pipeline
