#pragma once

#include "tools/why/judgement.hpp"

// What the order itself asks for: to be refused rather than to do what it does not want.

namespace emx::why {

// O10.
bool rests_if_post_only(Judgement& judge, const Asked& asked);
// The province's caps of section 7, where it wants no warning.
bool has_headroom(Judgement& judge, const Asked& asked);

}  // namespace emx::why
