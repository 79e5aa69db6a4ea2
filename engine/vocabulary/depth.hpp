#pragma once

#include <cstdint>

#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx {

// What a book shows at one price: hidden parts of icebergs left out.
struct DepthLevel {
  PriceTicks price;
  std::int64_t lots;

  friend constexpr bool operator==(const DepthLevel&, const DepthLevel&) = default;
};

// Who looks, and with what terms its order would come (market-rules 8.3, 8.6).
struct Viewer {
  FacilityId facility;
  bool local_only = false;
  std::uint8_t max_ratio_n = 0;  // of a buyer; 0/0: any
  std::uint8_t max_ratio_d = 0;
};

}  // namespace emx
