#pragma once

#include <cstdint>

#include "engine/vocabulary/enums.hpp"

namespace emx::risk {

// Market-rules 6: r = n/d lots are sold for each lot the buyer is credited. 0/0: no fill yet.
// Parts of 8 bits keep every product with a room or an order inside 64 bits, and a fraction in 8.
struct Ratio {
  std::uint8_t n = 0;
  std::uint8_t d = 0;

  friend constexpr bool operator==(Ratio, Ratio) = default;

  // Requires: neither is 0/0.
  [[nodiscard]] constexpr bool above(Ratio other) const { return n * other.d > other.n * d; }
};

// What the joint office sets for the whole market, in force now. It starts with the genesis' values
// and the rulebook's ratios.
struct Parameters {
  std::uint32_t fee_rate_bp = 0;  // a side, of orders accepted from now on; market-rules 11
  std::uint32_t gtc_days = 0;     // of new GTC orders; market-rules 8.6
  std::int64_t listed_kg_max = 0;
  std::int64_t listed_carbon_t_max = 0;
  std::int64_t carbon_extra_t_max = 0;  // H01
  std::int64_t ticket_room_pct = 20;    // of a room, that open tickets hold at most
  // Market-rules 6, each in lowest terms: so two that are the same number are the same parts.
  Ratio key_zone{3, 2};
  Ratio upstream{3, 2};  // buyer upstream of the seller, on water
  Ratio non_attaining{2, 1};
  Ratio carbon{1, 1};

  // The largest order that is listed (O07), in lots; only a block may be larger.
  [[nodiscard]] constexpr std::int64_t listed_max(Pollutant pollutant) const {
    return is_carbon(pollutant) ? listed_carbon_t_max : listed_kg_max;
  }
};

inline constexpr std::uint32_t fee_rate_bp_most = 1'000;  // amount and fee stay in 64 bits
inline constexpr std::uint32_t gtc_days_most = 3'660;
inline constexpr std::int64_t carbon_extra_most = std::int64_t{1} << 60;

}  // namespace emx::risk
