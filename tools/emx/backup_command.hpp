#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx backup`, `emx restore` and `emx seal`: verified copies of a ledger, their way back, and
// its entries as flat files.
void add_backup_commands(CLI::App& app, int& exit_code);

}  // namespace emx::tools
