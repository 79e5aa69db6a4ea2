#include "engine/demand_cancels.hpp"

namespace emx::engine {

bool DemandCancels::run(Slot& taker, std::uint32_t keep_free, EventBatch& events) {
  if (!active_) return true;
  Slot slot = state_.first_order(facility_);
  while (slot != no_slot) {
    const Slot later = state_.order(slot).later;
    if (state_.pool[slot].side == Side::buy && state_.instrument_of(slot).pollutant == pollutant_) {
      if (!events.has_room_for(keep_free)) return false;
      state_.cancel(slot, Code::d01_demand, slot != taker, events);
      if (slot == taker) taker = no_slot;
    }
    slot = later;
  }
  active_ = false;
  return true;
}

std::uint64_t DemandCancels::digest() const {
  if (!active_) return 0;
  return cell_hash(Cell::work)
      .word(std::uint64_t{facility_.value} << 8 | static_cast<std::uint64_t>(pollutant_))
      .value();
}

}  // namespace emx::engine
