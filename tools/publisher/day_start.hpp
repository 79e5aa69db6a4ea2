#pragma once

#include "engine/vocabulary/ids.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"

namespace emx::publisher {

// The last entry up to `last` that opened a trading day; 1: none did. Looks backwards, so that it
// costs by the length of the day and not by that of the ledger.
[[nodiscard]] ledger::Result find_day_start(const ledger::LedgerStore& store, SeqNo last,
                                            SeqNo& start);

}  // namespace emx::publisher
