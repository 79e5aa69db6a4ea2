#pragma once

#include <cstdint>

#include "engine/vocabulary/date.hpp"

// What a command may say at most: generous, and such that products with ratios and percentages stay
// inside 64 bits. The core refuses what is beyond (O01; O05 for a reference price); files, forms
// and documents tell of it before.

namespace emx {

inline constexpr std::int64_t kg_max = 1'000'000'000'000'000;         // of a cap or an approval
inline constexpr std::int64_t price_fen_max = std::int64_t{1} << 40;  // and of a tick
inline constexpr std::int64_t order_rate_max = 1'000'000;             // orders a second
inline constexpr std::int64_t limit_days_max = 90;                    // of a limit for a time
inline constexpr std::int64_t year_first = 2000;
inline constexpr std::int64_t year_last = 2999;
inline constexpr Date date_first = date_of(2000, 1, 1);
inline constexpr Date date_last = date_of(2999, 12, 31);

}  // namespace emx
