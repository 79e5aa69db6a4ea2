#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What stands between a process and its C library when a library of ours is loaded before it
// (LD_PRELOAD): intercept.cpp has every call with which a ledger touches files, LMDB's own calls
// included, and asks two functions about each. A library defines them, and so is one kind of fate:
// a failing disk (tests/ledger/faults.cpp), a kill (kills.cpp), a recorded disk
// (recorded_disk.cpp).

namespace emx::crash {

struct Call {
  std::string_view name{};
  std::string path{};          // of the file, or of what the descriptor is open on
  std::string new_path{};      // of a rename
  int descriptor = -1;         // of an open: once it is done
  int flags = 0;               // of an open
  off_t offset = 0;            // where a write begins; the length of a truncation
  std::vector<iovec> parts{};  // of a write

  [[nodiscard]] bool writes() const { return !parts.empty(); }
};

struct Plan {
  int error = 0;          // not 0: the call is not made, and fails with it
  int late_error = 0;     // not 0: the call is made, and fails with it all the same
  bool half = false;      // of a write: only the first half is written; of a read: asked for
  std::string instead{};  // of an open: this file, and not past the page cache
};

// Defined by each library. `after` is called for what was made, with its result.
Plan before(const Call& call);
void after(const Call& call, long result);

// write(2) itself, about which nobody is asked.
void write_past(int descriptor, const void* bytes, std::size_t count);

// On standard error as it was when the process began: a probe's child has another.
void say(const std::string& words);

// Empty where there is none.
std::string_view setting(const char* name);

// Of this process and its forks together: a probe in a child is part of the run.
std::atomic<long>& shared_count();

}  // namespace emx::crash
