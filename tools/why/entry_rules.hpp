#pragma once

#include <array>
#include <cstdint>
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
  std::int64_t limit = 0;  // of its refusal
  std::int64_t value = 0;
};

inline constexpr std::array entry_rules_order{
    Code::e01_permit, Code::e02_credit, Code::e10_double_ets, Code::e11_not_emitter,
    Code::e04_basin,  Code::e05_power,  Code::e06_agri};

// In that order, those that do not apply left out.
[[nodiscard]] std::vector<EntryRule> entry_rules(const Context& context, std::uint32_t facility,
                                                 std::uint32_t instrument, Side side);

}  // namespace emx::why
