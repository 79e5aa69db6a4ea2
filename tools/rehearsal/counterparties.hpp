#pragma once

#include <cstdint>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::rehearsal {

class Rehearsal;

// Open orders of one province, side and book that a code bars from somebody on the other side,
// whatever the prices; `none`: that may trade with somebody there. An order may count under
// several.
struct CounterpartyChange {
  std::uint32_t instrument;
  Side side;
  Province province;
  Code code;
  std::int64_t orders_before;
  std::int64_t orders_after;
};

// Between two courses, of the orders that are open in both, and only of what differs. The core says
// what bars whom; quotas are told as rooms.
[[nodiscard]] std::vector<CounterpartyChange> compare_counterparties(const Rehearsal& before,
                                                                     const Rehearsal& after);

// Whether an act, or a rule, may change who may trade with whom.
[[nodiscard]] bool is_of_pairs(std::uint16_t command_kind);

}  // namespace emx::rehearsal
