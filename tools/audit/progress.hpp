#pragma once

#include <chrono>
#include <cstdint>

#include "tools/audit/reports.hpp"

namespace emx::audit {

// A line that is written over while a long reading of a ledger runs; for a terminal, and only after
// a second.
class Progress {
 public:
  explicit Progress(const Output& output) : output_{output} {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t entries, std::uint64_t entries_total);

 private:
  using Clock = std::chrono::steady_clock;

  const Output& output_;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds{1};
  bool shown_ = false;
};

}  // namespace emx::audit
