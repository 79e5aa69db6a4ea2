#include "engine/authority.hpp"

#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

Refusal check_province_and_pollutant(std::uint8_t province, std::uint8_t pollutant) {
  if (!is_known(static_cast<Province>(province))) {
    return out_of_range(provinces_count - 1, province);
  }
  // Carbon has no province quota, link or demand.
  if (pollutant >= pollutants_count || is_carbon(static_cast<Pollutant>(pollutant))) {
    return out_of_range(pollutants_count - 2, pollutant);
  }
  return {};
}

}  // namespace

Refusal check_rule(const MarketState&, const SetLinkCommand& command, RulesAhead&) {
  for (const std::uint8_t province : {command.seller_province, command.buyer_province}) {
    if (const Refusal refusal = check_province_and_pollutant(province, command.pollutant)) {
      return refusal;
    }
  }
  if (command.enabled > 1) return out_of_range(1, command.enabled);
  if (command.seller_province == command.buyer_province) {  // a province trades with itself
    return out_of_range(command.seller_province, command.buyer_province);
  }
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetLinkCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.links.set(pollutant, static_cast<Province>(command.seller_province),
                  static_cast<Province>(command.buyer_province), command.enabled != 0);
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    BookState& book = state.book(InstrumentId{i});
    if (state.data.instruments[book.instrument].pollutant == pollutant) {
      book.classes.links_changed(pollutant, state.links);
    }
  }
  return mask_of(pollutant);
}

Refusal check_rule(const MarketState& state, const SetQuotaCommand& command, RulesAhead& ahead) {
  if (const Refusal refusal = check_province_and_pollutant(command.province, command.pollutant)) {
    return refusal;
  }
  for (const std::int64_t cap :
       {command.inflow_cap_kg, command.outflow_cap_kg, command.gross_cap_kg, command.holding_cap_kg,
        command.daily_pace_kg}) {
    if (cap < 0 || cap > kg_max) return out_of_range(cap < 0 ? 0 : kg_max, cap);
  }
  if (const Refusal refusal = check_year(command.year)) return refusal;
  if (!state.quotas.has_row(command.year, static_cast<Province>(command.province),
                            static_cast<Pollutant>(command.pollutant))) {
    if (ahead.quota_rows >= state.quotas.rows_free()) {
      return {Code::o11_capacity, 0, command.year};
    }
    ++ahead.quota_rows;
  }
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetQuotaCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  const risk::ProvinceCaps caps{command.inflow_cap_kg, command.outflow_cap_kg, command.gross_cap_kg,
                                command.holding_cap_kg, command.daily_pace_kg};
  check(state.quotas.set_caps(command.year, static_cast<Province>(command.province), pollutant,
                              caps));
  return mask_of(pollutant);
}

Refusal set_demand(MarketState& state, PendingWork& work, const SetDemandCommand& command) {
  const FacilityId facility = find_facility(state, command.facility);
  if (facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (const Refusal refusal = check_province_and_pollutant(0, command.pollutant)) return refusal;
  if (command.approved_kg < 0 || command.approved_kg > kg_max) {
    return out_of_range(kg_max, command.approved_kg);
  }
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.demand.approve(facility, pollutant, command.approved_kg);
  if (command.approved_kg == 0 && !state.data.facilities[facility].is_reserve()) {
    work.demand_used_up(facility, pollutant);
  }
  work.start_fixpoint(mask_of(pollutant), no_book);
  return {};
}

}  // namespace emx::engine
