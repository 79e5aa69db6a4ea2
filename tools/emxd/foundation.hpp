#pragma once

#include <filesystem>

#include "ledger/command_log.hpp"

namespace emx::daemon {

// Founds a venue: reads the market folder, applies its commands (the genesis first) to a fresh
// exchange and appends their entries to the empty log. Throws std::runtime_error with words for a
// person; a market with a fault leaves the log empty.
void found_market(const std::filesystem::path& market, ledger::CommandLog& log);

}  // namespace emx::daemon
