#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// What is in a ledger: `emx audit trades`, `balances`, `lots` and `quotas`.
void add_table_commands(CLI::App& audit, int& exit_code);

}  // namespace emx::tools
