#pragma once

#include <string_view>
#include <vector>

#include "gateway/request.hpp"
#include "tests/fuzz/fix_rule.hpp"

namespace emx::fuzz {

// A request that was read fits the vocabulary and the command that is made of it.
void check_fits(const gateway::Request& request);

// It says what its message does, which the dictionary has validated, and nothing else.
void check_says(const gateway::Request& request, const std::vector<WrittenField>& fields);

[[nodiscard]] std::string_view name_of(gateway::Request::Kind kind);

}  // namespace emx::fuzz
