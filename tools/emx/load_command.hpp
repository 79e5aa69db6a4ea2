#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx load`: a FIX load client. When the command runs it sets `exit_code`: 0 every request
// was answered once; 1 something was lost or told twice, the run ended early, or a session could
// not log on.
void add_load_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
