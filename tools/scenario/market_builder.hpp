#pragma once

#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "tools/market/fault.hpp"
#include "tools/scenario/sections.hpp"
#include "tools/script/script.hpp"

namespace emx::scenario {

// The market that a scenario's sections describe. What is a statement of the script language
// (quota, demand, link, zone, deposit, issue, reference) is read by its reader, the rest by the
// readers of a market folder's rows: a field has one meaning wherever it stands.
struct Setup {
  GenesisCommand genesis;
  // The genesis first, in the order they are to be applied; `line` is the row's, `text` the
  // section's name.
  std::vector<script::Step> steps;
};

// `reader` knows the whole market afterwards. What is wrong is a Fault.
[[nodiscard]] Setup build_market(const std::vector<Section>& sections, const std::string& file,
                                 script::StatementReader& reader, market::Faults& faults);

}  // namespace emx::scenario
