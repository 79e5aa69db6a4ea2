#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/load/load_run.hpp"

namespace emx::load {

// Request to answer, in nanoseconds.
struct Latencies {
  std::int64_t p50 = 0;
  std::int64_t p90 = 0;
  std::int64_t p99 = 0;
  std::int64_t p999 = 0;
  std::int64_t max = 0;
};

// Nearest rank: p99 is a latency that was had, and 99 of 100 are not above it. Empty: all 0.
[[nodiscard]] Latencies latencies_of(std::vector<std::int64_t> samples_ns);

// A table for people, or one line of JSON for programs. Both end with a newline.
[[nodiscard]] std::string table_of(const LoadRun& run);
[[nodiscard]] std::string json_of(const LoadRun& run);

}  // namespace emx::load
