#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/market_state.hpp"
#include "engine/vocabulary/code.hpp"

namespace emx::engine {

// How much of a pair may trade, and which cap said so (market-rules 7).
struct FillSize {
  std::uint32_t lots = 0;
  Code code = Code::none;
};

// What the caps of a pair are judged by: the state as it is. Trials (trial.hpp) have their own.
class StateCounters {
 public:
  explicit StateCounters(const MarketState& state) : state_{state} {}

  // What may trade of an order at a time.
  [[nodiscard]] std::uint32_t lots(Slot slot) const { return state_.pool[slot].remaining; }
  [[nodiscard]] const risk::Fraction& fraction(Slot buy) const {
    return state_.order(buy).fraction;
  }
  [[nodiscard]] risk::CrossRooms rooms(Province buyer, Province seller, Pollutant pollutant) const {
    return state_.quotas.rooms(buyer, seller, pollutant);
  }
  [[nodiscard]] std::int64_t demand_room(FacilityId facility, Pollutant pollutant) const {
    return state_.demand.of(facility, pollutant).room();
  }

 protected:
  const MarketState& state_;
};

// The same where orders trade whole, hidden parts included: in a call.
class WholeCounters : public StateCounters {
 public:
  using StateCounters::StateCounters;
  [[nodiscard]] std::uint32_t lots(Slot slot) const { return state_.open_lots(slot); }
};

template <class Counters>
[[nodiscard]] FillSize fill_size(const MarketState& state, const Counters& counters, Slot buy,
                                 Slot sell) {
  FillSize size{std::min(counters.lots(buy), counters.lots(sell)), Code::none};
  const risk::Instrument& instrument = state.instrument_of(buy);
  if (is_carbon(instrument.pollutant)) return size;
  const FacilityId buyer_id = state.facility_of(buy);
  const risk::Facility& buyer = state.data.facilities[buyer_id];
  const risk::Facility& seller = state.data.facilities[state.facility_of(sell)];
  const risk::Ratio ratio =
      risk::ratio_of(state.data, buyer_id, state.facility_of(sell), instrument);
  const std::uint8_t f = counters.fraction(buy).under(ratio);
  const auto cap = [&size](std::int64_t lots, Code code) {
    if (lots < size.lots) {
      size = {static_cast<std::uint32_t>(std::max<std::int64_t>(lots, 0)), code};
    }
  };
  if (buyer.province != seller.province) {
    const risk::CrossRooms rooms =
        counters.rooms(buyer.province, seller.province, instrument.pollutant);
    for (const risk::CrossRooms::Row& row : rooms.row) {
      cap(row.of_buyer ? risk::sold_for_room(row.room, ratio, f) : row.room, row.code);
    }
  }
  if (!buyer.is_reserve()) {
    const std::int64_t room = counters.demand_room(buyer_id, instrument.pollutant);
    cap(risk::sold_for_room(room, ratio, f), Code::d01_demand);
  }
  return size;
}

struct Fill {
  Slot buy;
  Slot sell;
  FillSize size;
  PriceTicks price;
  Slot taker;          // the one of the two that does not rest; no_slot in a fixpoint or call
  bool whole = false;  // in a call: hidden parts trade, too, and priorities stay
};

// What a settled fill changed beside the two orders. Orders with nothing left are gone.
struct Settled {
  bool cross_province = false;
  bool lowered_held = false;
  bool demand_used_up = false;  // the buyer's room is 0: its bids must be cancelled D01
  bool buy_rejoined = false;    // its next part shows, behind its level
  bool sell_rejoined = false;
  FacilityId buyer{};
  Pollutant pollutant{};
};

// One trade, delivery versus payment (market-rules 11): Trade, Bill, postings, QuotaUsed,
// DemandUsed; at most `settle_events_max` events. Requires: `fill.size` is fill_size() now, by
// the counters that fit `fill.whole`, and > 0.
inline constexpr std::uint32_t settle_events_max = 10;
Settled settle(MarketState& state, const Fill& fill, EventBatch& events);

// The price of a pair: that of the order that arrived first (market-rules 8.1).
[[nodiscard]] PriceTicks fill_price(const MarketState& state, Slot buy, Slot sell);

void post(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount,
          EventBatch& events);

}  // namespace emx::engine
