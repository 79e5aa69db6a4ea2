#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// What a regulator asks of a ledger: `emx audit position` and the like.
void add_question_commands(CLI::App& audit, int& exit_code);

}  // namespace emx::tools
