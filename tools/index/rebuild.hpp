#pragma once

#include <filesystem>

#include "tools/audit/reports.hpp"

namespace emx::index {

// Throws DATA_DIR/index away and makes it from the whole ledger, with a line of progress. Refused
// while another process writes it. Returns an AnswerCode (answers.hpp).
[[nodiscard]] int rebuild(const std::filesystem::path& data_dir, const audit::Output& output);

}  // namespace emx::index
