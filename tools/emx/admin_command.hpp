#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx admin`: rules, phases and days of a running emxd, over its admin socket, signed by the
// person who acts. Exit code: 0 applied, 1 refused, 2 not reached or not understood, 3 it waits for
// a second person.
void add_admin_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
