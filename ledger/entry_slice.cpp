#include "ledger/entry_slice.hpp"

namespace emx::ledger {

void EntrySlice::clear() {
  bytes_.clear();
  places_.clear();
}

void EntrySlice::add(std::span<const std::byte> entry, const Hash& leaf, bool is_linked) {
  places_.push_back({bytes_.size(), entry.size(), leaf, is_linked});
  bytes_.insert(bytes_.end(), entry.begin(), entry.end());
}

StoredEntry EntrySlice::entry(const Place& place) const {
  return stored_entry_of(std::span{bytes_}.subspan(place.begin, place.bytes));
}

}  // namespace emx::ledger
