#include "tools/emx/backup_command.hpp"

#include <unistd.h>

#include <iostream>
#include <memory>

#include "tools/backup/backup.hpp"
#include "tools/backup/seal.hpp"
#include "tools/emx/proof_commands.hpp"

namespace emx::tools {

namespace {

audit::Output to_terminal(bool json) {
  return {std::cout, std::cerr, json, ::isatty(STDERR_FILENO) == 1};
}

void add_backup(CLI::App& app, int& exit_code) {
  CLI::App& command =
      *app.add_subcommand("backup", "Copy a ledger, also while emxd runs, and verify the copy");
  const auto options = std::make_shared<backup::BackupOptions>();
  const auto json = std::make_shared<bool>(false);
  command.add_option("DIR", options->from, "Data directory of the exchange; it is only read")
      ->required();
  command.add_option("TO", options->to, "A folder that is not there yet, or is empty")->required();
  command
      .add_option("--mib-per-s", options->mib_per_second,
                  "Copy so many MiB of entries a second at most, so that a running exchange has "
                  "the disk to itself otherwise")
      ->check(CLI::Range(1, 1'000'000));
  command.add_flag("--json", *json, "JSON instead of text");
  command.footer(
      "The copy has the entries that were there when it began, their checkpoints, and the newest "
      "snapshot. It stands in TO/unfinished until it has been verified, so a ledger in TO is "
      "whole.\n"
      "Exit codes: 0 copied and verified; 1 the ledger is not valid; 2 could not run.");
  command.callback(
      [=, &exit_code] { exit_code = backup::run_backup(*options, to_terminal(*json)); });
}

void add_restore(CLI::App& app, int& exit_code) {
  CLI::App& command =
      *app.add_subcommand("restore", "Make a backup the ledger of a data directory that has none");
  const auto options = std::make_shared<backup::RestoreOptions>();
  const auto json = std::make_shared<bool>(false);
  command.add_option("FROM", options->from, "The backup; it is only read")->required();
  command.add_option("TO", options->to, "Data directory without a ledger; made when missing")
      ->required();
  CLI::Option& keys = add_key_option(
      command, "--venue-key", ledger::KeyKind::ed25519, options->venue_keys,
      "A key of the venue, NAME+ID+KEY; one of those given must have signed each checkpoint");
  command
      .add_option("--known-checkpoint", options->known_checkpoint,
                  "A checkpoint that was published, a signed note in a file: a backup that has not "
                  "all its entries is refused")
      ->needs(&keys);
  command.add_flag("--json", *json, "JSON instead of text");
  command.footer(
      "Checkpoints that were published after the backup was taken are of entries that it does not "
      "have: the venue must not sign others in their place. Say which is the newest known, from a "
      "witness or a receipt, with --known-checkpoint.\n"
      "Exit codes: 0 restored; 1 the backup is not valid, did not come to its end, or is older "
      "than the known checkpoint; 2 could not run.");
  command.callback(
      [=, &exit_code] { exit_code = backup::run_restore(*options, to_terminal(*json)); });
}

void add_seal(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "seal", "Write a ledger's entries as flat files, for storage that is written once");
  const auto options = std::make_shared<backup::SealOptions>();
  const auto json = std::make_shared<bool>(false);
  command.add_option("DIR", options->from, "Data directory of the exchange; it is only read")
      ->required();
  command.add_option("TO", options->to, "Folder of the segments; made when missing")->required();
  add_key_option(command, "--venue-key", ledger::KeyKind::ed25519, options->venue_keys,
                 "A key of the venue, NAME+ID+KEY; one of those given must have signed each "
                 "checkpoint")
      .required();
  command
      .add_option("--entries", options->entries_max,
                  "Most entries of a segment; always the same for one folder")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20))
      ->capture_default_str();
  command.add_flag("--json", *json, "JSON instead of text");
  command.footer(
      "A segment ends with the last checkpoint within --entries, and is written once there is a "
      "later one beyond. Those that are there are held to the ledger and never changed. "
      "ledger/FORMAT.md has every byte.\n"
      "Exit codes: 0 sealed; 1 the ledger, a checkpoint or a segment is not as it must be; 2 could "
      "not run.");
  command.callback([=, &exit_code] { exit_code = backup::run_seal(*options, to_terminal(*json)); });
}

}  // namespace

void add_backup_commands(CLI::App& app, int& exit_code) {
  add_backup(app, exit_code);
  add_restore(app, exit_code);
  add_seal(app, exit_code);
}

}  // namespace emx::tools
