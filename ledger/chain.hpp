#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/hash.hpp"

// Entries get their final bytes and their hash before they are written, so that the thread that
// waits for the disk need not compute: a chain says what comes next, a log writes it.

namespace emx::ledger {

// An entry in its final bytes (FORMAT.md), which belong to someone else.
struct ChainedEntry {
  std::span<const std::byte> bytes;
  Hash hash{};  // its leaf hash: what the next entry has as `prev`
};

// Where a chain ends.
struct ChainEnd {
  std::uint64_t size = 0;  // sequence of the last entry; 0: none
  std::int64_t at_ns = 0;  // its time
  Hash head{};             // its hash

  friend bool operator==(const ChainEnd&, const ChainEnd&) = default;
};

// The end of a chain whose last entry this is.
[[nodiscard]] ChainEnd end_after(const ChainedEntry& entry);

// Makes entries of what the core did, one after another. Not thread-safe. The constructor throws
// as LeafHasher's does.
class Chain {
 public:
  explicit Chain(const ChainEnd& end) : end_{end} {}

  // Writes the entry to `out` and returns its hash; it is the chain's end then.
  // check()s that the entry is the next in sequence, not behind in time, and without a fault
  // (fault_of, entry.hpp), that entry 1 is a genesis command, and that `out` has its size
  // (encoded_bytes, entry.hpp).
  Hash add(const EntryView& entry, std::span<std::byte> out);

  [[nodiscard]] const ChainEnd& end() const { return end_; }

 private:
  ChainEnd end_;
  LeafHasher leaf_hash_;
};

// Entries that are to be appended together, in memory of their own. Not thread-safe.
class ChainedBatch {
 public:
  explicit ChainedBatch(const ChainEnd& end) : chain_{end} {}

  // Takes a copy. check()s as Chain::add() does.
  void add(const EntryView& entry);
  // Valid until the next add() or clear().
  [[nodiscard]] std::span<const ChainedEntry> entries() const { return entries_; }
  // Forgets the entries; the chain goes on behind them.
  void clear();

 private:
  Chain chain_;
  std::vector<std::vector<std::byte>> bytes_;
  std::vector<ChainedEntry> entries_;
};

}  // namespace emx::ledger
