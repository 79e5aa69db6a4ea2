#pragma once

#include <cstdint>
#include <string>

#include "engine/vocabulary/code.hpp"

namespace emx {

// What a refusal's limit and value say of who may trade what (ledger/FORMAT.md, RefusedEvent), in
// a person's words: "the permit ended on 2026-06-17, trade date 2026-06-18". Empty: the two are
// plain numbers, or there are none.
[[nodiscard]] std::string figures_in_words(Code code, std::int64_t limit, std::int64_t value);

}  // namespace emx
