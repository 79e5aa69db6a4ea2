#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

#include "ledger/command_log.hpp"
#include "ledger/disk_copy.hpp"
#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"
#include "tools/emxd/background_process.hpp"
#include "tools/emxd/config.hpp"
#include "tools/emxd/daemon.hpp"
#include "tools/emxd/foundation.hpp"
#include "tools/emxd/ledger_check.hpp"
#include "tools/emxd/log.hpp"
#include "tools/emxd/make_index.hpp"
#include "tools/emxd/open_files.hpp"
#include "tools/emxd/session_memory.hpp"
#include "tools/emxd/take_snapshot.hpp"
#include "tools/emxd/trial.hpp"

namespace {

using namespace emx;

constexpr int exit_bad_start = 1;

void say(const std::string& line) { std::cerr << "emxd: " << line << std::endl; }

void require(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

// The ledger, and the sessions' records beside it, which the ledger's lock guards as well. Both are
// read in child processes, so this comes before any thread starts.
void open_stores(const daemon::Config& config, ledger::LedgerStore& store) {
  const std::filesystem::path sessions = config.ledger_directory / "fix";
  // Where sessions were, there was a ledger: none is founded in its place.
  const bool had_sessions = std::filesystem::exists(sessions / "data.mdb");
  const ledger::Probe probe = daemon::probe_of_start(config);
  require(store.open(config.ledger_directory, {.create = !had_sessions, .probe = probe}));
  if (!store.earlier_failure().empty()) {
    say("the last run stopped because of: " + store.earlier_failure());
  }
  if (had_sessions && store.size().value == 0) {
    throw std::runtime_error{"the ledger in " + config.ledger_directory.string() +
                             " is empty, and " + sessions.string() +
                             " has the numbers of FIX sessions: no market is founded where there "
                             "was one; restore the ledger, or give another ledger.directory"};
  }
  ledger::Result readied = ledger::ready_side_environment(sessions);
  if (readied.status == ledger::Status::corrupt) {
    readied.message += ". " + daemon::renumber_advice(sessions);
  }
  require(readied);
}

// From here on a signal to stop is the daemon's; one that comes when there is no daemon any more
// must not end the process before the ledger is closed. Never destroyed: that would give signals
// back their default action.
void outlive_signals() {
  static auto& io = *new boost::asio::io_context;
  static auto& signals = *new boost::asio::signal_set{io, SIGTERM, SIGINT};
  static_cast<void>(signals);
}

int serve(const daemon::Config& config, ledger::LedgerStore& store) {
  const bool is_new = store.size().value == 0;
  if (is_new) {
    ledger::EmbeddedCommandLog log{store};
    daemon::found_market(config.market, log);
  }
  const auto log = daemon::make_log(config.log_level, config.log_file);
  if (is_new) {
    log->warn("there was no ledger in {}: a new market was founded, from {}",
              config.ledger_directory.string(), config.market.string());
  }
  outlive_signals();
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

// What is thrown is thrown before anything is served: the ledger then is closed as it was found,
// and the next start need not read it back from the disk.
int start_and_serve(const daemon::Config& config) {
  ledger::LedgerStore store;
  try {
    open_stores(config, store);
    return serve(config, store);
  } catch (...) {
    if (const ledger::Result closed = store.close(); !closed.ok()) say(closed.message);
    throw;
  }
}

// What the daemon has a child process do (background_process.hpp).
struct ChoreOf {
  std::string snapshot_dir;  // a data directory; empty: not this
  std::string verify_dir;    // the same
  std::string index_dir;     // the same
  bool anew = false;         // the index
  pid_t parent = 0;
  std::uint64_t left_free = ledger::left_free_least;

  [[nodiscard]] bool is_one() const {
    return !snapshot_dir.empty() || !verify_dir.empty() || !index_dir.empty();
  }
};

int snapshot(const ChoreOf& of) {
  // Before all that work, which is begun again and again while the disk is full.
  const ledger::Result room = ledger::find_room_for_another(of.snapshot_dir, of.left_free);
  if (!room.ok()) throw std::runtime_error{room.message};
  daemon::SnapshotTaking taking;
  taking.data_dir = of.snapshot_dir;
  // The daemon has it open, and has verified it or is about to.
  taking.probe = ledger::Probe::none;
  taking.left_free = of.left_free;
  taking.warn = [](const std::string& words) { std::cout << words << '\n'; };
  taking.progress = [](std::uint64_t, std::uint64_t) {};
  const daemon::SnapshotTaken taken = daemon::take_snapshot(taking);
  std::cout << "a snapshot of the ledger up to entry " << taken.sequence
            << (taken.bytes == 0 ? " is there already"
                                 : " was written, of " + std::to_string(taken.bytes) +
                                       " bytes, from " + taken.source + " and " +
                                       std::to_string(taken.replayed) + " entries after it")
            << '\n';
  return 0;
}

int do_chore(const ChoreOf& of) {
  daemon::become_a_background_process(of.parent);
  if (!of.verify_dir.empty()) return daemon::check_ledger(of.verify_dir);
  if (!of.index_dir.empty()) return daemon::make_index({of.index_dir, of.left_free, of.anew});
  return snapshot(of);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "emxd: the emissions exchange's daemon. It serves FIX clients, an admin socket and\n"
      "metrics on this machine, on a ledger of its own. Stop it with SIGTERM."};
  std::string config_file;
  bool check_only = false;
  bool renumber_sessions = false;
  app.add_option("--config", config_file, "Configuration file (TOML)");
  app.add_flag("--check", check_only, "Only check the configuration; exit 0 if it has no fault");
  app.add_flag("--renumber-sessions", renumber_sessions,
               "FIX sessions whose numbers are lost start again with 1; tell their clients");
  ChoreOf chore;
  const std::string for_child = "For a child process of a running emxd: ";
  app.add_option("--snapshot", chore.snapshot_dir,
                 for_child +
                     "write a snapshot of the ledger in this data directory, and end. By "
                     "hand: `emx snapshot`");
  app.add_option("--verify", chore.verify_dir,
                 for_child +
                     "verify the ledger in this data directory, and end. By hand: `emx "
                     "audit verify`");
  app.add_option("--index", chore.index_dir,
                 for_child +
                     "make the index of the ledger in this data directory, and follow the ledger. "
                     "By hand: `emx index rebuild`");
  app.add_flag("--anew", chore.anew, for_child + "throw the index away that is there");
  app.add_option("--parent", chore.parent, for_child + "the number of that process");
  app.add_option("--left-free", chore.left_free,
                 for_child + "bytes that what it writes leaves free on the disk");
  app.callback([&] {
    if (config_file.empty() && !chore.is_one()) throw CLI::RequiredError("--config");
    if (chore.is_one() && chore.parent == 0) throw CLI::RequiredError("--parent");
  });
  CLI11_PARSE(app, argc, argv);
  // A client that goes away is an error of its socket, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // A parent that ignores it hands that on, and then no child process could be waited for.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    if (chore.is_one()) return do_chore(chore);
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
    config.renumber_sessions = renumber_sessions;
    daemon::allow_open_files(daemon::open_files_max + (config.publishes_market_data
                                                           ? daemon::open_files_of_market_data_max
                                                           : 0));
    return start_and_serve(config);
  } catch (const std::exception& error) {
    say(error.what());
    return exit_bad_start;
  }
}
