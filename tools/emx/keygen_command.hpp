#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx keygen`: the key of a person who acts by `emx admin`.
void add_keygen_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
