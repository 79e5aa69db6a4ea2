#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/fault.hpp"
#include "tools/scenario/event_line.hpp"
#include "tools/scenario/market_builder.hpp"
#include "tools/script/script.hpp"

namespace emx::scenario {

// A row of a `steps` table that does something, with the rows of events below it: a statement, or a
// check.
struct ScenarioStep {
  std::uint32_t line = 0;
  std::string text;

  std::optional<script::Step> statement;
  std::optional<EventLine> check;

  bool nothing = false;  // that no event is expected was said
  std::vector<EventLine> expected;
  std::vector<std::uint32_t> more_lines;  // the rows of events below its own

  // Something is said about what happens.
  [[nodiscard]] bool asserts() const { return nothing || !expected.empty(); }
};

// The header of a `steps` table.
struct StepsHeader {
  std::uint32_t line = 0;
  bool expect_first = false;  // its columns
};

struct Scenario {
  std::string file;
  std::string text;  // as it stands in the file
  Setup market;
  std::vector<StepsHeader> headers;
  std::vector<ScenarioStep> steps;
  market::Faults faults;  // with any, the rest is not to be used
};

// Reads a scenario (README.md has the language). `file` is what faults call it.
[[nodiscard]] Scenario parse_scenario(std::string text, std::string file);
[[nodiscard]] Scenario read_scenario(const std::filesystem::path& file);

}  // namespace emx::scenario
