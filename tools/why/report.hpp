#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tools/audit/reports.hpp"

namespace emx::why {

// What a person asks about: one of the three.
struct Question {
  std::uint64_t sequence = 0;  // of an entry
  std::uint64_t order_id = 0;
  std::string firm;  // with cl_ord_id
  std::string cl_ord_id;
};

// The program's exit codes.
enum ExitCode : int {
  explained = 0,
  nothing_to_explain = 1,  // it says what the entry, or the order, is
  unreadable = 2,          // no ledger there, damaged, not what its commands give
};

// Explains what is asked from the ledger of `data_dir`, which is only read: a replay from the
// first entry to the last that matters.
[[nodiscard]] int report_why(const std::filesystem::path& data_dir, const Question& question,
                             const audit::Output& output);

}  // namespace emx::why
