#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tools/emx/admin_command.hpp"
#include "tools/emx/audit_command.hpp"
#include "tools/emx/backup_command.hpp"
#include "tools/emx/demo_command.hpp"
#include "tools/emx/index_command.hpp"
#include "tools/emx/keygen_command.hpp"
#include "tools/emx/load_command.hpp"
#include "tools/emx/password_command.hpp"
#include "tools/emx/play_command.hpp"
#include "tools/emx/rules_command.hpp"
#include "tools/emx/scenario_command.hpp"
#include "tools/emx/snapshot_command.hpp"
#include "tools/emx/whatif_command.hpp"
#include "tools/emx/why_command.hpp"
#include "tools/emx/witness_command.hpp"

int main(int argc, char** argv) {
  CLI::App app{"emx: tools of the emissions exchange"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of all subcommands");
  int exit_code = 0;
  emx::tools::add_admin_command(app, exit_code);
  emx::tools::add_audit_command(app, exit_code);
  emx::tools::add_backup_commands(app, exit_code);
  emx::tools::add_demo_command(app, exit_code);
  emx::tools::add_index_command(app, exit_code);
  emx::tools::add_keygen_command(app, exit_code);
  emx::tools::add_load_command(app, exit_code);
  emx::tools::add_password_command(app, exit_code);
  emx::tools::add_play_command(app, exit_code);
  emx::tools::add_rules_command(app, exit_code);
  emx::tools::add_scenario_command(app, exit_code);
  emx::tools::add_snapshot_command(app, exit_code);
  emx::tools::add_whatif_command(app, exit_code);
  emx::tools::add_why_command(app, exit_code);
  emx::tools::add_witness_command(app, exit_code);
  try {
    CLI11_PARSE(app, argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "emx: " << error.what() << '\n';
    return 2;
  }
  return exit_code;
}
