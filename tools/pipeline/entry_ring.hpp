#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "ledger/chain.hpp"

namespace emx::pipeline {

// Entries on their way out of the core: one producer, and two consumers that each see every entry
// in order, the ledger writer and the reports. Bytes are written once, in their place, and read
// there. Nothing is refused here: while one of the consumers is too far behind, room() says so and
// the core waits. No locks.
class EntryRing {
 public:
  enum class Consumer : std::size_t { ledger = 0, reports = 1 };

  // Requires: `bytes` is a power of two, at least four times the largest entry.
  explicit EntryRing(std::uint64_t bytes);

  // Producer. Where an entry of so many bytes is to be written; empty: there is no room now.
  // Requires: 0 < entry_bytes <= entry_bytes_max.
  [[nodiscard]] std::span<std::byte> room(std::size_t entry_bytes);
  // Producer. The entry is in the room last given; this is its hash. Consumers see it from now on.
  void publish(const ledger::Hash& hash);

  // A consumer's next entry from byte position `at` (its own cursor, or one it has run ahead to);
  // false: none yet. `next` is the position behind it. The bytes are valid until release().
  [[nodiscard]] bool read(std::uint64_t at, ledger::ChainedEntry& entry, std::uint64_t& next) const;

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
    std::uint64_t entry_bytes;
    ledger::Hash hash;
  };
  static std::uint64_t frame_bytes(std::size_t entry_bytes) {
    return (sizeof(Frame) + entry_bytes + 7) / 8 * 8;
  }

  const std::uint64_t capacity_;
  std::unique_ptr<std::byte[]> bytes_;
  struct alignas(64) Room {
    std::uint64_t at = 0;   // of its frame
    std::size_t bytes = 0;  // of the entry; 0: none was given
  };
  Room room_;                                       // producer's
  alignas(64) std::atomic<std::uint64_t> end_ = 0;  // of what is published
  std::array<Cursor, 2> cursors_{};
};

}  // namespace emx::pipeline
