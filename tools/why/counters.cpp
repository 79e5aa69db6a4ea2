#include "tools/why/counters.hpp"

namespace emx::why {

void Counters::start(const engine::Inspection& before) {
  moments_.assign(1, {});
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (std::uint8_t k = 0; k < pollutants_count; ++k) {
      const auto province = static_cast<Province>(p);
      const auto pollutant = static_cast<Pollutant>(k);
      moments_[0].uses[index(province, pollutant)] = before.quotas().use(province, pollutant);
    }
  }
}

void Counters::take(const TradeEvent& trade, const engine::Inspection& state) {
  const Pollutant pollutant = state.data().instruments[InstrumentId{trade.instrument}].pollutant;
  if (is_carbon(pollutant)) return;
  const Province to = state.data().facilities[FacilityId{trade.buy_facility}].province;
  const Province from = state.data().facilities[FacilityId{trade.sell_facility}].province;
  Moment moment = moments_.back();
  moment.trade_no = trade.trade_no;
  risk::ProvinceUse& buyer = moment.uses[index(to, pollutant)];
  risk::ProvinceUse& seller = moment.uses[index(from, pollutant)];
  if (to != from) {
    buyer.buy(Lots{trade.credited_lots});
    seller.sell(Lots{trade.quantity_lots});
  }
  buyer.held += trade.credited_lots;
  seller.held -= trade.quantity_lots;
  moments_.push_back(moment);
}

risk::CrossRooms Counters::rooms(const engine::Inspection& state, std::size_t moment,
                                 Province buyer, Province seller, Pollutant pollutant) const {
  return {use(moment, buyer, pollutant), state.quotas().caps(buyer, pollutant),
          use(moment, seller, pollutant), state.quotas().caps(seller, pollutant)};
}

std::size_t Counters::last_with(const engine::Inspection& state, Province buyer, Province seller,
                                Pollutant pollutant, Code code) const {
  for (std::size_t i = size(); i-- > 0;) {
    if (first_used_up(rooms(state, i, buyer, seller, pollutant)) == code) return i;
  }
  return size();
}

Code first_used_up(const risk::CrossRooms& rooms) {
  for (const risk::CrossRooms::Row& row : rooms.row) {
    if (row.room <= 0) return row.code;
  }
  return Code::none;
}

}  // namespace emx::why
