#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "ledger/hash.hpp"
#include "ledger/status.hpp"

struct MDB_txn;

namespace emx::ledger {

inline constexpr std::array<char, 8> ledger_magic{'E', 'M', 'X', 'L', 'E', 'D', 'G', 'R'};
inline constexpr std::uint32_t schema_version = 1;

// The one record of the table `meta`, written in the transaction that appends: without it a change
// of the last entry, or the loss of entries at the end, could not be seen. FORMAT.md documents it.
struct MetaRecord {
  std::array<char, 8> magic = ledger_magic;
  std::uint32_t schema = schema_version;
  std::uint32_t reserved = 0;
  std::uint64_t size = 0;  // sequence of the last entry; 0: none
  Hash head{};             // leaf hash of the last entry; zeros: none
  Hash genesis{};          // leaf hash of entry 1; zeros: none

  friend bool operator==(const MetaRecord&, const MetaRecord&) = default;
};
static_assert(sizeof(MetaRecord) == 88);
static_assert(std::is_trivially_copyable_v<MetaRecord>);
static_assert(std::has_unique_object_representations_v<MetaRecord>);

// Its key: "state", without a closing zero.
inline constexpr std::array<char, 5> meta_key{'s', 't', 'a', 't', 'e'};

// Reads a record that may be damaged: wrong_schema or corrupt, or ok and the record in `out`.
Result decode_meta(std::span<const std::byte> bytes, MetaRecord& out);

// Replaces the record within the transaction; returns LMDB's code. The only write of the ledger
// that is not an append.
[[nodiscard]] int put_meta(MDB_txn* transaction, unsigned int table, const MetaRecord& meta);

}  // namespace emx::ledger
