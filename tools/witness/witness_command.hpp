#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/note.hpp"
#include "tools/audit/reports.hpp"

namespace emx::witness {

// `emx witness`: looks at a ledger's last checkpoint, or at one in a file, and signs it.
struct WitnessOptions {
  std::filesystem::path state;
  std::filesystem::path key_file;
  std::string name;
  std::vector<ledger::VerifierKey> venue_keys;
  std::vector<ledger::VerifierKey> earlier_keys;  // the witness's own, before this one
  std::filesystem::path ledger;                   // its data directory; or
  std::filesystem::path checkpoint;               // a note in a file, and
  std::filesystem::path proof;  // that it goes on from what was seen (`emx audit prove --from`)
};

// The checkpoint with the witness's signature on `output.out`, and 0; 1: it was refused, with the
// reason; 2: there is no answer, since something cannot be read or written.
[[nodiscard]] int run_witness(const WitnessOptions& options, const audit::Output& output);

}  // namespace emx::witness
