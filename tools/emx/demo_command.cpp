#include "tools/emx/demo_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "tools/demo/options.hpp"
#include "tools/demo/play.hpp"

namespace emx::tools {

namespace {

int list_cast() {
  for (const std::string& firm : demo::cast()) std::cout << firm << '\n';
  return 0;
}

}  // namespace

void add_demo_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<demo::Options>();
  CLI::App* const command = app.add_subcommand(
      "demo", "Play a day of the sample market against a running emxd, and audit its ledger");
  const auto cast = std::make_shared<bool>(false);
  CLI::Option* const lists =
      command->add_flag("--cast", *cast, "only list the firms that need a session, one a line");
  CLI::Option* const port =
      command->add_option("--fix-port", options->fix_port, "FIX port of emxd on this machine");
  CLI::Option* const socket =
      command->add_option("--admin-socket", options->admin_socket, "its admin socket");
  CLI::Option* const key = command->add_option("--operator", options->venue.key,
                                               "private key of who leads the day for the venue");
  CLI::Option* const person =
      command->add_option("--as", options->venue.number, "her number in emxd's [[operator]]");
  CLI::Option* const joint_key =
      command->add_option("--joint-operator", options->joint.key,
                          "private key of who sets quotas for the joint office");
  CLI::Option* const joint_person =
      command->add_option("--joint-as", options->joint.number, "her number");
  CLI::Option* const ledger =
      command->add_option("--ledger", options->ledger, "its ledger directory, for the audit");
  CLI::Option* const password =
      command->add_option("--password", options->password, "password of the sessions");
  command->add_option("--date", options->date,
                      "trade date to open (default: 2026-06-18, or the weekday after the last)");
  for (CLI::Option* option : {port, socket, key, person, joint_key, joint_person, ledger, password})
    option->excludes(lists);
  command->footer(
      "Exit code: 0 every figure is as expected; 1 one is not, or the venue is not there.");
  command->callback([=, &exit_code] {
    if (*cast) {
      exit_code = list_cast();
      return;
    }
    for (const CLI::Option* option :
         {port, socket, key, person, joint_key, joint_person, ledger, password}) {
      if (option->count() == 0) throw CLI::RequiredError(option->get_name());
    }
    exit_code = demo::play(*options, std::cout);
  });
}

}  // namespace emx::tools
