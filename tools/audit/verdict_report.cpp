#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "ledger/writer_at_work.hpp"
#include "tools/audit/checkpoint_check.hpp"
#include "tools/audit/progress.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/replay.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/settlement_check.hpp"
#include "tools/audit/signature_check.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::grouped;

namespace {

using Clock = std::chrono::steady_clock;

std::string count(std::uint64_t value) { return grouped(static_cast<std::int64_t>(value)); }

std::string words_of(const CheckpointCheck& checkpoints) {
  return count(checkpoints.count()) + (checkpoints.count() == 1 ? " checkpoint" : " checkpoints") +
         ", the last of " + count(checkpoints.last_size()) + " entries (" +
         (checkpoints.checks_signatures() ? "signatures checked"
                                          : "signatures not checked: give --venue-key") +
         ')';
}

// What is held to while the ledger is read.
struct Findings {
  std::optional<Difference> difference;
  ledger::Verdict verdict;
  std::int64_t taken_ms = 0;
  unsigned jobs = 1;
  bool anchored = false;                  // held to what the caller knew of it
  std::vector<std::string> held_against;  // what was known of the ledger beforehand
  CheckpointCheck checkpoints;

  [[nodiscard]] std::uint64_t entries_per_second() const {
    return verdict.entries * 1'000 /
           static_cast<std::uint64_t>(std::max<std::int64_t>(taken_ms, 1));
  }
};

unsigned jobs_of(const Effort& effort, const std::filesystem::path& data_dir) {
  if (effort.jobs != 0) return std::min(effort.jobs, 2U);
  const bool has_room =
      std::thread::hardware_concurrency() > 1 && ledger::writer_at_work(data_dir) == 0;
  return has_room ? 2 : 1;
}

// The bytes come first: where an entry was changed, it is named, and not the checkpoint that shows
// it.
void judge_checkpoints(Findings& findings, bool closed) {
  if (!findings.verdict.result.ok()) return;
  findings.checkpoints.finish(closed);
  const std::string& fault = findings.checkpoints.fault();
  if (fault.empty()) return;
  findings.verdict.result = {ledger::Status::corrupt, "the ledger is not valid: " + fault};
}

Findings audit(const ledger::LedgerStore& store, const KnownOfLedger& known,
               CheckpointCheck checkpoints, unsigned jobs, Clock::time_point start,
               const Output& output) {
  Findings findings;
  findings.jobs = jobs;
  findings.checkpoints = std::move(checkpoints);
  SettlementCheck settlement;
  Replay replay;
  ProvinceCount provinces;
  SignatureCheck signatures;
  Progress progress{output};
  ledger::VerifyOptions options;
  options.jobs = jobs;
  options.inspect = [&](const EntryView& entry) -> std::string {
    findings.difference = replay.check(entry);
    if (findings.difference) return findings.difference->text();
    std::string fault = settlement.apply(entry);
    if (fault.empty()) fault = provinces.apply(entry, replay.names());
    return fault.empty() ? signatures.apply(entry) : fault;
  };
  options.hashed = [&](const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
    findings.checkpoints.take(entry, leaf);
  };
  if (known.anchor) {
    options.anchors.push_back(*known.anchor);
    findings.anchored = true;
    findings.held_against.emplace_back("the given anchor");
  }
  if (store.closed_at()) findings.held_against.emplace_back("the mark of the last close");
  options.progress = [&](std::uint64_t entries, std::uint64_t total) {
    progress.show(entries, total);
  };
  findings.verdict = ledger::verify(store, options);
  judge_checkpoints(findings, store.closed_at().has_value());
  if (findings.checkpoints.count() != 0) {
    findings.held_against.push_back(words_of(findings.checkpoints));
  }
  findings.taken_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
  // Someone may have changed an entry's link as well: then that is the reason, not the replay.
  if (findings.difference && findings.difference->sequence != findings.verdict.first_bad) {
    findings.difference.reset();
  }
  return findings;
}

void write_json(const Findings& findings, const std::filesystem::path& data_dir,
                const Output& output) {
  const ledger::Verdict& verdict = findings.verdict;
  const bool valid = verdict.result.ok();
  Json json{{"ledger", data_dir.string()}, {"verdict", valid ? "valid" : "invalid"}};
  json["entries"] = verdict.entries;
  json["head"] = ledger::text_of(verdict.head);
  json["first_bad"] = verdict.first_bad == 0 ? Json{} : Json(verdict.first_bad);
  json["reason"] = verdict.result.message;
  json["held_against"] = findings.held_against;
  const CheckpointCheck& checkpoints = findings.checkpoints;
  json["checkpoints"] =
      Json{{"count", checkpoints.count()},
           {"last_size", checkpoints.last_size()},
           {"signatures", checkpoints.checks_signatures() ? "checked" : "not_checked"},
           {"bad", checkpoints.bad() == 0 ? Json{} : Json(checkpoints.bad())},
           {"torn_bytes", checkpoints.torn_bytes()},
           {"guarded", checkpoints.is_guarded()}};
  json["difference"] = Json{};
  if (findings.difference) {
    json["difference"] = Json{{"entry", findings.difference->entry},
                              {"place", findings.difference->place},
                              {"expected", findings.difference->expected},
                              {"found", findings.difference->found}};
  }
  json["jobs"] = findings.jobs;
  json["taken_ms"] = findings.taken_ms;
  json["entries_per_second"] = findings.entries_per_second();
  write(json, output);
}

void write_text(const Findings& findings, const Output& output) {
  const ledger::Verdict& verdict = findings.verdict;
  if (verdict.result.ok()) {
    output.out << "valid: " << count(verdict.entries) << " entries, head "
               << ledger::text_of(verdict.head) << '\n'
               << "  chain, records, double entry, settlement, province counters, rules' "
                  "signatures and replay agree\n";
    if (!findings.anchored) {
      output.out << "  no anchor was given: an older state of the whole folder cannot be ruled out "
                    "without one that is kept elsewhere (--anchor)\n";
    }
    if (!findings.checkpoints.is_guarded()) {
      output.out << "  no mark of what was signed last: whether this ledger was ever signed cannot "
                    "be told\n";
    }
    if (findings.checkpoints.torn_bytes() != 0) {
      output.out << "  after the last checkpoint " << count(findings.checkpoints.torn_bytes())
                 << " bytes that a crash left, or a writer at work\n";
    }
    for (const std::string& what : findings.held_against) {
      output.out << "  held against " << what << '\n';
    }
  } else if (findings.difference) {
    output.out << "invalid: entry " << count(verdict.first_bad)
               << " is not what a replay of the commands gives\n"
               << "  entry:    " << findings.difference->entry << '\n'
               << "  differs:  " << findings.difference->place << '\n'
               << "  expected: " << findings.difference->expected << '\n'
               << "  found:    " << findings.difference->found << '\n';
  } else {
    output.out << "invalid: " << verdict.result.message << '\n';
  }
  output.out << "  " << count(verdict.entries) << " entries in " << findings.taken_ms << " ms, "
             << count(findings.entries_per_second()) << " entries/s\n";
}

// A ledger of another semantics version is not invalid: this program cannot judge it. But where
// entry 1 is not the one whose hash the meta record has, it was changed, and the audit says so.
ledger::Result check_version(const ledger::LedgerStore& store) {
  if (store.size().value == 0) return {};
  std::uint32_t version = engine::semantics_version;
  ledger::LeafHasher leaf_hash;
  ledger::Result result = store.get(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    if (entry.view.command.size() != sizeof(GenesisCommand)) return;  // the audit says so
    if (leaf_hash(entry.bytes) != store.genesis()) return;
    version = read_record<GenesisCommand>(entry.view.command).semantics_version;
  });
  if (!result.ok() || version == engine::semantics_version) return {};
  return {ledger::Status::wrong_schema,
          "the ledger was made under semantics version " + std::to_string(version) +
              ", and this program implements version " + std::to_string(engine::semantics_version) +
              ". Audit it with a program that implements it."};
}

}  // namespace

int report_verdict(const std::filesystem::path& data_dir, const KnownOfLedger& known,
                   const Output& output, const Effort& effort) {
  const auto start = Clock::now();  // opening reads the whole file, too
  ledger::LedgerStore store;
  CheckpointCheck checkpoints;
  ledger::Result result = open_to_read(data_dir, store, output);
  if (result.ok()) result = check_version(store);
  if (result.ok()) result = checkpoints.open(data_dir, known.venue_keys);
  if (!result.ok()) return report_failure(result, data_dir, output);
  const Findings findings =
      audit(store, known, std::move(checkpoints), jobs_of(effort, data_dir), start, output);
  const int exit_code = exit_code_of(findings.verdict.result);
  if (exit_code == could_not_run) {
    return report_failure(findings.verdict.result, data_dir, output);
  }
  if (output.json) {
    write_json(findings, data_dir, output);
  } else {
    write_text(findings, output);
  }
  return exit_code;
}

}  // namespace emx::audit
