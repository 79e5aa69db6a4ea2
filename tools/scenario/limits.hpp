#pragma once

#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "tools/market/fault.hpp"
#include "tools/scenario/sections.hpp"

namespace emx::scenario {

// What a scenario's exchange is built for: the section `limits`, and where it says nothing the
// programs' own fees and sizes, with capacities small enough to be built in no time.
[[nodiscard]] GenesisCommand read_limits(const std::vector<Section>& sections,
                                         const std::string& file, market::Faults& faults);

}  // namespace emx::scenario
