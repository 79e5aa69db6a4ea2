#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/hash.hpp"
#include "tools/scenario/memory_log.hpp"

namespace emx::crash {

// What a real exchange decided: the entries of the golden stream (tests/exchange/golden.emx, played
// on the sample market), which goes everywhere that a script can go. In memory, so that they are
// known whatever becomes of a ledger. Throws std::runtime_error when there is no such stream.
class Traffic {
 public:
  Traffic();

  [[nodiscard]] std::uint64_t size() const { return entries_.size(); }
  // Entry `sequence`, from 1.
  [[nodiscard]] const EntryView& entry(std::uint64_t sequence) const {
    return entries_.at(sequence - 1);
  }
  // The chain's head after so many entries: two ledgers with one head have the same entries.
  [[nodiscard]] const ledger::Hash& head(std::uint64_t size) const { return heads_.at(size); }
  // What the venue signs of so many entries. Requires: one at least.
  [[nodiscard]] const ledger::Checkpoint& checkpoint(std::uint64_t size) const {
    return checkpoints_.at(size - 1);
  }
  // Of the largest entry, as stored.
  [[nodiscard]] std::size_t entry_bytes_max() const { return entry_bytes_max_; }

 private:
  scenario::MemoryLog log_;
  std::vector<EntryView> entries_;
  std::vector<ledger::Hash> heads_;
  std::vector<ledger::Checkpoint> checkpoints_;
  std::size_t entry_bytes_max_ = 0;
};

}  // namespace emx::crash
