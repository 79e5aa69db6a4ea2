#pragma once

#include <iosfwd>
#include <string>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

// An entry in words, as all answers print one. `sender`: Describer::sender() of its command.
[[nodiscard]] Json json_of(const EntryView& entry, const EntryWords& words,
                           const std::string& sender);
void write_text(const EntryView& entry, const EntryWords& words, const std::string& sender,
                std::ostream& out);

}  // namespace emx::audit
