#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/why/context.hpp"

namespace emx::why {

// One of section 5's entry rules as it stands for an order of a facility, with its values.
struct EntryRule {
  Code code;
  std::string_view name;
  std::string compared;
  bool passed;
  std::vector<const SetBy*> set_by;
};

// E01, E02, E10, E11, E04, E05, E06: in the order of the rules, those that do not apply left out.
[[nodiscard]] std::vector<EntryRule> entry_rules(const Context& context, std::uint32_t facility,
                                                 std::uint32_t instrument, Side side);

}  // namespace emx::why
