#pragma once

#include <filesystem>

#include "ledger/hash.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// SHA-256 over the pages of an LMDB 0.9 file on which the next commit builds: both meta pages, the
// list of free pages, the main table, and of each other table the way from its root to its last
// leaf; and the file's size. An append reads and trusts these and no others (check_pages() says
// what a changed bit in them can do), so a file of which they are what they were when its writer
// closed it takes a commit without harm, and the rest may be verified behind that.
//
// It reads only inside the file, whatever the bytes say; `corrupt` when they cannot be followed.
// Requires: nobody writes to the file meanwhile.
Result hash_edge(const std::filesystem::path& file, Hash& out);

}  // namespace emx::ledger
