#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace emx::crash {

// How a process ended, and what it said.
struct Ended {
  int exit_code = 0;  // -1: killed
  std::string output;
  std::string errors;

  // The last number of its output, where that is acknowledgements; 0: none.
  [[nodiscard]] std::uint64_t acknowledged() const;
};

// Runs a process to its end. `settings` is NAME=VALUE, and where a library of one fate goes
// (LD_PRELOAD). Throws std::runtime_error when there is none.
Ended run(const std::vector<std::string>& command, const std::vector<std::string>& settings);

}  // namespace emx::crash
