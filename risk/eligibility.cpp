#include "risk/eligibility.hpp"

namespace emx::risk {

namespace {

bool needs_permit(SourceClass source_class) {
  return source_class != SourceClass::reserve && source_class != SourceClass::fin;
}

bool permit_fails(const Facility& facility, const Instrument& instrument, Date trade_date) {
  return needs_permit(facility.source_class) &&
         (trade_date > facility.permit_valid_to || !facility.covers(instrument.pollutant));
}

bool credit_fails(const Facility& facility, const Instrument& instrument, Side side) {
  if (facility.credit != Credit::negative) return false;
  return side == Side::sell || !is_carbon(instrument.pollutant);  // a buyer may cure with carbon
}

bool power_fails(const Facility& facility, const Instrument& instrument) {
  return instrument.medium == Medium::air &&
         (facility.source_class == SourceClass::power) != (instrument.book_class == BookClass::pwr);
}

bool agri_fails(const Facility& facility, const Instrument& instrument) {
  return (facility.source_class == SourceClass::agri) != (instrument.book_class == BookClass::agr);
}

}  // namespace

Code entry_code(const Facility& facility, const Instrument& instrument, Side side,
                Date trade_date) {
  if (permit_fails(facility, instrument, trade_date)) return Code::e01_permit;
  if (credit_fails(facility, instrument, side)) return Code::e02_credit;
  if (instrument.scheme == Scheme::shea && facility.ets == Ets::national) {
    return Code::e10_double_ets;
  }
  if (is_carbon(instrument.pollutant)) return Code::none;
  if (facility.source_class == SourceClass::fin) return Code::e11_not_emitter;
  if (facility.is_reserve()) return Code::none;  // exempt from E04-E06
  if (instrument.medium == Medium::water && facility.basin != instrument.basin) {
    return Code::e04_basin;
  }
  if (power_fails(facility, instrument)) return Code::e05_power;
  if (agri_fails(facility, instrument)) return Code::e06_agri;
  return Code::none;
}

EntryFigures entry_figures(Code code, const Facility& facility, const Instrument& instrument,
                           Date trade_date) {
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  switch (code) {
    case Code::e01_permit:
      if (trade_date > facility.permit_valid_to) {
        return {facility.permit_valid_to.value, trade_date.value};
      }
      return {facility.pollutants_mask, std::int64_t{1} << number(instrument.pollutant)};
    case Code::e02_credit:
      return {number(Credit::watch), number(facility.credit)};
    case Code::e10_double_ets:
      return {number(instrument.scheme), number(facility.ets)};
    case Code::e05_power:
    case Code::e06_agri:
    case Code::e11_not_emitter:
      return {number(instrument.book_class), number(facility.source_class)};
    default:
      return {};
  }
}

TradingClass trading_class(const ReferenceData& data, FacilityId id, Pollutant pollutant, Side side,
                           bool local_only) {
  if (is_carbon(pollutant)) return {};
  const Facility& facility = data.facilities[id];
  TradingClass result;
  result.province = static_cast<std::uint8_t>(facility.province);
  if (facility.is_reserve() && side == Side::buy) {
    result.local_only = true;  // a repurchase, inside its own province and without E08
    return result;
  }
  result.local_only = local_only;
  if (!data.zones[facility.zone].attains(pollutant)) result.zone = facility.zone;
  return result;
}

Links::Links() {
  for (auto& sellers : open_) {
    for (auto& buyers : sellers) buyers.fill(true);
  }
}

void Links::set(Pollutant pollutant, Province seller, Province buyer, bool open) {
  open_[static_cast<std::size_t>(pollutant)][static_cast<std::size_t>(seller)]
       [static_cast<std::size_t>(buyer)] = open;
}

Code pair_code(const TradingClass& buyer, const TradingClass& seller, Pollutant pollutant,
               const Links& links) {
  if (is_carbon(pollutant)) return Code::none;
  if (!links.open(pollutant, seller.province, buyer.province)) return Code::e07_link;
  // A buyer's class names its zone only when that zone misses its target.
  if (buyer.zone.value != no_id && buyer.zone != seller.zone) return Code::e08_attain;
  const bool local = buyer.local_only || seller.local_only;
  if (local && buyer.province != seller.province) return Code::x01_local_only;
  return Code::none;
}

}  // namespace emx::risk
