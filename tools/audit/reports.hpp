#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/note.hpp"
#include "tools/audit/moment.hpp"

// What a person asks of a ledger. Each opens it for reading, so a daemon may have it open and go on
// writing, and answers about what is there at that moment. Text with aligned columns, or JSON:
// stable keys, amounts as integers (fen, lots, kg) beside their text.

namespace emx::audit {

// The program's exit codes.
enum ExitCode : int {
  ledger_is_valid = 0,
  ledger_is_invalid = 1,  // damaged, altered, or not what its commands give
  could_not_run = 2,      // no ledger there, locked, unreadable, of another version
};

// The entry by which a running exchange has it that the question is asked.
struct Recorded {
  std::uint64_t sequence = 0;    // 0: none has
  std::uint64_t command_id = 0;  // of the record there
};

struct Output {
  std::ostream& out;
  std::ostream& err;  // what went wrong, and the progress
  bool json = false;
  bool progress = false;       // for a terminal
  bool csv = false;            // where a report has tables for it
  std::optional<Moment> at{};  // as it stood then; `verify` and `entries` know none
  Recorded recorded{};         // what is read then are the entries before it; `verify` reads all
};

// The whole audit: the ledger's bytes (ledger/verify.hpp), postings against trades
// (settlement_check.hpp), province counters from scratch (province_count.hpp), and the replay of
// every command (replay.hpp), and the checkpoints (checkpoint_check.hpp); shares no state with the
// writer. Names the first entry, or else the checkpoint, that is not as it must be, and why.
struct KnownOfLedger {
  // A point that the ledger is known to have reached, such as the size and head of an earlier
  // audit. Without one, what is kept beside the ledger (the mark of the last close, checkpoints)
  // may have been put back together with it, so nobody can tell an older state of the whole folder
  // from the folder, and the verdict says so.
  std::optional<ledger::Anchor> anchor{};
  // One of these must have signed each checkpoint. None: signatures are not checked.
  std::vector<ledger::VerifierKey> venue_keys{};
};
// How it is done; the verdict is the same.
struct Effort {
  // Threads: 1, or 2 (more are as 2). 0: two where there are two processors, and nobody writes to
  // the ledger, who would want one of them.
  unsigned jobs = 0;
  // Where what was found so far is kept, for an audit that goes on there when this one is
  // interrupted: written so often, and at SIGINT and SIGTERM, which end the audit then; removed
  // with the verdict. There, and of this ledger and program, it goes on. Empty: nowhere.
  std::filesystem::path state_file{};
  std::chrono::milliseconds state_every{10'000};
  // Called when it was written.
  std::function<void(std::uint64_t entries)> state_written{};
};
[[nodiscard]] int report_verdict(const std::filesystem::path& data_dir, const KnownOfLedger& known,
                                 const Output& output, const Effort& effort = {});

// These stand on the ledger's bytes, verified without a replay: when they do not hold there is no
// table but the reason.
[[nodiscard]] int report_trades(const std::filesystem::path& data_dir, const Output& output);
[[nodiscard]] int report_balances(const std::filesystem::path& data_dir, const Output& output);
// What each account holds, or all accounts of a firm or a control group together.
enum class Holder { account, firm, group };
[[nodiscard]] int report_balances_by(const std::filesystem::path& data_dir, Holder by,
                                     const Output& output);
// The batches that rights come from (rights_lots.hpp), of all accounts or of one facility.
[[nodiscard]] int report_lots(const std::filesystem::path& data_dir,
                              const std::optional<std::string>& facility, const Output& output);
[[nodiscard]] int report_quotas(const std::filesystem::path& data_dir, const Output& output);

// Entries with their commands and events in words, good or bad as they are.
struct EntryRange {
  std::uint64_t from = 1;
  std::uint64_t count = 100;
};
[[nodiscard]] int report_entries(const std::filesystem::path& data_dir, const EntryRange& range,
                                 const Output& output);

}  // namespace emx::audit
