#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace emx::market {

// What the exchange says of a command among whose events is a refusal; empty: there is none.
[[nodiscard]] std::string refusal_in(std::span<const std::byte> events);

}  // namespace emx::market
