#pragma once

#include <cstdint>

#include "engine/vocabulary/units.hpp"
#include "risk/parameters.hpp"
#include "risk/reference_data.hpp"

namespace emx::risk {

// A buyer's ratios: with sellers downstream of it on water, and with all others.
struct Ratios {
  Ratio downstream;
  Ratio others;  // not above `downstream`
};
[[nodiscard]] Ratios ratios_of(const ReferenceData& data, FacilityId buyer,
                               const Instrument& instrument);
// Whether the seller counts as downstream of a buyer at that reach.
[[nodiscard]] inline bool is_downstream(const Facility& seller, std::uint8_t reach) {
  return reach < seller.reach && !seller.is_reserve();
}

[[nodiscard]] Ratio ratio_of(const ReferenceData& data, FacilityId buyer, FacilityId seller,
                             const Instrument& instrument);

// What a buy order carries from fill to fill, so that slicing cannot change the total.
struct Fraction {
  Ratio ratio;
  std::uint8_t f = 0;

  // f restarts at 0 when the ratio differs from the previous fill's.
  [[nodiscard]] std::uint8_t under(Ratio other) const { return other == ratio ? f : 0; }
};

struct Credited {
  Lots credited;
  Lots retired;
  Fraction after;
};
[[nodiscard]] Credited credit(Lots sold, Ratio ratio, const Fraction& before);

// In(h) of market-rules 7: how many lots may be sold until `room` is credited.
[[nodiscard]] constexpr std::int64_t sold_for_room(std::int64_t room, Ratio ratio, std::uint8_t f) {
  if (room <= 0) return 0;
  return (room * ratio.n - f + ratio.d - 1) / ratio.d;
}

}  // namespace emx::risk
