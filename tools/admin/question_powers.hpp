#pragma once

#include <string>

#include "engine/vocabulary/commands.hpp"
#include "tools/admin/operators.hpp"
#include "tools/market/names.hpp"

// Who may ask the ledger what, and have it recorded (market-rules 15 and 17): the venue and the
// joint office everything; an office of a province what names no firm - verify, quotas, rules,
// ratios without the deals -, the position of its own province, and of firms that have a facility
// there their orders, lots, the provenance of what those facilities hold or were issued, and why
// something became of a message of theirs.

namespace emx::admin {

// Empty: she may. `names`: what the venue has.
[[nodiscard]] std::string refusal_of_question(const Operator& person, const QueryCommand& query,
                                              const market::Names& names);

}  // namespace emx::admin
