#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "ledger/store.hpp"
#include "tools/emxd/config.hpp"
#include "tools/emxd/daemon.hpp"
#include "tools/emxd/foundation.hpp"
#include "tools/emxd/log.hpp"

namespace {

using namespace emx;

constexpr int exit_bad_start = 1;

void say(const std::string& line) { std::cerr << "emxd: " << line << std::endl; }

int start_and_serve(const daemon::Config& config) {
  // The store probes the ledger in a child process, so it is opened before any thread starts.
  ledger::LedgerStore store;
  if (const ledger::Result opened = store.open(config.ledger_directory); !opened.ok()) {
    say(opened.message);
    return exit_bad_start;
  }
  if (!store.earlier_failure().empty()) {
    say("the last run stopped because of: " + store.earlier_failure());
  }
  if (store.size().value == 0) {
    ledger::EmbeddedCommandLog log{store};
    daemon::found_market(config.market, log);
  }
  const auto log = daemon::make_log(config.log_level, config.log_file);
  int exit_code = 0;
  try {
    daemon::Daemon daemon{config, store, log};
    exit_code = daemon.run();
    if (exit_code != 0) say(daemon.failure());
  } catch (...) {
    daemon::end_log();
    throw;
  }
  daemon::end_log();
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "emxd: the emissions exchange's daemon. It serves FIX clients, an admin socket and\n"
      "metrics on this machine, on a ledger of its own. Stop it with SIGTERM."};
  std::string config_file;
  bool check_only = false;
  app.add_option("--config", config_file, "Configuration file (TOML)")->required();
  app.add_flag("--check", check_only, "Only check the configuration; exit 0 if it has no fault");
  CLI11_PARSE(app, argc, argv);
  // A client that goes away is an error of its socket, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    daemon::Config config;
    const daemon::ConfigFaults faults = daemon::read_config(config_file, config);
    for (const std::string& fault : faults) say(fault);
    if (!faults.empty()) {
      say(std::to_string(faults.size()) + " fault(s) in the configuration; nothing was started");
      return exit_bad_start;
    }
    if (check_only) {
      std::cout << "the configuration has no fault\n";
      return 0;
    }
    return start_and_serve(config);
  } catch (const std::exception& error) {
    say(error.what());
    return exit_bad_start;
  }
}
