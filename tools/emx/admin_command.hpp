#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx admin`: rules, phases and days of a running emxd, over its admin socket. Exit code: 0
// applied, 1 refused, 2 not reached or not understood.
void add_admin_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
