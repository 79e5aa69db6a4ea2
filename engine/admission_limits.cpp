#include "engine/admission_limits.hpp"

#include <array>

namespace emx::engine {

namespace {

struct ScopeRow {
  Scope scope;
  std::uint32_t row;  // no_id: no group
};

std::array<ScopeRow, 4> scope_rows(const MarketState& state, FacilityId facility,
                                   InstrumentId instrument) {
  const risk::Exposure::Owner owner = state.owner_of(facility);
  return {{{Scope::instrument, instrument.value},
           {Scope::facility, facility.value},
           {Scope::firm, owner.firm.value},
           {Scope::group, owner.group.value}}};
}

// The first limit of the kind that is below what `wanted` gives for a scope's row.
template <class Wanted>
Refusal first_exceeded(const MarketState& state, LimitKind kind, Code code, FacilityId facility,
                       InstrumentId instrument, std::int64_t now_ns, Wanted&& wanted) {
  for (const ScopeRow& at : scope_rows(state, facility, instrument)) {
    if (at.row == no_id) continue;
    const std::int64_t value = wanted(at);
    if (value <= state.order_limits.lowest(kind, at.scope)) continue;
    const std::int64_t limit = state.order_limits.limit(kind, at.scope, at.row, now_ns);
    if (limit != risk::OrderLimits::none && value > limit) return {code, limit, value};
  }
  return {};
}

}  // namespace

Refusal take_rate_token(MarketState& state, FirmId firm, std::int64_t now_ns) {
  if (!state.order_limits.any(LimitKind::order_rate)) return {};
  const std::int64_t rate =
      state.order_limits.limit(LimitKind::order_rate, Scope::firm, firm.value, now_ns);
  if (rate == risk::OrderLimits::none) return {};
  const std::int64_t wait_ns = state.order_rates.take(firm, rate, now_ns);
  if (wait_ns == 0) return {};
  return {Code::o04_rate, rate, wait_ns};
}

Refusal check_kill_switch(const MarketState& state, FacilityId facility, InstrumentId instrument) {
  const auto stop = state.kill_switch.first_stop(state.data, facility, instrument);
  if (!stop) return {};
  return {Code::k01_killed, static_cast<std::int64_t>(stop->scope), stop->named};
}

Refusal check_order_limit(const MarketState& state, LimitKind kind, FacilityId facility,
                          InstrumentId instrument, std::int64_t wanted, std::int64_t now_ns) {
  if (wanted <= state.order_limits.lowest(kind)) return {};
  const Code code = kind == LimitKind::order_quantity ? Code::o01_quantity : Code::o02_value;
  return first_exceeded(state, kind, code, facility, instrument, now_ns,
                        [wanted](const ScopeRow&) { return wanted; });
}

Refusal check_open_orders(const MarketState& state, FacilityId facility, InstrumentId instrument,
                          std::int64_t now_ns) {
  if (!state.order_limits.any(LimitKind::open_orders)) return {};
  return first_exceeded(state, LimitKind::open_orders, Code::o03_open_orders, facility, instrument,
                        now_ns, [&state](const ScopeRow& at) {
                          return std::int64_t{state.exposure.open_orders(at.scope, at.row)} + 1;
                        });
}

Refusal check_carbon_holding(const MarketState& state, FacilityId facility, std::int64_t more) {
  const risk::CarbonExposure& carbon = state.exposure.carbon(state.owner_of(facility));
  const std::int64_t most = carbon.allocated + state.data.parameters.carbon_extra_t_max;
  const std::int64_t wanted = carbon.held + carbon.open_bids + more;
  if (wanted <= most) return {};
  return {Code::h01_holding, most, wanted};
}

}  // namespace emx::engine
