#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/hash.hpp"
#include "ledger/note.hpp"
#include "ledger/status.hpp"

namespace emx::backup {

// A checkpoint that the venue has published, with the note that has its signature.
struct KnownCheckpoint {
  ledger::Note note;
  ledger::Checkpoint checkpoint;
};

struct CopyOptions {
  std::uint64_t bytes_per_second = 0;  // of entries; 0: as fast as it goes
  // Somebody else needs processor and disk: it pauses for as long as it has worked, again and
  // again.
  bool shares_the_machine = false;
  // One of these must have signed each checkpoint. None: signatures are not checked.
  std::vector<ledger::VerifierKey> venue_keys{};
  // The ledger must have the entries that this one is of. Where it is newer than those that the
  // ledger has, it becomes the copy's last.
  std::optional<KnownCheckpoint> known{};
  // The source must have been closed, and end where it was: a backup that came to its end.
  bool from_closed_only = false;
  std::function<void(std::uint64_t entries, std::uint64_t entries_total)> progress{};
};

struct Copied {
  std::uint64_t entries = 0;
  ledger::Hash head{};
  ledger::Hash genesis{};
  std::uint64_t entry_bytes = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t last_checkpoint = 0;  // its entries; 0: there is none
  std::uint64_t snapshot = 0;         // the entry that it is of; 0: there was none that fits
};

// Copies the ledger in `from` as it is when the copy begins, also while its writer goes on:
// entries, the checkpoints of them, and the newest snapshot. `to` gets `ledger` and `snapshots`,
// and has neither before: they are made in `to`/unfinished, verified from what the disk has (every
// entry, the balances, each checkpoint's root, and that it ends where the source did), marked
// `clean`, and renamed. A failure takes away what it made.
//
// It reads entries in bounded transactions and appends them to a new ledger, with the checks that
// every append has. LMDB's own copy (mdb_env_copy2) holds one reader for as long as it takes, and
// the writer may reuse no page meanwhile: its file grows, and never shrinks again. Copying the
// file's pages in steps would mix states. A copy by entries has the same entries byte for byte,
// which their hashes show, in a file that is as small as it can be.
//
// The source is read only. `signed` is not copied: it says what the copy's last checkpoint does.
// Status: `corrupt`, the source is not valid, or not what it is known to be; else as in status.hpp.
ledger::Result copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to,
                           const CopyOptions& options, Copied& copied);

}  // namespace emx::backup
