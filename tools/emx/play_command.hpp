#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx play`. When it is called, `exit_code` gets what the program is to return: 0 all was
// played and is durable; 1 the script or the market has faults, and nothing was written; 2 the
// ledger could not be written.
void add_play_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
