#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx rules`: an authority's rules from text to a signed document.
void add_rules_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
