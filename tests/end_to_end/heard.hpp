#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "tests/end_to_end/daemon.hpp"
#include "tools/fix_client/message.hpp"

// What a fact came to know of codes, for codes_test: it goes into the file that EMX_HEARD names.
namespace emx::end_to_end {

inline constexpr const char* heard_variable = "EMX_HEARD";
inline constexpr std::string_view heard_allowed = "allowed";

inline void note(std::string_view words) {
  const char* const file = std::getenv(heard_variable);
  if (file != nullptr) std::ofstream{file, std::ios::app} << words << '\n';
}

// A message of the venue: its code, or that it took an order or a block without one.
inline void note_heard(const fix_client::Message& message) {
  if (const auto code = message.number(9701)) {
    note(name_of(static_cast<Code>(*code)));
  } else if (message.says(150, "0") || (message.type() == "AR" && message.says(939, "0"))) {
    note(heard_allowed);
  }
}

// FIX does not tell an order whom it passed over; the ledger does, with the code.
inline void expect_passed_over(const Daemon& daemon, const std::string& firm, const std::string& id,
                               Code code) {
  const std::string name{name_of(code)};
  const Finished finished = demo::run_program(
      {emx_program(), "why", daemon.ledger().string(), "--cl-ord-id", firm + "/" + id, "--json"},
      std::chrono::seconds{60});
  ASSERT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  const auto answer = nlohmann::json::parse(finished.output);
  for (const auto& entry : answer.at("entries")) {
    for (const auto& finding : entry.at("findings")) {
      if (finding.at("kind") != "skip" || finding.at("code") != name) continue;
      EXPECT_EQ(finding.at("agrees"), true) << finding;
      note(name);
      return;
    }
  }
  ADD_FAILURE() << id << " passed over nobody for " << name << ": " << finished.output;
}

}  // namespace emx::end_to_end
