#pragma once

#include <filesystem>
#include <map>

#include "tools/why/finding.hpp"

namespace emx::why::testing {

// Expects that every refusal, SKIP, cut fill and coded cancel of a ledger is explained: with its
// own code, a reason that the values give, and the entry that set the rule where one decided, as
// Scan finds it. How many there were of each kind.
std::map<Finding::Kind, int> expect_every_reason(const std::filesystem::path& data_dir);

}  // namespace emx::why::testing
