#pragma once

#include <cstdint>
#include <optional>

#include "engine/vocabulary/units.hpp"

namespace emx {

// GCC and clang's 128-bit integers; __extension__ keeps -Wpedantic quiet.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

// a x b x c in fen; nullopt beyond market-rules 2's 2^62 (O02). Factors are not negative.
[[nodiscard]] constexpr std::optional<Fen> checked_product(std::int64_t a, std::int64_t b,
                                                           std::int64_t c) {
  // a x b fits 126 bits; beyond 2^62 it cannot come back under the limit (c >= 1).
  const Int128 ab = static_cast<Int128>(a) * b;
  if (ab > amount_max.value && c != 0) return std::nullopt;
  const Int128 product = ab * c;
  if (product > amount_max.value) return std::nullopt;
  return Fen{static_cast<std::int64_t>(product)};
}

// half_up(rate x amount), rate in basis points (1/10,000); market-rules 11. `amount_fen` is not
// negative. Requires: the fee fits 64 bits.
[[nodiscard]] constexpr Fen fee_of(Int128 amount_fen, std::int32_t rate_bp) {
  return Fen{static_cast<std::int64_t>((amount_fen * rate_bp + 5'000) / 10'000)};
}

}  // namespace emx
