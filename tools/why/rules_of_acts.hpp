#pragma once

#include <cstdint>
#include <vector>

#include "tools/why/context.hpp"

namespace emx::why {

// The kill switches that are on and stop a facility's orders in an instrument.
[[nodiscard]] std::vector<const SetBy*> kill_switches_over(const Context& context,
                                                           const risk::Facility& who,
                                                           const risk::Instrument& what);

// What the refusal for such a switch tells: the scope of the first, and what it names.
struct KillFigures {
  std::int64_t limit = 0;
  std::int64_t value = 0;
};
[[nodiscard]] KillFigures kill_figures(const Context& context, const risk::Facility& who,
                                       std::uint32_t instrument);

// Why an act of an authority or operator was refused: fills in what decided. Requires: the
// command is no order's.
void explain_refused_act(const Context& context, Finding& finding);

}  // namespace emx::why
