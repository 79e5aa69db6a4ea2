#pragma once

#include <cstddef>
#include <cstdint>

// How LMDB 0.9 (mdb.c) lays out its pages on a little-endian machine with pages of 4 KiB.

namespace emx::ledger::page_layout {

inline constexpr std::uint64_t meta_pages = 2;
inline constexpr std::uint64_t no_page = ~std::uint64_t{0};
inline constexpr std::uint16_t branch_flag = 1;
inline constexpr std::uint16_t leaf_flag = 2;
inline constexpr std::uint16_t overflow_flag = 4;
inline constexpr std::uint16_t value_on_own_pages = 1;  // F_BIGDATA
inline constexpr std::uint16_t value_is_table = 2;      // F_SUBDATA
inline constexpr std::uint16_t integer_key = 8;         // MDB_INTEGERKEY
inline constexpr std::uint16_t depth_max = 32;
inline constexpr std::size_t table_at = 40;  // in a meta page: free pages, then the main table
inline constexpr std::size_t last_page_at = 136;
inline constexpr std::size_t transaction_at = 144;

struct PageHeader {
  std::uint64_t number;
  std::uint16_t pad;
  std::uint16_t flags;
  std::uint16_t lower;  // end of the node offsets; low half of the page count of a long value
  std::uint16_t upper;  // begin of the nodes; high half of it
};
static_assert(sizeof(PageHeader) == 16);

struct NodeHeader {
  std::uint16_t low;    // branch: child, bits 0-15; leaf: value bytes, bits 0-15
  std::uint16_t high;   // the same, bits 16-31
  std::uint16_t flags;  // branch: child, bits 32-47
  std::uint16_t key_bytes;

  [[nodiscard]] std::uint64_t child() const {
    return low | std::uint64_t{high} << 16 | std::uint64_t{flags} << 32;
  }
  [[nodiscard]] std::uint32_t value_bytes() const { return low | std::uint32_t{high} << 16; }
};
static_assert(sizeof(NodeHeader) == 8);

struct Table {
  std::uint32_t pad;
  std::uint16_t flags;
  std::uint16_t depth;
  std::uint64_t branch_pages;
  std::uint64_t leaf_pages;
  std::uint64_t overflow_pages;
  std::uint64_t entries;
  std::uint64_t root;
};
static_assert(sizeof(Table) == 48);

}  // namespace emx::ledger::page_layout
