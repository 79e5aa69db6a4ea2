#pragma once

#include <CLI/CLI.hpp>

namespace emx::tools {

// `emx hash-password`: what a [[fix.session]] keeps instead of the password.
void add_password_command(CLI::App& app, int& exit_code);

}  // namespace emx::tools
