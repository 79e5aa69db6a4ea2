#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "ledger/note.hpp"

namespace emx::tools {

// `emx audit prove`, `receipt` and `verify-receipt`.
void add_proof_commands(CLI::App& audit, int& exit_code);

// An option that takes public keys of this kind, as `emx keygen` prints them; again for each.
CLI::Option& add_key_option(CLI::App& command, const std::string& name, ledger::KeyKind kind,
                            std::vector<ledger::VerifierKey>& keys, const std::string& words);

}  // namespace emx::tools
