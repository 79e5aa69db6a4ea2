#pragma once

#include <cstdint>

#include "tools/why/judgement.hpp"

// Price, quantities and the limits on them.

namespace emx::why {

// O06, O05, O01, O02, O07.
bool fits_terms(Judgement& judge, const Asked& asked);
// O02: the amount without fee.
bool is_within_value(Judgement& judge, const Asked& asked);
// O01, O02 of `wanted`, O03 of one order more.
bool is_within_limit(Judgement& judge, LimitKind kind, const Asked& asked, std::int64_t wanted);

}  // namespace emx::why
