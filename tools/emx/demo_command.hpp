#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// Adds `emx demo`: plays a day of the sample market against a running emxd, over FIX and its admin
// socket, and audits what it wrote. When the command runs it sets `exit_code`: 0 every figure is as
// expected; 1 one is not, or the venue could not be reached.
void add_demo_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
