#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ledger/note.hpp"
#include "tools/audit/reports.hpp"

namespace emx::backup {

// `emx seal`: the entries of a ledger as flat files for storage that is written once. FORMAT.md,
// "Sealed segments", has every byte.
struct SealOptions {
  std::filesystem::path from;
  std::filesystem::path to;
  std::uint64_t entries_max = std::uint64_t{1} << 20;  // of a segment
  std::vector<ledger::VerifierKey> venue_keys{};       // one must have signed each checkpoint
};

// A segment ends with the last checkpoint within `entries_max`, so its note signs exactly what it
// and those before it have; and it is written only once there is a later one beyond, so it never
// changes. Segments that are there are compared with the ledger and left as they are.
// 0: all that could be sealed is; 1: the ledger, a checkpoint or a segment is not as it must be;
// 2: could not run.
[[nodiscard]] int run_seal(const SealOptions& options, const audit::Output& output);

}  // namespace emx::backup
