#pragma once

#include <string>

#include "tools/load/load_run.hpp"

namespace emx::load {

// What came of a run. A table for people, or one line of JSON for programs, whose fields README.md
// has. Both end with a newline.
[[nodiscard]] std::string table_of(const LoadRun& run);
[[nodiscard]] std::string json_of(const LoadRun& run);

// Answers a second that count; 0 if there were none.
[[nodiscard]] double answers_per_second(const LoadRun& run);

}  // namespace emx::load
