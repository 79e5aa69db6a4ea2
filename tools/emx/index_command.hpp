#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx index ...`: look-ups in DIR/index, and its making.
void add_index_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
