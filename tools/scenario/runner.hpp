#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/market/fault.hpp"
#include "tools/scenario/event_line.hpp"
#include "tools/scenario/scenario.hpp"

namespace emx::scenario {

// What became of a step.
struct StepOutcome {
  std::vector<EventLine> events;    // of a statement, all of them
  std::optional<EventLine> answer;  // of a check
  std::string audit;                // what an audit of the ledger would say of it; empty: nothing
};

struct Outcome {
  std::vector<StepOutcome> steps;  // as many as the scenario has, unless there are faults
  market::Faults faults;           // what the exchange does not take of the market
};

// Plays a scenario on an exchange that is built for it, into a log in memory, without a clock: the
// same file gives the same outcome. Requires: the scenario has no faults.
[[nodiscard]] Outcome run(const Scenario& scenario);

}  // namespace emx::scenario
