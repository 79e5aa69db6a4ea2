#pragma once

#include <filesystem>
#include <functional>

#include "ledger/status.hpp"

namespace emx::ledger {

// Puts what the disk has of an LMDB environment's data file in its place, for when the page cache
// is not trusted (files.hpp, copy_from_disk). The copy is made aside as data.mdb.new, flushed, and
// given to `verify`; only if that is ok does it take the old file's place, with one rename. A crash
// in between leaves the old file. A failure removes the copy and leaves the file as it was.
//
// It needs as much free space as the file has, and says so beforehand.
// Requires: nobody writes to the environment, and this process has not opened it.
Result replace_with_disk_copy(
    const std::filesystem::path& file,
    const std::function<Result(const std::filesystem::path& copy)>& verify);

// Readies an environment of ours that is not the ledger, such as `DIR/fix`, for being opened: its
// data file is read back from the disk as above, and held to LMDB's rules (page_check.hpp) in a
// child process. What it means is for its owner to judge, and what to do when it is `corrupt`: that
// message has only what was found. No file there is ok.
// Requires: as above; called before the process starts threads (probe.hpp).
Result ready_side_environment(const std::filesystem::path& folder);

}  // namespace emx::ledger
