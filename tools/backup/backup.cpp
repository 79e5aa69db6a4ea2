#include "tools/backup/backup.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <system_error>

#include "ledger/files.hpp"
#include "ledger/writer_at_work.hpp"
#include "tools/audit/lies_within.hpp"
#include "tools/audit/progress.hpp"
#include "tools/audit/reading.hpp"
#include "tools/backup/ledger_copy.hpp"

namespace emx::backup {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using ledger::Result;
using ledger::Status;

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

Result fault_of_target(const BackupOptions& options) {
  if (audit::lies_within(options.to, options.from)) {
    return {Status::io_failed, options.to.string() + " lies within " + options.from.string() +
                                   ": a backup does not belong into what it is of"};
  }
  std::error_code error;
  if (!fs::exists(options.to, error)) return {};
  if (!fs::is_directory(options.to, error)) {
    return {Status::not_a_directory, options.to.string() + " is there, and is no folder"};
  }
  if (!fs::is_empty(options.to, error) || error) {
    return {Status::io_failed,
            options.to.string() +
                " is not empty: a backup needs a folder of its own, and overwrites nothing"};
  }
  return {};
}

std::string rate(const Copied& copied, std::int64_t taken_ms) {
  const auto bytes_per_s =
      copied.entry_bytes * 1'000 / static_cast<std::uint64_t>(std::max<std::int64_t>(taken_ms, 1));
  return std::to_string(bytes_per_s / mib) + " MiB/s";
}

void tell(const Copied& copied, const fs::path& from, const fs::path& to, std::int64_t taken_ms,
          const audit::Output& output) {
  if (output.json) {
    audit::Json json{{"ledger", from.string()}, {"copy", to.string()}, {"verdict", "valid"}};
    json["entries"] = copied.entries;
    json["head"] = ledger::text_of(copied.head);
    json["genesis"] = ledger::text_of(copied.genesis);
    json["entry_bytes"] = copied.entry_bytes;
    json["checkpoints"] =
        audit::Json{{"count", copied.checkpoints}, {"last_size", copied.last_checkpoint}};
    json["snapshot"] = copied.snapshot == 0 ? audit::Json{} : audit::Json(copied.snapshot);
    json["taken_ms"] = taken_ms;
    audit::write(json, output);
    return;
  }
  output.out << to.string() << ": " << copied.entries << " entries, " << copied.entry_bytes
             << " bytes in " << taken_ms << " ms (" << rate(copied, taken_ms) << "), head "
             << ledger::text_of(copied.head) << '\n';
  if (copied.checkpoints == 0) {
    output.out << "  no checkpoint\n";
  } else {
    output.out << "  " << copied.checkpoints << " checkpoints, the last of "
               << copied.last_checkpoint << " entries\n";
  }
  if (copied.snapshot != 0) output.out << "  the snapshot of entry " << copied.snapshot << '\n';
  output.out << "  verified from the disk: chain, records, balances, checkpoints\n";
}

int copy_and_tell(const fs::path& from, const fs::path& to, CopyOptions options,
                  const audit::Output& output) {
  audit::Progress progress{output};
  options.progress = [&](std::uint64_t entries, std::uint64_t total) {
    progress.show(entries, total);
  };
  const auto start = Clock::now();
  Copied copied;
  if (const Result result = copy_ledger(from, to, options, copied); !result.ok()) {
    return audit::report_failure(result, from, output);
  }
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  tell(copied, from, to, taken.count(), output);
  return audit::ledger_is_valid;
}

// What the operator must know before she starts the exchange.
void warn_of_forks(bool known, const audit::Output& output) {
  output.err
      << "note: what came after the backup is not in it. A checkpoint that the venue published "
         "since is of entries that are gone, and its next ones would contradict it: a fork, which "
         "nobody can explain away.\n";
  if (known) {
    output.err << "note: the known checkpoint is within what was restored. A newer one than that "
                  "may still be out there.\n";
  }
  output.err
      << "  Before emxd is started: ask each witness for the newest checkpoint it has signed (its "
         "--state folder keeps it), and members for their newest receipts (each has a checkpoint); "
         "then restore again with `--known-checkpoint FILE --venue-key KEY`, which refuses a "
         "backup that is older.\n"
         "  If there is one that is newer than every backup: do not sign with this key again. "
         "Start without [checkpoint] keys, tell the witnesses and the regulator from which entry "
         "on the ledger is another, and go on with a new key.\n"
         "  The memory of the FIX sessions is in no backup: start emxd once with "
         "--renumber-sessions, and settle with the members what came after the backup.\n";
}

Result read_known(const RestoreOptions& options, KnownCheckpoint& known) {
  std::string text;
  if (Result result = ledger::read_file(options.known_checkpoint, text); !result.ok()) {
    return result;
  }
  const auto note = ledger::note_from_text(text);
  const std::string fault =
      note ? fault_of(*note, options.venue_keys, known.checkpoint) : "it is no signed note";
  if (!fault.empty()) {
    return {Status::io_failed, options.known_checkpoint.string() + ": " + fault};
  }
  known.note = *note;
  return {};
}

}  // namespace

int run_backup(const BackupOptions& options, const audit::Output& output) {
  if (const Result result = fault_of_target(options); !result.ok()) {
    return audit::report_failure(result, options.from, output);
  }
  CopyOptions how;
  how.bytes_per_second = options.mib_per_second * mib;
  audit::let_the_writer_go_first(options.from);
  how.shares_the_machine = ledger::writer_at_work(options.from) != 0;
  return copy_and_tell(options.from, options.to, how, output);
}

int run_restore(const RestoreOptions& options, const audit::Output& output) {
  CopyOptions how;
  how.from_closed_only = true;
  how.venue_keys = options.venue_keys;
  if (!options.known_checkpoint.empty()) {
    KnownCheckpoint known;
    if (const Result result = read_known(options, known); !result.ok()) {
      return audit::report_failure(result, options.from, output);
    }
    how.known = known;
  }
  const int exit_code = copy_and_tell(options.from, options.to, how, output);
  if (exit_code == audit::ledger_is_valid) warn_of_forks(how.known.has_value(), output);
  return exit_code;
}

}  // namespace emx::backup
