#include "risk/ratio.hpp"

namespace emx::risk {

namespace {

// The maximum, not the product.
Ratio larger(Ratio a, Ratio b) { return b.above(a) ? b : a; }

}  // namespace

Ratios ratios_of(const ReferenceData& data, FacilityId buyer, const Instrument& instrument) {
  constexpr Ratio one{1, 1};
  const Parameters& set = data.parameters;
  if (is_carbon(instrument.pollutant)) return {set.carbon, set.carbon};
  const Facility& b = data.facilities[buyer];
  if (b.is_reserve()) return {one, one};  // a repurchase
  const Zone& zone = data.zones[b.zone];
  Ratio others = one;
  if (zone.key_zone) others = larger(others, set.key_zone);
  if (!zone.attains(instrument.pollutant)) others = larger(others, set.non_attaining);
  const bool water = instrument.medium == Medium::water;
  return {water ? larger(others, set.upstream) : others, others};
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
