#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/hash.hpp"

namespace emx::ledger {

static_assert(std::endian::native == std::endian::little, "the records are little-endian");

inline constexpr std::uint16_t entry_format = 1;

// What stands before the command and the events of an entry. FORMAT.md is the reference.
// The chain: `prev` is the leaf hash (hash.hpp) of the whole entry before, so every byte of every
// entry but the last is held by the one after it, and the last by MetaRecord::head.
struct EntryHeader {
  std::uint16_t format;         // entry_format
  std::uint16_t kind;           // CommandKind, as in the command
  std::uint32_t payload_bytes;  // after this header: the command, then the events
  std::uint64_t sequence;       // from 1, without gaps
  std::int64_t at_ns;           // UTC, since 1970; never behind the entry before
  std::uint64_t rule_set;  // sequence of the last entry that changed a rule, or its own; 0: none
  std::uint64_t digest;    // of the core's state after the command
  std::uint32_t actor;     // as in the command
  std::uint32_t approver;  // as in the command
  std::uint32_t command_bytes;
  std::uint32_t events_count;
  std::uint64_t reserved;  // 0
  Hash prev;               // of the genesis entry: zeros
};
static_assert(sizeof(EntryHeader) == 96);
static_assert(std::is_trivially_copyable_v<EntryHeader>);
static_assert(std::has_unique_object_representations_v<EntryHeader>, "padding would be hashed");

// An entry as it was read. A view: the bytes belong to someone else.
struct StoredEntry {
  EntryHeader header;
  EntryView view;
  std::span<const std::byte> bytes;  // the whole entry, as hashed
};

[[nodiscard]] std::size_t encoded_bytes(const EntryView& entry);

// What keeps this entry from being written, in words; empty: nothing. Beyond the records
// (records.hpp): the entry's bounds, and a rule set that is older than the entry.
[[nodiscard]] std::string_view fault_of(const EntryView& entry);

// Writes the whole entry to `out`. Requires: fault_of(entry) is empty, and out.size() is
// encoded_bytes(entry). `entry` and `out` may lie unaligned, but not on top of each other.
void encode(const EntryView& entry, const Hash& prev, std::span<std::byte> out);

// What an entry of this process says: decode() without a look at what could be wrong. For bytes
// that encode() wrote, and nothing has touched since.
[[nodiscard]] EntryView view_of(std::span<const std::byte> bytes);

// Reads an entry from bytes that may be damaged or foreign: never outside of them. Returns what is
// wrong, in words, or else empty words and the entry in `out`. Sequence, time and `prev` are held
// against nothing here: that takes the entry before (verify.hpp).
[[nodiscard]] std::string_view decode(std::span<const std::byte> bytes, StoredEntry& out);

// The entry of bytes in which decode() has found no fault before, of them or of those they are a
// copy of.
[[nodiscard]] StoredEntry stored_entry_of(std::span<const std::byte> bytes);

}  // namespace emx::ledger
