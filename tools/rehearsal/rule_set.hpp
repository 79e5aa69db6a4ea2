#pragma once

#include <cstdint>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "risk/rule_sets.hpp"
#include "tools/admin/request.hpp"
#include "tools/rehearsal/rehearsal.hpp"

// What a request puts into the log, and what would put the documents there into force.

namespace emx::rehearsal {

// A document's records go before what closes it. Where it takes a second person, any other one is.
[[nodiscard]] Commands commands_of(const admin::CommandRequest& request);

// A document that is closed, for the next version of the rule set.
struct Part {
  Authority authority{};
  Date effective{};
  std::size_t records = 0;
};
[[nodiscard]] std::vector<Part> closed_parts(const risk::RuleSets& sets);

// The activation of documents that lie closed, by two persons.
[[nodiscard]] Commands activation_of(const std::vector<Part>& parts, const risk::RuleSets& sets);

// The documents that stand in `sets`, which waits for its date or was not activated yet, handed in
// anew for another date.
[[nodiscard]] Commands documents_for(Date date, const risk::RuleSets& sets);

}  // namespace emx::rehearsal
