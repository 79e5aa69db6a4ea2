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
  std::vector<ledger::Anchor> anchors{};  // that were held to and lie up to there
  std::vector<std::byte> checks{};        // EntryChecks and CheckpointCheck
};

// On the disk, in the place of the one before, when it returns ok.
ledger::Result write_state(const std::filesystem::path& file, const AuditState& state);

enum class StateFile : std::uint8_t {
  none,      // there is no such file
  foreign,   // it is something else, not to be written over
  unusable,  // damaged, of another build, or not to be read
  usable,
};
// `why`: what makes it foreign or unusable.
[[nodiscard]] StateFile read_state(const std::filesystem::path& file, AuditState& state,
                                   std::string& why);

}  // namespace emx::audit
