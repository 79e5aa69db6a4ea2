#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "engine/vocabulary/events.hpp"

namespace emx::admin {

// What an entry did to rule sets, for whoever asked for it: `rule_set` has `version`, `stage`,
// `effective`, the authorities whose documents it `left_out`, and of a set that lapsed `authority`,
// `record`, `code` and `name`; `told` has all of it in words. A new key of an authority only leaves
// out what lay closed.
void add_rule_sets(nlohmann::json& answer, std::span<const RuleSetEvent> events);

}  // namespace emx::admin
