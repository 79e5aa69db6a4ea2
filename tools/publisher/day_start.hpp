#pragma once

#include <functional>

#include "engine/vocabulary/ids.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"

namespace emx::publisher {

// The last entry up to `last` that opened a trading day; 1: none did. Looks backwards, so that it
// costs by the length of the day and not by that of the ledger. Where `is_to_stop` says so it gives
// up, and `start` is of no use.
[[nodiscard]] ledger::Result find_day_start(const ledger::LedgerStore& store, SeqNo last,
                                            const std::function<bool()>& is_to_stop, SeqNo& start);

}  // namespace emx::publisher
