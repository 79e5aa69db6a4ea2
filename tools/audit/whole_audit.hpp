#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tools/audit/checkpoint_check.hpp"
#include "tools/audit/replay.hpp"
#include "tools/audit/reports.hpp"

namespace emx::audit {

// Where an earlier run, which was interrupted, had got to.
struct EarlierRun {
  std::uint64_t entries = 0;
  std::int64_t saved_ns = 0;  // UTC
};

// What the whole audit of a ledger found (report_verdict()).
struct Findings {
  std::optional<Difference> difference;
  ledger::Verdict verdict;
  std::int64_t taken_ms = 0;
  unsigned jobs = 1;
  bool anchored = false;                  // held to what the caller knew of it
  std::vector<std::string> held_against;  // what was known of the ledger beforehand
  CheckpointCheck checkpoints;
  std::optional<EarlierRun> resumed;  // its entries were not read again
  std::string not_resumed;            // why there was a state, and it was not gone on from

  [[nodiscard]] std::uint64_t entries_per_second() const;
};

// Requires: the store is open for reading. Not ok: there is no verdict, and why.
ledger::Result audit_whole(const ledger::LedgerStore& store, const std::filesystem::path& data_dir,
                           const KnownOfLedger& known, const Effort& effort,
                           std::chrono::steady_clock::time_point start, const Output& output,
                           Findings& findings);

}  // namespace emx::audit
