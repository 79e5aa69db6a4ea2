#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ledger/entry.hpp"
#include "ledger/hash.hpp"

namespace emx::ledger {

// Copies of some entries that follow each other, with their leaf hashes: so that what is done with
// them needs no read transaction, and may be done in another thread. Keeps its room when it is
// cleared. Not thread-safe.
class EntrySlice {
 public:
  struct Place {
    std::size_t begin = 0;  // of the bytes
    std::size_t bytes = 0;
    Hash leaf{};
    bool is_linked = true;  // to the entry before it, by its hash
  };

  void clear();
  // Requires: decode() finds no fault in the bytes.
  void add(std::span<const std::byte> entry, const Hash& leaf, bool is_linked);

  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  // Lives as long as the slice is neither changed nor moved.
  [[nodiscard]] StoredEntry entry(const Place& place) const;

 private:
  std::vector<std::byte> bytes_;
  std::vector<Place> places_;
};

}  // namespace emx::ledger
