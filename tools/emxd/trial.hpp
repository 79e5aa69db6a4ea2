#pragma once

#include <cstdint>
#include <filesystem>

#include "ledger/probe.hpp"

namespace emx::daemon {

// How much of a ledger is to be verified before it is opened to serve, if more than `most` entries
// are verified behind the start instead: `ends`, if a child process could read all that the start
// will read (the newest snapshot, the entries after it, those before that last); else `whole`.
// Changes nothing. Requires: nobody has the ledger open; no threads yet.
[[nodiscard]] ledger::Probe probe_of_start(const std::filesystem::path& data_dir,
                                           std::uint64_t most);

}  // namespace emx::daemon
