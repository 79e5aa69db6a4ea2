#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "tools/audit/reports.hpp"

namespace emx::whatif {

struct Question {
  std::vector<std::string> rules;  // statements of the script language (tools/script)
  std::optional<Date> day;         // nullopt: from the first day to the end
};

// The program's exit codes.
enum ExitCode : int {
  compared = 0,        // whether they differ or not
  not_comparable = 1,  // no such day, or a rule that has faults or is refused
  unreadable = 2,      // no ledger there, damaged, not what its commands give
};

// Replays the ledger of `data_dir` with other rules, set right before the first command of the day,
// and tells what it came to beside what it had come to. The ledger is only read.
[[nodiscard]] int report_whatif(const std::filesystem::path& data_dir, const Question& question,
                                const audit::Output& output);

}  // namespace emx::whatif
