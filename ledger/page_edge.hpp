#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "ledger/hash.hpp"
#include "ledger/page_check.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

using Page = std::array<std::byte, page_bytes>;

// The pages of an LMDB 0.9 file on which the next commit builds: both meta pages, the list of free
// pages, the main table, and of each other table the way from its root to its last leaf. An append
// reads and trusts these and no others. In a log that is only appended to, all other pages that
// are in use never change and are never freed.
struct Edge {
  std::uint64_t file_bytes = 0;
  std::size_t meta = 0;  // which of the two meta pages was followed: 0 or 1
  std::vector<std::pair<std::uint64_t, Page>> pages;  // by number, in the order of the walk
};

// Reads it: of the younger meta page, when nobody writes to the file; or as a transaction's commit
// left it, while a read transaction keeps that from being overwritten, `missing` when its meta page
// has been. It reads only inside the file, whatever the bytes say; `corrupt` when they cannot be
// followed.
Result read_edge(const std::filesystem::path& file, std::optional<std::uint64_t> transaction,
                 Edge& out);

// SHA-256 over the file's size and the pages, which says whether they are what they were, and not
// that they were right: check_pages() does that.
[[nodiscard]] Hash hash_of(const Edge& edge);

}  // namespace emx::ledger
