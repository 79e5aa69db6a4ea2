#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tools/audit/reports.hpp"

namespace emx::rehearsal {

// The program's exit codes.
enum ExitCode : int {
  would_be_applied = 0,
  would_be_refused = 1,
  no_answer = 2,  // not a request, no ledger there, damaged, or not what its commands give
};

// Reads a ledger to its end and says what the request (tools/admin/request.hpp, as text and not
// signed) would do there, at this time.
[[nodiscard]] int report_rehearsal(const std::filesystem::path& data_dir,
                                   const std::string& request, std::int64_t now_ns,
                                   const audit::Output& output);

}  // namespace emx::rehearsal
