#pragma once

#include <iosfwd>

#include "tools/audit/reading.hpp"
#include "tools/market/names.hpp"
#include "tools/rehearsal/later.hpp"

// What follows later, for a person and as JSON.

namespace emx::rehearsal {

void write_later(const Later& later, const market::Names& names, std::ostream& out);
[[nodiscard]] audit::Json json_of(const Later& later, const market::Names& names);

}  // namespace emx::rehearsal
