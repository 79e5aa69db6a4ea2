#pragma once

#include <cstdint>
#include <filesystem>

#include "tools/audit/reports.hpp"

namespace emx::index {

// Throws DATA_DIR/index away and makes it from the whole ledger, with a line of progress. Leaves
// `left_free` bytes of the disk free, or as many as the ledger has where these are more. Refused
// while another process writes it. Returns an AnswerCode (answers.hpp).
[[nodiscard]] int rebuild(const std::filesystem::path& data_dir, std::uint64_t left_free,
                          const audit::Output& output);

}  // namespace emx::index
