#include "tools/emx/snapshot_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ledger/command_log.hpp"
#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"
#include "tools/audit/progress.hpp"
#include "tools/audit/reading.hpp"
#include "tools/emxd/recovery.hpp"
#include "tools/emxd/snapshots.hpp"

namespace emx::tools {

namespace {

constexpr int done = 0;
constexpr int is_not_the_replayed = 1;
constexpr int could_not = 2;

struct SnapshotArguments {
  std::filesystem::path data_dir;
  bool verify = false;
};

// From a snapshot's exchange, or from the first entry; up to `last`, or to the end.
daemon::Recovered replay(ledger::LedgerStore& store, std::unique_ptr<engine::Exchange> start,
                         SeqNo last, const audit::Output& output) {
  const ledger::EmbeddedCommandLog log{store};
  audit::Progress progress{output};
  const std::uint64_t before = start == nullptr ? 0 : start->last_stamp().sequence.value;
  const std::uint64_t total = last.value != 0 ? last.value : store.size().value;
  daemon::RecoveryOptions options;
  options.start = std::move(start);
  options.last = last;
  options.on_progress = [&](std::uint64_t entries) {
    progress.show(std::min(before + entries, total), total);
  };
  return daemon::recover(log, std::move(options));
}

// Where two states part; empty: nowhere.
std::string difference(const engine::Exchange& replayed, const engine::Exchange& from_snapshot) {
  std::vector<std::byte> expected;
  std::vector<std::byte> actual;
  replayed.save(expected);
  from_snapshot.save(actual);
  if (expected == actual) return "";
  const auto [at, other] = std::ranges::mismatch(expected, actual);
  return "from byte " + std::to_string(at - expected.begin()) + " of " +
         std::to_string(expected.size()) + " on";
}

int take_snapshot(const SnapshotArguments& arguments, const audit::Output& output) {
  ledger::LedgerStore store;
  if (const auto result = audit::open_to_read(arguments.data_dir, store, output); !result.ok()) {
    output.err << "emx snapshot: " << result.message << '\n';
    return could_not;
  }
  const auto warn = [&](const std::string& words) { output.err << "warning: " << words << '\n'; };
  daemon::FromSnapshot from = daemon::exchange_from_snapshot(store, arguments.data_dir, warn);
  const std::uint64_t before = from.sequence;
  const std::string source = from.exchange == nullptr
                                 ? "the first entry"
                                 : "the snapshot of entry " + std::to_string(before);
  const daemon::Recovered recovered = replay(store, std::move(from.exchange), SeqNo{0}, output);
  const engine::Exchange& exchange = *recovered.exchange;
  const std::uint64_t last = recovered.start.last_sequence.value;
  if (exchange.more_to_do()) {
    throw std::runtime_error{
        "entry " + std::to_string(last) +
        " leaves work that the next entry does, and a snapshot is taken between commands only. A "
        "running emxd goes on at once: try again; else start emxd first"};
  }
  if (arguments.verify) {
    const daemon::Recovered whole = replay(store, nullptr, SeqNo{last}, output);
    if (const std::string found = difference(*whole.exchange, exchange); !found.empty()) {
      output.err << "emx snapshot: the state of entry " << last << " by " << source
                 << " is not what the replay of all entries gives, " << found
                 << ". Nothing was written; remove " << (arguments.data_dir / "snapshots").string()
                 << " before the next start of emxd, and report it as a fault of this program\n";
      return is_not_the_replayed;
    }
    output.out << "verified: the replay of all " << last << " entries gives the same state as "
               << source << " and " << recovered.entries << " entries after it\n";
  }
  if (last == before) {
    output.out << "the snapshot of entry " << last << " is up to date: nothing has come since\n";
    return done;
  }
  std::uint64_t bytes = 0;
  const auto result = daemon::save_snapshot(exchange, store, arguments.data_dir, bytes);
  if (!result.ok()) throw std::runtime_error{result.message};
  output.out << "replayed " << recovered.entries << " entries from " << source
             << "; wrote a state of " << bytes << " bytes to "
             << ledger::snapshot_path(arguments.data_dir, last).string() << '\n';
  return done;
}

}  // namespace

void add_snapshot_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "snapshot", "Write what a ledger's entries come to, so that the next start replays less");
  const auto arguments = std::make_shared<SnapshotArguments>();
  command
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  command.add_flag("--verify", arguments->verify,
                   "Replay from the first entry as well, and hold the whole states against each "
                   "other, byte by byte");
  command.footer(
      "It starts from the newest snapshot that is whole and of this ledger, and replays what came "
      "after; one that is not is passed over with a warning. The newest two are kept, in "
      "DIR/snapshots. They may be removed at any time: a start then takes longer, and no more. "
      "Everything replayed must come out again, byte for byte.\n"
      "Exit codes: 0 written, or up to date; 1 --verify found another state, nothing was written; "
      "2 could not run or write.");
  command.callback([=, &exit_code] {
    try {
      exit_code =
          take_snapshot(*arguments, {std::cout, std::cerr, false, ::isatty(STDERR_FILENO) == 1});
    } catch (const std::exception& error) {
      std::cerr << "emx snapshot: " << error.what() << '\n';
      exit_code = could_not;
    }
  });
}

}  // namespace emx::tools
