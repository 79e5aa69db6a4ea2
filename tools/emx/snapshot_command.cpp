#include "tools/emx/snapshot_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"
#include "ledger/writer_at_work.hpp"
#include "tools/audit/progress.hpp"
#include "tools/emxd/take_snapshot.hpp"

namespace emx::tools {

namespace {

namespace fs = std::filesystem;

constexpr int done = 0;
constexpr int is_not_the_replayed = 1;
constexpr int could_not = 2;

struct SnapshotArguments {
  std::filesystem::path data_dir;
  bool verify = false;
};

int take_snapshot(const SnapshotArguments& arguments, const audit::Output& output) {
  const auto snapshots = arguments.data_dir / "snapshots";
  std::optional<audit::Progress> progress{std::in_place, output};
  daemon::SnapshotTaking taking;
  taking.data_dir = arguments.data_dir;
  taking.verify = arguments.verify;
  if (ledger::writer_at_work(arguments.data_dir) != 0) {
    // The exchange refuses orders where its ledger, or a copy of it, could not grow.
    taking.left_free = std::max<std::uint64_t>(
        ledger::disk_reserve_by_default, fs::file_size(arguments.data_dir / "ledger" / "data.mdb"));
  }
  taking.warn = [&](const std::string& words) { output.err << "warning: " << words << '\n'; };
  taking.progress = [&](std::uint64_t entries, std::uint64_t total) {
    progress->show(entries, total);
  };
  const daemon::SnapshotTaken taken = daemon::take_snapshot(taking);
  progress.reset();
  if (!taken.difference.empty()) {
    output.err << "emx snapshot: the state of entry " << taken.sequence << " by " << taken.source
               << " is not what the replay of all entries gives, " << taken.difference
               << ". Nothing was written; remove " << snapshots.string()
               << " before the next start of emxd, and report it as a fault of this program\n";
    return is_not_the_replayed;
  }
  if (arguments.verify) {
    output.out << "verified: the replay of all " << taken.sequence
               << " entries gives the same state as " << taken.source << " and " << taken.replayed
               << " entries after it\n";
  }
  if (taken.bytes == 0) {
    output.out << "the snapshot of entry " << taken.sequence
               << " is up to date: nothing has come since\n";
    return done;
  }
  output.out << "replayed " << taken.replayed << " entries from " << taken.source
             << "; wrote a state of " << taken.bytes << " bytes to "
             << ledger::snapshot_path(arguments.data_dir, taken.sequence).string() << '\n';
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
