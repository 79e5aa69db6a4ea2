#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "tools/admin/operators.hpp"
#include "tools/market/names.hpp"

// What a person may do follows from the office she acts for:
//
//   venue   days, phases, prices, limits, the session of blocks, the kill switch, mass cancels,
//           deposits and withdrawals, authorities' keys, the activation of rule sets
//   SH ...  quotas, demand, zones and facilities of the province, and rights there: what is issued,
//           frozen, pledged, or transferred from there
//   joint   all that of every province, links between them, control groups of firms, and the
//           market's parameters; accounts of government reserves, and of firms that would then be
//           in more than one province
//
// The kill switch is the joint office's as well, and a province's for itself and for firms that
// have facilities nowhere else. An authority's signed document of rules is handed in by its own
// office or the joint one. A second person is another than the first, of the venue or the joint
// office whatever the act, or of one that may do it; of the two who give an authority its key one
// is of its office, and of the two who end a stop of the venue or the joint office one is of these
// (stops.hpp). Who may ask the ledger what is in question_powers.hpp.

namespace emx::admin {

// Why she may not ask for the command; empty: she may. `names`: what the venue has. Requires: a
// command that read_request() made.
[[nodiscard]] std::string refusal_to_ask(const Operator& person, std::span<const std::byte> command,
                                         const market::Names& names);

// Why she may not approve the command, which `asker` asked for; empty: she may.
[[nodiscard]] std::string refusal_to_approve(const Operator& person, const Operator& asker,
                                             std::span<const std::byte> command,
                                             const market::Names& names);

// Who may approve it: "the offices venue, joint and ZJ".
[[nodiscard]] std::string words_of_approvers(std::span<const std::byte> command,
                                             const market::Names& names);

}  // namespace emx::admin
