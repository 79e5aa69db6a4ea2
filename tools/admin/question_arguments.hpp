#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/vocabulary/enums.hpp"

// What a question is asked with, as `emx audit` and `emx why` take it on their command line, and
// as the record of it has it: "firm=SH049 from=2026-06-18". A value with a blank, a quote or a
// backslash in it, or none, stands in double quotes; a backslash is put before these two.

namespace emx::admin {

// The names of what a question may be asked with, in the order in which a record has them.
[[nodiscard]] std::span<const std::string_view> arguments_of(Question question);

void add_argument(std::string& record, std::string_view name, std::string_view value);

// nullopt: the record has none of that name.
[[nodiscard]] std::optional<std::string> argument(std::string_view record, std::string_view name);

}  // namespace emx::admin
