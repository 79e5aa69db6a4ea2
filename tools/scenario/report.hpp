#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tools/scenario/comparison.hpp"
#include "tools/scenario/runner.hpp"
#include "tools/scenario/scenario.hpp"

namespace emx::scenario {

// One file's verdict: all as expected, some outcome differs, or the file itself is at fault. The
// numbers are exit codes.
enum class Verdict : std::uint8_t { ok = 0, differs = 1, fault = 2 };

struct FileResult {
  Scenario scenario;
  Outcome outcome;
  Comparison comparison;

  [[nodiscard]] Verdict verdict() const;
  [[nodiscard]] const market::Faults& faults() const {
    return scenario.faults.empty() ? outcome.faults : scenario.faults;
  }
};

// Reads, plays and compares.
[[nodiscard]] FileResult judge(Scenario scenario);

// "ok FILE: 14 statements, 23 events", or what differs as a diff, or every fault.
void write_text(const FileResult& result, std::ostream& out);

// All files in one answer.
void write_json(const std::vector<FileResult>& results, std::ostream& out);

// The file with what happened in the place of what it expects, and all else as it stands.
// `brief`: without what no step asks for of bills, postings, quotas and demand.
// Requires: the file is not at fault.
void write_played(const FileResult& result, bool brief, std::ostream& out);

}  // namespace emx::scenario
