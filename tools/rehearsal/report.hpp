#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tools/admin/operators.hpp"
#include "tools/audit/reports.hpp"

namespace emx::rehearsal {

// The program's exit codes.
enum ExitCode : int {
  would_be_applied = 0,
  would_be_refused = 1,
  no_answer = 2,  // not a request, no ledger there, damaged, or not what its commands give
};

// What is rehearsed.
struct Asked {
  std::string request;  // tools/admin/request.hpp, as text and not signed
  std::int64_t now_ns = 0;
  // Of the venue; its sender must be one of them who may ask for it. Nothing: whoever may.
  std::optional<admin::Operators> persons{};
  // A document that its authority has not signed yet: no signature is looked at.
  bool is_draft = false;
};

// Reads a ledger to its end and says what the act would do there.
[[nodiscard]] int report_rehearsal(const std::filesystem::path& data_dir, const Asked& asked,
                                   const audit::Output& output);

}  // namespace emx::rehearsal
