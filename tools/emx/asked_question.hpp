#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/vocabulary/enums.hpp"
#include "tools/audit/moment.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reports.hpp"
#include "tools/emx/question_record.hpp"

namespace emx::tools {

// What the subcommand was asked with that was named; the others leave theirs as they are.
struct AskedQuestion {
  std::filesystem::path data_dir;
  bool json = false;
  bool csv = false;
  bool trades = false;
  audit::ProvenanceQuestion provenance;
  std::size_t max_rows = audit::rows_max_by_default;
  std::string by = "account";
  std::string facility;
  std::string province;
  std::string pollutant;
  std::string at;
  std::string firm;
  std::string group;
  std::string from;
  std::string to;
  QuestionRecord record;

  // With what is not empty, and the moment.
  [[nodiscard]] int answer(Question question, QuestionRecord::Arguments with,
                           const QuestionRecord::Report& report) const;
  [[nodiscard]] std::optional<Pollutant> the_pollutant() const {
    return pollutant.empty() ? std::nullopt : from_name<Pollutant>(pollutant);
  }
};

using Asked = std::shared_ptr<AskedQuestion>;

// A subcommand that answers in a table; the caller sets its callback.
[[nodiscard]] CLI::App& add_question(CLI::App& audit, const std::string& name,
                                     const std::string& words, const Asked& asked);

// An option that names a point in a ledger.
void add_moment(CLI::App& question, const std::string& name, std::string& text,
                const std::string& words);
// --at
void add_at(CLI::App& question, const Asked& asked);

// One that is asked with a moment only; its name is the question's.
void add_plain_question(CLI::App& audit, Question question, const std::string& words,
                        const Asked& asked,
                        int (*report)(const std::filesystem::path&, const audit::Output&),
                        int& exit_code);

}  // namespace emx::tools
