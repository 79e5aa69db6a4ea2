#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace emx::bench {

// What was committed: the bytes of each entry, how many entries each commit had, and when it began
// and ended (of the steady clock).
struct CommitPlan {
  struct Times {
    std::chrono::steady_clock::time_point begun;
    std::chrono::steady_clock::time_point ended;
  };
  std::vector<std::uint32_t> entry_bytes;
  std::vector<std::uint32_t> batch_entries;
  std::vector<Times> times;
};

// The least that LMDB can do for the same durability: the same records in the same commits, put at
// the end of one table, with LMDB's own two flushes and nothing else - no hash, no meta record, no
// check, no other thread. Seconds for all of it. `folder` is made, and removed at the end. Throws
// std::runtime_error when LMDB fails.
[[nodiscard]] double time_bare_log(const CommitPlan& plan, const std::filesystem::path& folder);

}  // namespace emx::bench
