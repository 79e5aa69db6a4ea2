#include "risk/ratio.hpp"

namespace emx::risk {

Ratios ratios_of(const ReferenceData& data, FacilityId buyer, const Instrument& instrument) {
  constexpr Ratio one{1, 1};
  constexpr Ratio three_halves{3, 2};
  constexpr Ratio two{2, 1};
  if (is_carbon(instrument.pollutant)) return {one, one};
  const Facility& b = data.facilities[buyer];
  if (b.is_reserve()) return {one, one};  // a repurchase
  const Zone& zone = data.zones[b.zone];
  if (!zone.attains(instrument.pollutant)) return {two, two};
  if (zone.key_zone) return {three_halves, three_halves};
  return {instrument.medium == Medium::water ? three_halves : one, one};
}

Ratio ratio_of(const ReferenceData& data, FacilityId buyer, FacilityId seller,
               const Instrument& instrument) {
  const Ratios ratios = ratios_of(data, buyer, instrument);
  const bool downstream = is_downstream(data.facilities[seller], data.facilities[buyer].reach);
  return downstream ? ratios.downstream : ratios.others;
}

Credited credit(Lots sold, Ratio ratio, const Fraction& before) {
  const std::int64_t scaled = before.under(ratio) + sold.value * ratio.d;
  const Lots credited{scaled / ratio.n};
  const auto f = static_cast<std::uint8_t>(scaled % ratio.n);
  return {credited, sold - credited, {ratio, f}};
}

}  // namespace emx::risk
