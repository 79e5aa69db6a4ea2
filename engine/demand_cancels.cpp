#include "engine/demand_cancels.hpp"

namespace emx::engine {

std::uint64_t DemandCancels::digest() const {
  if (!active_) return 0;
  return cell_hash(Cell::work)
      .word(std::uint64_t{facility_.value} << 8 | static_cast<std::uint64_t>(pollutant_))
      .value();
}

}  // namespace emx::engine
