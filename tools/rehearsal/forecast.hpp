#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/admin/request.hpp"
#include "tools/rehearsal/courses.hpp"
#include "tools/rehearsal/effect.hpp"
#include "tools/rehearsal/later.hpp"
#include "tools/rehearsal/rehearsal.hpp"
#include "tools/rehearsal/rule_set.hpp"

namespace emx::rehearsal {

// Of the documents that are closed once a document was handed in.
struct Activation {
  std::uint32_t version = 0;
  std::vector<Part> parts;
  std::optional<Effect::Refusal> refusal;
  bool waits = false;  // for its date
};

// What an act would do, now and in what follows from it.
struct Forecast {
  Effect act;
  std::optional<Activation> activation;  // of a document's act
  // What the rule set that the act is about would do if its date were this trade date. Nothing: it
  // is about none, or `act` says it.
  std::optional<Effect> if_now;
  std::vector<Later> later;  // by date
};

// `course` has started and is used up; `courses` may start others. Empty: `forecast` is made; else
// why there is none.
[[nodiscard]] std::string make_forecast(const admin::CommandRequest& request, Rehearsal& course,
                                        Courses& courses, Forecast& forecast);

}  // namespace emx::rehearsal
