#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx backup` and `emx restore`: verified copies of a ledger, and their way back.
void add_backup_commands(CLI::App& app, int& exit_code);

}  // namespace emx::tools
