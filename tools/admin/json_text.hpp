#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace emx::admin {

// JSON as who signs it and every reader understand it: to its end, and no object with a key twice,
// of which readers would take different ones. Nested so far as requests are, since what is deep is
// told by recursion. Else a Fault; `what` names it there: "the request".
[[nodiscard]] nlohmann::json read_json(std::string_view what, std::string_view text);

// One line of it, also where a text in it is not UTF-8: what a record says may be any bytes.
[[nodiscard]] std::string line_of(const nlohmann::json& value);

}  // namespace emx::admin
