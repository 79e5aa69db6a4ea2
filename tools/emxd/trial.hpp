#pragma once

#include "ledger/probe.hpp"
#include "tools/emxd/config.hpp"

namespace emx::daemon {

// How much of the ledger is to be verified before it is opened to serve: `ends`, where it has more
// than config.verified_before_start_max entries and a child process could read all that the start
// will read (the newest snapshot, with which every configured session can go on; the entries after
// it; those before that last); else `whole`. Changes nothing. Requires: nobody has the ledger or
// the sessions' records open; no threads yet.
[[nodiscard]] ledger::Probe probe_of_start(const Config& config);

}  // namespace emx::daemon
