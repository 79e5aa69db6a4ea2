#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx snapshot`: what a ledger's entries come to, kept beside it so that a start takes less.
void add_snapshot_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
