#pragma once

#include <cstddef>
#include <filesystem>

#include "ledger/status.hpp"

namespace emx::ledger {

inline constexpr std::size_t page_bytes = 4'096;  // on the machines that emx runs on

struct Edge;

// Holds the pages of an LMDB 0.9 file to LMDB's own rules, without LMDB: it reads only inside the
// file, whatever the bytes say. ok: every page that the younger meta page leads to is what it
// should be, in order, used once, and none of them stands in the list of free pages.
//
// This is what a writer needs beyond a ledger that reads well. LMDB trusts its page numbers and its
// free list: after one changed bit in either, entries verify as before, and the next commits
// overwrite some of them or end the process (24 of 3,000 random changes did, before this check).
//
// Requires: nobody writes to the file meanwhile.
Result check_pages(const std::filesystem::path& file);

// The same of the state that an edge was read of (page_edge.hpp), also while the log's writer goes
// on: what is in use beside the edge stays as it is.
Result check_pages(const std::filesystem::path& file, const Edge& edge);

}  // namespace emx::ledger
