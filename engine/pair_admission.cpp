#include "engine/pair_admission.hpp"

#include <algorithm>
#include <array>

namespace emx::engine {

namespace {

// Market-rules 5: the rules that look at one facility, in their order.
constexpr std::array entry_order{Code::e01_permit,      Code::e02_credit, Code::e10_double_ets,
                                 Code::e11_not_emitter, Code::e04_basin,  Code::e05_power,
                                 Code::e06_agri};

// Of two facilities' rules the first that fails.
Code first_of(Code one, Code other) {
  return *std::ranges::find_if(entry_order,
                               [&](Code code) { return code == one || code == other; });
}

}  // namespace

FillSize admitted(const MarketState& state, const PairOffer& deal, Related related) {
  const risk::ReferenceData& data = state.data;
  const risk::Instrument& instrument = data.instruments[deal.instrument];
  const auto entry = [&](FacilityId facility, Side side) {
    return risk::entry_code(data.facilities[facility], instrument, side, state.date);
  };
  const Code seller = entry(deal.seller, Side::sell);
  const Code buyer = entry(deal.buyer, Side::buy);
  if (seller != Code::none || buyer != Code::none) return {0, first_of(seller, buyer)};
  if (related == Related::barred && data.related(deal.buyer, deal.seller)) {
    return {0, Code::e03_related};
  }
  const auto class_of = [&](FacilityId facility, Side side) {
    return risk::trading_class(data, facility, instrument.pollutant, side, false);
  };
  const Code pair =
      risk::pair_code(class_of(deal.buyer, Side::buy), class_of(deal.seller, Side::sell),
                      instrument.pollutant, state.links);
  if (pair != Code::none) return {0, pair};
  return pair_size(state, StateCounters{state}, deal);
}

}  // namespace emx::engine
