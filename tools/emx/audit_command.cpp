#include "tools/emx/audit_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/note.hpp"
#include "tools/audit/reports.hpp"
#include "tools/emx/proof_commands.hpp"
#include "tools/emx/question_commands.hpp"
#include "tools/emx/question_record.hpp"
#include "tools/emx/table_commands.hpp"

namespace emx::tools {

namespace {

struct AuditArguments {
  std::filesystem::path data_dir;
  bool json = false;
  audit::EntryRange range;
  audit::Effort effort;
  std::string anchor;
  std::vector<ledger::VerifierKey> venue_keys;
  QuestionRecord record;

  [[nodiscard]] audit::Output output() const {
    return {std::cout, std::cerr, json, ::isatty(STDERR_FILENO) == 1};
  }
  [[nodiscard]] int answer(Question question, const QuestionRecord::Arguments& with,
                           const QuestionRecord::Report& report) const {
    return record.answer(question, with, data_dir, output(), report);
  }
};

// "12:6e34...a01d"
std::optional<ledger::Anchor> anchor_of(std::string text) {
  std::ranges::replace(text, ':', ' ');
  return ledger::anchor_from_text(text + '\n');
}

// "2:5f3a9c0177aa0011": a record has room for this, however many there are, and the same keys give
// it again.
std::string which_keys(const std::vector<ledger::VerifierKey>& keys) {
  constexpr std::size_t digits = 16;
  if (keys.empty()) return {};
  return std::to_string(keys.size()) + ':' +
         ledger::text_of(ledger::digest_of(keys)).substr(0, digits);
}

// A subcommand that reads the ledger of a data directory; the caller sets its callback.
CLI::App& add_report(CLI::App& audit, const std::string& name, const std::string& words,
                     const std::shared_ptr<AuditArguments>& arguments) {
  CLI::App& report = *audit.add_subcommand(name, words);
  report
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  report.add_flag("--json", arguments->json,
                  "Answer as JSON: stable keys, amounts as integers beside their text");
  arguments->record.add_options(report);
  return report;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  CLI::App& audit =
      *app.add_subcommand("audit", "Verify a ledger and tell what is in it, from the ledger alone");
  audit.require_subcommand(1);
  audit.footer(
      "Exit codes: 0 the ledger is valid; 1 it is not, and the first bad entry is named; 2 there "
      "is no answer (no ledger, locked, unreadable, of another version).");
  const auto arguments = std::make_shared<AuditArguments>();

  CLI::App& verify = add_report(
      audit, "verify",
      "The whole audit: chain, records, balances, quotas, checkpoints, and a replay of every "
      "command that must give every event again, byte for byte",
      arguments);
  verify
      .add_option("--anchor", arguments->anchor,
                  "SIZE:HEAD, a point the ledger is known to have reached (an earlier verdict's "
                  "entries and head); shows that none are gone from its end")
      ->check([](const std::string& text) {
        return anchor_of(text) ? "" : "must be a number of entries, ':' and 64 hex digits";
      });
  add_key_option(verify, "--venue-key", ledger::KeyKind::ed25519, arguments->venue_keys,
                 "A key of the venue, NAME+ID+KEY; each checkpoint must have a signature of one of "
                 "those given (again for each key that the venue has had)");
  verify
      .add_option("--jobs", arguments->effort.jobs,
                  "Threads: 1 or 2, with the same verdict; without it 2 where there are two "
                  "processors and nobody writes to the ledger")
      ->check(CLI::PositiveNumber);
  verify.add_option(
      "--resume", arguments->effort.state_file,
      "A file of yours, outside of DIR: what was found is written there every ten seconds and when "
      "the audit is interrupted (Ctrl-C, SIGTERM), and where it is there the audit goes on from "
      "it; gone with the verdict");
  verify.callback([=, &exit_code] {
    exit_code = arguments->answer(
        Question::verify,
        {{"anchor", arguments->anchor}, {"venue-key", which_keys(arguments->venue_keys)}},
        [&](const audit::Output& output) {
          return audit::report_verdict(arguments->data_dir,
                                       {anchor_of(arguments->anchor), arguments->venue_keys},
                                       output, arguments->effort);
        });
  });
  add_table_commands(audit, exit_code);
  CLI::App& entries =
      add_report(audit, "entries", "Entries with their commands and events in words", arguments);
  entries.add_option("--from", arguments->range.from, "First entry to print (from 1)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  entries.add_option("--count", arguments->range.count, "How many entries to print")
      ->capture_default_str();
  entries.callback([=, &exit_code] {
    exit_code = arguments->answer(Question::entries,
                                  {{"from", std::to_string(arguments->range.from)},
                                   {"count", std::to_string(arguments->range.count)}},
                                  [&](const audit::Output& output) {
                                    return audit::report_entries(arguments->data_dir,
                                                                 arguments->range, output);
                                  });
  });
  add_proof_commands(audit, exit_code);
  add_question_commands(audit, exit_code);
}

}  // namespace emx::tools
