#include "ledger/chain.hpp"

#include "engine/vocabulary/check.hpp"
#include "ledger/entry.hpp"

namespace emx::ledger {

ChainEnd end_after(const ChainedEntry& entry) {
  const Stamp stamp = view_of(entry.bytes).stamp;
  return {stamp.sequence.value, stamp.at_ns, entry.hash};
}

Hash Chain::add(const EntryView& entry, std::span<std::byte> out) {
  const bool first = end_.size == 0;
  check(entry.stamp.sequence.value == end_.size + 1);
  check(first || entry.stamp.at_ns >= end_.at_ns);
  check(fault_of(entry).empty());
  check(!first || read_record<CommandHeader>(entry.command).kind ==
                      static_cast<std::uint16_t>(CommandKind::genesis));
  encode(entry, end_.head, out);
  end_ = {entry.stamp.sequence.value, entry.stamp.at_ns, leaf_hash_(out)};
  return end_.head;
}

void ChainedBatch::add(const EntryView& entry) {
  std::vector<std::byte>& bytes = bytes_.emplace_back(encoded_bytes(entry));
  const Hash hash = chain_.add(entry, bytes);
  entries_.push_back({bytes, hash});
}

void ChainedBatch::clear() {
  bytes_.clear();
  entries_.clear();
}

}  // namespace emx::ledger
