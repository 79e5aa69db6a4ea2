#include "tools/why/counters.hpp"

namespace emx::why {

void Counters::start(const engine::Inspection& before) {
  moments_.assign(1, {});
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (std::uint8_t k = 0; k < pollutants_count; ++k) {
      const auto province = static_cast<Province>(p);
      const auto pollutant = static_cast<Pollutant>(k);
      moments_[0].uses[index(province, pollutant)] = before.quotas().use(province, pollutant);
      moments_[0].tickets[index(province, pollutant)] =
          before.quotas().tickets(province, pollutant);
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

void Counters::take(const BlockEvent& block, const engine::Inspection& state) {
  const bool buys = static_cast<Side>(block.side) == Side::buy;
  const Pollutant pollutant = state.data().instruments[InstrumentId{block.instrument}].pollutant;
  const auto province_of = [&](std::uint32_t facility) {
    return state.data().facilities[FacilityId{facility}].province;
  };
  const Province to = province_of(buys ? block.facility : block.counterparty);
  const Province from = province_of(buys ? block.counterparty : block.facility);
  const bool has_ticket = block.other_reserved_amount != 0;
  if (!has_ticket || to == from || is_carbon(pollutant)) return;
  const bool taken = static_cast<BlockStage>(block.stage) == BlockStage::confirmed;
  Moment moment = moments_.back();
  moment.tickets[index(to, pollutant)].bought += taken ? block.credited_lots : -block.credited_lots;
  moment.tickets[index(from, pollutant)].sold += taken ? block.quantity_lots : -block.quantity_lots;
  moments_.push_back(moment);
}

risk::CrossRooms Counters::rooms(const engine::Inspection& state, std::size_t moment,
                                 Province buyer, Province seller, Pollutant pollutant) const {
  const auto left = [&](Province province) {
    return tickets(moment, province, pollutant).left_of(state.quotas().caps(province, pollutant));
  };
  return {use(moment, buyer, pollutant), left(buyer), use(moment, seller, pollutant), left(seller)};
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
