#pragma once

#include "engine/book/matching.hpp"
#include "engine/market_state.hpp"

namespace emx::engine {

// Market-rules 7: when a facility's demand room is 0, its remaining bids of the pollutant, the
// taker's remainder included, are cancelled D01 before the next pair is tried; in order of arrival.
class DemandCancels {
 public:
  explicit DemandCancels(MarketState& state) : state_{state} {}

  void start(FacilityId facility, Pollutant pollutant) {
    active_ = true;
    facility_ = facility;
    pollutant_ = pollutant;
  }
  // `taker`: the order that is in its pass, or no_slot; set to no_slot when it is cancelled.
  // `keep_free`: events the caller still has to write. False: the entry is full.
  bool run(Slot& taker, std::uint32_t keep_free, EventBatch& events) {
    return run(taker, keep_free, events, [](Slot) {});
  }
  // Calls `leaving` with each order before it is cancelled.
  template <class Leaving>
  bool run(Slot& taker, std::uint32_t keep_free, EventBatch& events, Leaving&& leaving);

  [[nodiscard]] bool active() const { return active_; }
  [[nodiscard]] std::uint64_t digest() const;

 private:
  MarketState& state_;
  bool active_ = false;
  FacilityId facility_{};
  Pollutant pollutant_{};
};

template <class Leaving>
bool DemandCancels::run(Slot& taker, std::uint32_t keep_free, EventBatch& events,
                        Leaving&& leaving) {
  if (!active_) return true;
  Slot slot = state_.first_order(facility_);
  while (slot != no_slot) {
    const Slot later = state_.order(slot).later;
    if (state_.pool[slot].side == Side::buy && state_.instrument_of(slot).pollutant == pollutant_) {
      if (!events.has_room_for(keep_free)) return false;
      leaving(slot);
      state_.cancel(slot, Code::d01_demand, slot != taker, events);
      if (slot == taker) taker = no_slot;
    }
    slot = later;
  }
  active_ = false;
  return true;
}

// Events an entry keeps free for what closes a pass or a fixpoint: its SKIPs and MoreToDo.
inline constexpr std::uint32_t closing_events_max = book::PassedOverList::rows_max + 8;

}  // namespace emx::engine
