#pragma once

#include <cstdint>
#include <string>

// Money and prices as the scenario language writes them: as tools/script reads them.

namespace emx::scenario {

// "238000.00".
[[nodiscard]] std::string money_text(std::int64_t fen);

// "11900", "97.49".
[[nodiscard]] std::string price_text(std::int64_t fen);

// "4000@11900".
[[nodiscard]] std::string terms_text(std::int64_t lots, std::int64_t price_fen);

}  // namespace emx::scenario
