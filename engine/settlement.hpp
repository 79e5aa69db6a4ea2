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

// Two facilities of whom one may credit the other with up to so many lots.
struct PairOffer {
  FacilityId buyer;
  FacilityId seller;
  InstrumentId instrument;
  std::uint32_t lots;
  risk::Fraction fraction;  // the buyer's so far
};

template <class Counters>
[[nodiscard]] FillSize pair_size(const MarketState& state, const Counters& counters,
                                 const PairOffer& pair) {
  FillSize size{pair.lots, Code::none};
  const risk::Instrument& instrument = state.data.instruments[pair.instrument];
  if (is_carbon(instrument.pollutant)) return size;
  const risk::Facility& buyer = state.data.facilities[pair.buyer];
  const risk::Facility& seller = state.data.facilities[pair.seller];
  const risk::Ratio ratio = risk::ratio_of(state.data, pair.buyer, pair.seller, instrument);
  const std::uint8_t f = pair.fraction.under(ratio);
  const auto cap = [&size](std::int64_t lots, Code code) {
    const std::int64_t room = std::max<std::int64_t>(lots, 0);  // below 0 counts as 0
    if (room < size.lots) size = {static_cast<std::uint32_t>(room), code};
  };
  if (buyer.province != seller.province) {
    const risk::CrossRooms rooms =
        counters.rooms(buyer.province, seller.province, instrument.pollutant);
    for (const risk::CrossRooms::Row& row : rooms.row) {
      cap(row.of_buyer ? risk::sold_for_room(row.room, ratio, f) : row.room, row.code);
    }
  }
  if (!buyer.is_reserve()) {
    const std::int64_t room = counters.demand_room(pair.buyer, instrument.pollutant);
    cap(risk::sold_for_room(room, ratio, f), Code::d01_demand);
  }
  return size;
}

template <class Counters>
[[nodiscard]] FillSize fill_size(const MarketState& state, const Counters& counters, Slot buy,
                                 Slot sell) {
  return pair_size(
      state, counters,
      PairOffer{state.facility_of(buy), state.facility_of(sell),
                InstrumentId{state.pool[buy].instrument},
                std::min(counters.lots(buy), counters.lots(sell)), counters.fraction(buy)});
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

// A deal of two facilities outside the book.
struct Deal {
  FacilityId buyer;
  FacilityId seller;
  InstrumentId instrument;
  Lots lots;
  PriceTicks price;
  std::int32_t buyer_fee_bp;
  std::int32_t seller_fee_bp;
};

// The same of a deal, which is a trade of its own: not of any order, not the last trade of the
// book, with a fraction from 0. Requires: all of it is admitted, and what either side gives is
// available.
Settled settle_deal(MarketState& state, const Deal& deal, EventBatch& events);

// Basis points that a side of a trade pays: a RESERVE seller's income goes whole to the treasury
// (market-rules 11).
[[nodiscard]] std::int32_t fee_rate_bp(const MarketState& state, FacilityId facility, Side side);

// Rights that go without a trade, not frozen any longer: postings, QuotaUsed, DemandUsed.
Settled settle_rights(MarketState& state, const risk::Transfer& transfer,
                      const risk::Credited& credited, EventBatch& events);

// The price of a pair: that of the order that arrived first (market-rules 8.1).
[[nodiscard]] PriceTicks fill_price(const MarketState& state, Slot buy, Slot sell);

void post(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount,
          EventBatch& events);

// HeldBack of a facility's rights, or (no_id) of its cash.
void write_held_back(const MarketState& state, FacilityId facility, InstrumentId instrument,
                     EventBatch& events);

}  // namespace emx::engine
