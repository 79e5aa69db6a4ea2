#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx scenario`. When it is called, `exit_code` gets what the program is to return: 0 all
// happened as the files expect; 1 some outcome differs; 2 a file is at fault.
void add_scenario_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
