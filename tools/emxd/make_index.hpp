#pragma once

#include <cstdint>
#include <filesystem>

namespace emx::daemon {

// The first character of each line that the process that makes the index says to emxd; a number of
// an entry, or words, follow.
enum IndexLine : char {
  index_goes_to = '=',   // the last entry that is in it
  index_warns_of = '!',  // it was begun anew, and why
  index_failed = '-',    // why the process ends
};

// Its exit codes.
enum IndexExit : int {
  index_closed = 0,    // it was told to end
  index_not_made = 1,  // try again later
};

struct IndexMaking {
  std::filesystem::path data_dir;
  std::uint64_t left_free = 0;  // bytes, on its disk
  bool anew = false;
};

// Makes the index from the ledger, which emxd has open, and follows it until SIGTERM. Says on
// standard output how far it is. Returns an IndexExit.
[[nodiscard]] int make_index(const IndexMaking& making);

}  // namespace emx::daemon
