#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/scenario/runner.hpp"
#include "tools/scenario/scenario.hpp"

namespace emx::scenario {

// A line of a diff: as expected and so it happened; expected and it did not; happened and it was
// not expected.
struct DiffLine {
  enum class Mark : std::uint8_t { same, expected, happened };
  Mark mark;
  std::string text;
};

// A step whose outcome is another than the file says.
struct Difference {
  std::uint32_t line = 0;
  std::string statement;
  std::vector<DiffLine> lines;
};

struct Comparison {
  std::size_t statements = 0;
  std::size_t events = 0;  // that were expected, and answers of checks
  std::vector<Difference> differences;
};

// Holds what happened to what the file expects. Decisions count all and in order where a step
// expects anything; what is booked for them (bill, posting, quota, demand) counts where the step
// names one of its kind. A step that expects nothing must not be refused.
[[nodiscard]] Comparison compare(const Scenario& scenario, const Outcome& outcome);

// The events of a step that count for it.
[[nodiscard]] std::vector<EventLine> events_that_count(const ScenarioStep& step,
                                                       const StepOutcome& outcome);

}  // namespace emx::scenario
