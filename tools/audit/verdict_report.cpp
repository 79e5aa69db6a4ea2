#include <chrono>
#include <ostream>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/whole_audit.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::grouped;

namespace {

std::string count(std::uint64_t value) { return grouped(static_cast<std::int64_t>(value)); }

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
  json["resumed_from"] = Json{};
  json["earlier_run_at"] = Json{};
  if (findings.resumed) {
    json["resumed_from"] = findings.resumed->entries;
    json["earlier_run_at"] = text_of_time(findings.resumed->saved_ns);
  }
  json["not_resumed"] = findings.not_resumed.empty() ? Json{} : Json(findings.not_resumed);
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
  if (findings.resumed) {
    const std::string last = count(findings.resumed->entries);
    output.out << "  entries 1 to " << last << " were verified in an earlier run, which ended on "
               << text_of_time(findings.resumed->saved_ns) << "; of them only\n  the hash of entry "
               << last
               << " was held against the ledger again: what was changed before it since then is "
                  "found\n  by an audit that is not resumed\n";
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
  const auto start = std::chrono::steady_clock::now();  // opening reads the whole file, too
  ledger::LedgerStore store;
  ledger::Result result = open_to_read(data_dir, store, output);
  if (result.ok()) result = check_version(store);
  Findings findings;
  if (result.ok()) {
    result = audit_whole(store, data_dir, known, effort, start, output, findings);
  }
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (output.json) {
    write_json(findings, data_dir, output);
  } else {
    write_text(findings, output);
  }
  return exit_code_of(findings.verdict.result);
}

}  // namespace emx::audit
