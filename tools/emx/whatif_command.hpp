#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// emx whatif: a day of a ledger under other rules, beside what it was.
void add_whatif_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
