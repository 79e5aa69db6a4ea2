#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// emx why: the rules and values behind a refusal, a SKIP, a cut fill or a cancel.
void add_why_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
