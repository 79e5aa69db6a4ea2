#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
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

// LMDB's own durability and nothing else: entries at the end of one table, with its own two flushes
// for each commit - no hash, no meta record, no check. `folder` is made, and removed at the end.
// Throws std::runtime_error when LMDB fails. Not thread-safe.
class BareLog {
 public:
  explicit BareLog(const std::filesystem::path& folder);
  ~BareLog();
  BareLog(const BareLog&) = delete;
  BareLog& operator=(const BareLog&) = delete;

  // One entry of each size, in one commit. The bytes are such that no disk could leave them out.
  void commit(std::span<const std::uint32_t> entry_bytes);

 private:
  struct Environment;

  std::filesystem::path folder_;
  std::vector<std::byte> source_;
  std::unique_ptr<Environment> environment_;
  std::uint64_t entries_ = 0;
};

// The least that LMDB can do for the same durability: the same records in the same commits, by one
// thread. Seconds for all of it.
[[nodiscard]] double time_bare_log(const CommitPlan& plan, const std::filesystem::path& folder);

}  // namespace emx::bench
