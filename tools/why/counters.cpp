#include "tools/why/counters.hpp"

namespace emx::why {

void Counters::start(const engine::Inspection& before) {
  moments_.assign(1, {});
  year_ = before.trade_year();
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

void Counters::open_day(const engine::Inspection& state) {
  const bool new_year = state.trade_year() != year_;
  for (risk::ProvinceUse& use : moments_.back().uses) {
    use.net_today = 0;
    if (!new_year) continue;
    use.net = 0;
    use.gross = 0;
  }
}

void Counters::take(const TradeEvent& trade, const engine::Inspection& state) {
  move_rights({trade.sell_facility, trade.buy_facility, trade.instrument, trade.quantity_lots,
               trade.credited_lots, trade.trade_no},
              state);
}

void Counters::take(const TransferEvent& transfer, const engine::Inspection& state) {
  move_rights({transfer.from_facility, transfer.to_facility, transfer.instrument,
               transfer.quantity_lots, transfer.credited_lots, trade_of(size() - 1)},
              state);
}

void Counters::move_rights(const Move& move, const engine::Inspection& state) {
  const Pollutant pollutant = state.data().instruments[InstrumentId{move.instrument}].pollutant;
  if (is_carbon(pollutant)) return;
  const Province to = state.data().facilities[FacilityId{move.to}].province;
  const Province from = state.data().facilities[FacilityId{move.from}].province;
  Moment moment = moments_.back();
  moment.trade_no = move.trade_no;
  risk::ProvinceUse& buyer = moment.uses[index(to, pollutant)];
  risk::ProvinceUse& seller = moment.uses[index(from, pollutant)];
  if (to != from) {
    buyer.buy(Lots{move.credited_lots});
    seller.sell(Lots{move.lots});
  }
  buyer.held += move.credited_lots;
  seller.held -= move.lots;
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
