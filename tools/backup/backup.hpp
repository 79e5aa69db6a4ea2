#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ledger/note.hpp"
#include "tools/audit/reports.hpp"

namespace emx::backup {

// `emx backup`: a verified copy of a ledger, live or closed, in a folder that is new or empty.
struct BackupOptions {
  std::filesystem::path from;
  std::filesystem::path to;
  std::uint64_t mib_per_second = 0;  // 0: as fast as it goes
};

// `emx restore`: a backup becomes the ledger of a data directory that has none.
struct RestoreOptions {
  std::filesystem::path from;
  std::filesystem::path to;
  std::filesystem::path known_checkpoint;  // a signed note in a file; empty: none is known
  // One must have signed each checkpoint. Required with a known checkpoint.
  std::vector<ledger::VerifierKey> venue_keys{};
};

// What was done on `output.out`, and 0; 1: the source is not valid, or is older than or another
// than what was published; 2: it could not be done. Nothing is left behind but in the first case.
[[nodiscard]] int run_backup(const BackupOptions& options, const audit::Output& output);
[[nodiscard]] int run_restore(const RestoreOptions& options, const audit::Output& output);

}  // namespace emx::backup
