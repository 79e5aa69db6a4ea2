#pragma once

#include <cstdint>

#include "engine/vocabulary/named.hpp"

namespace emx {

// Market-rules 2. A pollutant lot is 1 kg of annual right, a carbon lot 1 t.
using Lots = Amount<struct LotsTag, std::int64_t>;

// 0.01 CNY.
using Fen = Amount<struct FenTag, std::int64_t>;

// A price as a count of its instrument's ticks. Differences of prices are not prices.
using PriceTicks = Named<struct PriceTicksTag, std::int64_t>;

// All issues of one instrument together (market-rules 17): sums over instruments stay in 64 bits.
inline constexpr Lots issued_lots_max{1'000'000'000'000'000};

// Market-rules 2: an order is at most this many lots.
inline constexpr Lots order_lots_max{(std::int64_t{1} << 31) - 1};

// Market-rules 2: an amount or balance beyond this is refused (O02).
inline constexpr Fen amount_max{std::int64_t{1} << 62};

}  // namespace emx
