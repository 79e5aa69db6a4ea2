#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace emx::whatif {

// The row that a rule's command sets, such as a quota's year, province and pollutant: two commands
// of one row replace each other. nullopt: the command sets no rule.
[[nodiscard]] std::optional<std::string> rule_row(std::span<const std::byte> command);

}  // namespace emx::whatif
