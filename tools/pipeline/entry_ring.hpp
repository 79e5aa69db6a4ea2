#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/vocabulary/entry_view.hpp"

namespace emx::pipeline {

// Entries on their way out of the core: one producer, and two consumers that each see every entry
// in order, the ledger writer and the reports. Bytes are written once and read in place. Nothing
// is refused here: while one of the consumers is too far behind, push() says so and the core
// waits. No locks.
class EntryRing {
 public:
  enum class Consumer : std::size_t { ledger = 0, reports = 1 };

  // Requires: `bytes` is a power of two, at least four times the largest entry.
  explicit EntryRing(std::uint64_t bytes);

  // Producer. False: no room now; nothing was written.
  [[nodiscard]] bool push(const EntryView& entry);

  // A consumer's next entry from byte position `at` (its own cursor, or one it has run ahead to);
  // false: none yet. `next` is the position behind it. The view is valid until release().
  [[nodiscard]] bool read(std::uint64_t at, EntryView& entry, std::uint64_t& next) const;

  [[nodiscard]] std::uint64_t cursor(Consumer consumer) const {
    return cursors_[static_cast<std::size_t>(consumer)].position.load(std::memory_order_relaxed);
  }
  // The consumer is done with all before `position`.
  void release(Consumer consumer, std::uint64_t position) {
    cursors_[static_cast<std::size_t>(consumer)].position.store(position,
                                                                std::memory_order_release);
  }

  // Any thread; a moment's view of how far a consumer is behind.
  [[nodiscard]] std::uint64_t bytes_waiting(Consumer consumer) const;

 private:
  struct alignas(64) Cursor {
    std::atomic<std::uint64_t> position = 0;
  };
  // Before each entry. `size` 0: the rest of the ring is unused, go on at its start.
  struct Frame {
    std::uint64_t size;  // of frame and entry, a multiple of 8
    std::uint64_t sequence;
    std::int64_t at_ns;
    std::uint64_t digest;
    std::uint64_t rule_set;
    std::uint32_t command_bytes;
    std::uint32_t events_bytes;
    std::uint32_t events_count;
    std::uint32_t reserved;
  };

  const std::uint64_t capacity_;
  std::unique_ptr<std::byte[]> bytes_;
  alignas(64) std::atomic<std::uint64_t> end_ = 0;  // of what is written
  std::array<Cursor, 2> cursors_{};
};

}  // namespace emx::pipeline
