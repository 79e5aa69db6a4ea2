#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"
#include "ledger/verify.hpp"

namespace emx::audit {

// What an audit that is not through yet has found, for one that goes on there: a file of the
// auditor's, outside of the ledger's folder. It is believed as the auditor's memory is: its digest
// shows damage, and not that somebody else wrote it. Of this build of the program only.
struct AuditState {
  ledger::Hash genesis{};                 // of the ledger
  std::int64_t saved_ns = 0;              // UTC
  ledger::Hash venue_keys{};              // a digest of those that checkpoints were held to
  ledger::VerifyPoint point{};            // balances included
  std::vector<ledger::Anchor> anchors{};  // held to up to there, or still to be held to
  std::vector<std::byte> checks{};        // EntryChecks and CheckpointCheck
};

// It is written beside `file` first, as FILE.part. Not ok, with words: somebody has another file
// of that name.
ledger::Result check_aside(const std::filesystem::path& file);

// On the disk, in the place of the one before, when it returns ok. A FILE.part that is somebody's
// stays.
ledger::Result write_state(const std::filesystem::path& file, const AuditState& state);

// The state and what a crash left of one beside it. Requires: both are ours, or not there.
ledger::Result remove_state(const std::filesystem::path& file);

enum class StateFile : std::uint8_t {
  none,      // there is no such file
  foreign,   // it is something else, or cannot be read: not to be written over
  unusable,  // damaged, or of another build
  usable,
};
// `why`: what makes it foreign or unusable.
[[nodiscard]] StateFile read_state(const std::filesystem::path& file, AuditState& state,
                                   std::string& why);

}  // namespace emx::audit
