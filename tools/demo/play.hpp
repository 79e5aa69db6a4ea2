#pragma once

#include <iosfwd>

#include "tools/demo/options.hpp"

namespace emx::demo {

// Plays all scenes against a running emxd and writes them to `out`. 0: every figure is as expected;
// 1: one is not, or the play could not go on, and `out` says why.
[[nodiscard]] int play(const Options& options, std::ostream& out);

}  // namespace emx::demo
