#pragma once

#include <optional>

#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/units.hpp"

// Market-rules 2 and 11: amounts, fees and what an open order reserves.

namespace emx::risk {

// quantity x price x years in fen; nullopt beyond 2^62 (O02).
// `fen_per_tick` is that of one lot and one year.
[[nodiscard]] constexpr std::optional<Fen> amount_of(Lots quantity, PriceTicks price,
                                                     std::int64_t fen_per_tick,
                                                     std::int64_t years) {
  return checked_product(quantity.value, price.value, fen_per_tick * years);
}

// An order's money so far: the fee is cumulative, so that slicing cannot change it.
struct Charges {
  // Fen of its fills: what a seller earns, buyers may spend again, so 64 bits are not enough.
  Int128 spent_fen = 0;
  Fen charged{};             // fees of its fills
  std::int32_t rate_bp = 0;  // fixed at acceptance

  // Fee of a fill of `amount`.
  [[nodiscard]] constexpr Fen fee_for(Fen amount) const {
    return fee_of(spent_fen + amount.value, rate_bp) - charged;
  }
  // What an open buy reserves when `open_amount` = amount(limit, remaining) is still to come.
  [[nodiscard]] constexpr Fen reservation(Fen open_amount) const {
    return open_amount + fee_for(open_amount);
  }
  constexpr void add(Fen amount, Fen fee) {
    spent_fen += amount.value;
    charged += fee;
  }
};

// Market-rules 9: price limits around a reference, in ticks, inward to whole ticks.
struct Band {
  PriceTicks lower{};
  PriceTicks upper{};

  friend constexpr bool operator==(const Band&, const Band&) = default;
};
[[nodiscard]] constexpr Band band_around(PriceTicks reference, std::int64_t band_pct) {
  const std::int64_t low = reference.value * (100 - band_pct);
  const std::int64_t high = reference.value * (100 + band_pct);
  return {PriceTicks{(low + 99) / 100}, PriceTicks{high / 100}};
}

}  // namespace emx::risk
