#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx audit`: verify, trades, balances, quotas, entries. When one is called, `exit_code` gets
// what the program is to return (tools/audit/reports.hpp); it outlives the app's parsing.
void add_audit_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
