#pragma once

#include <string_view>

#include "engine/vocabulary/code.hpp"

namespace emx::why {

// A code's rule in one sentence, and the section of the market rules it stands in.
struct RuleWords {
  std::string_view section;
  std::string_view rule;
};
[[nodiscard]] RuleWords rule_of(Code code);

}  // namespace emx::why
