#pragma once

#include <vector>

#include "tools/why/context.hpp"

namespace emx::why {

// The kill switches that are on and stop a facility's orders in an instrument.
[[nodiscard]] std::vector<const SetBy*> kill_switches_over(const Context& context,
                                                           const risk::Facility& who,
                                                           const risk::Instrument& what);

// Why an act of an authority or operator was refused: fills in what decided. Requires: the
// command is no order's.
void explain_refused_act(const Context& context, Finding& finding);

}  // namespace emx::why
