#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx witness`: signs the venue's checkpoints as somebody else.
void add_witness_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
