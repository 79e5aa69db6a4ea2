#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

namespace emx::engine {

// Counters that move as fills would move them, while the state stays as it is: for the dry run of
// an order's pass (market-rules 8.6) and for a call's volume at a price (market-rules 9). One book
// at a time. Not thread-safe; allocates in the constructor and nowhere else.
class TrialCounters {
 public:
  explicit TrialCounters(const MarketState& state);

  // From the state as it is. `whole`: hidden parts trade at once; else what shows does, and the
  // next part shows when it is used up.
  void start(Pollutant pollutant, bool whole);

  [[nodiscard]] std::uint32_t lots(Slot slot) const { return touched(slot).shown; }
  [[nodiscard]] const risk::Fraction& fraction(Slot buy) const { return touched(buy).fraction; }
  [[nodiscard]] risk::CrossRooms rooms(Province buyer, Province seller, Pollutant pollutant) const;
  [[nodiscard]] std::int64_t demand_room(FacilityId facility, Pollutant pollutant) const;

  struct Filled {
    bool demand_used_up = false;  // of the buyer
  };
  // `lots` is fill_size() by these counters, > 0.
  Filled fill(Slot buy, Slot sell, std::uint32_t lots);
  // Shows the next part of an order whose shown part is used up; false: nothing is left of it.
  bool show_next(Slot slot);

 private:
  struct TrialOrder {
    std::uint32_t epoch = 0;
    std::uint32_t shown = 0;
    std::uint32_t hidden = 0;
    risk::Fraction fraction{};
  };
  struct TrialDemand {
    std::uint32_t epoch = 0;
    std::int64_t credited_kg = 0;
  };

  [[nodiscard]] TrialOrder& touched(Slot slot) const;

  const MarketState& state_;
  Pollutant pollutant_{};
  bool whole_ = false;
  std::uint32_t epoch_ = 0;  // what has another one is as in the state
  std::array<risk::ProvinceUse, provinces_count> use_{};
  std::unique_ptr<TrialOrder[]> orders_;   // by slot
  std::unique_ptr<TrialDemand[]> demand_;  // by facility
};

// What an order's own pass would fill, did it begin now.
class DryRun {
 public:
  explicit DryRun(const MarketState& state);

  struct Result {
    std::uint32_t lots = 0;
    PriceTicks first_price{};       // of the first fill, so of the best order it may trade with
    std::uint32_t events_most = 0;  // that the fills would write, with their D01 cancels

    // Whether the pass would be done in one entry (architecture: "an entry is bounded").
    [[nodiscard]] bool fits_one_entry() const;
  };
  // Stops at `wanted` lots. `taker` does not rest: an order, or what stands in the trial slot.
  Result run(const BookState& book, Slot taker, std::uint32_t wanted);

 private:
  [[nodiscard]] std::uint32_t open_bids(FacilityId facility, Pollutant pollutant) const;

  const MarketState& state_;
  TrialCounters counters_;
  std::unique_ptr<Slot[]> rejoined_;  // orders whose next part shows, at the walk's price
};

}  // namespace emx::engine
