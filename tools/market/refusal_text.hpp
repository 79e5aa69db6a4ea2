#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/vocabulary/code.hpp"

namespace emx::market {

// A refusal's limit and value (ledger/FORMAT.md, RefusedEvent) for people: "limit 1,000.00 CNY,
// value 1,190.00 CNY", "now HALT", "class FIN, the book is IND". Empty: there are none.
[[nodiscard]] std::string refusal_figures(Code code, std::int64_t limit, std::int64_t value);

// A code of an act of the venue or an authority, which may name what no order does.
[[nodiscard]] std::string words_of_act(Code code);

// What the exchange says of a command among whose events is a refusal; empty: there is none.
[[nodiscard]] std::string refusal_in(std::span<const std::byte> events);

}  // namespace emx::market
