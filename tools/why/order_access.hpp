#pragma once

#include "tools/why/judgement.hpp"

// Whether the facility may enter orders in this book now.

namespace emx::why {

// K01.
bool passes_kill_switch(Judgement& judge, const Asked& asked);
// P01.
bool fits_phase(Judgement& judge, const Asked& asked);
// Section 5.
bool is_eligible(Judgement& judge, const Asked& asked);

}  // namespace emx::why
