#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tools/admin/operators.hpp"
#include "tools/market/names.hpp"

// What a person may do follows from the office she acts for:
//
//   venue   days, phases, prices, limits, the session of blocks, the kill switch, mass cancels,
//           deposits and withdrawals
//   SH ...  quotas, demand, zones and facilities of the province, and rights there: what is issued,
//           frozen, pledged, or transferred from there
//   joint   all that of every province, links between them, control groups of firms, and the
//           market's parameters
//
// Anybody may hand in an authority's signed document of rules. A second person may be of the venue
// or the joint office whatever the act, or of one that may do it.

namespace emx::admin {

// Why the office may not ask for the command, or not approve it; empty: it may. `names`: what the
// venue has. Requires: a command that read_request() made.
[[nodiscard]] std::string refusal_to_ask(Office office, std::span<const std::byte> command,
                                         const market::Names& names);
[[nodiscard]] std::string refusal_to_approve(Office office, std::span<const std::byte> command,
                                             const market::Names& names);

}  // namespace emx::admin
