#include <numeric>

#include "engine/rule_changes.hpp"

namespace emx::engine {

namespace {

// At least 1, and in lowest terms, so that the number has one form: a fraction restarts when r
// differs (market-rules 6).
Refusal check_ratio(std::uint8_t n, std::uint8_t d) {
  if (d == 0) return {Code::o01_quantity, 1, d};
  if (n < d) return {Code::o01_quantity, d, n};
  const int common = std::gcd(n, d);
  if (common != 1) return {Code::o01_quantity, n / common, n};
  return {};
}

Refusal check_range(std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least) return {Code::o01_quantity, least, value};
  if (value > most) return {Code::o01_quantity, most, value};
  return {};
}

}  // namespace

Refusal check_rule(const MarketState&, const SetParametersCommand& command, RulesAhead&) {
  constexpr std::int64_t lots_most = order_lots_max.value;  // of any order (market-rules 2)
  if (const Refusal r = check_range(command.fee_rate_bp, 0, risk::fee_rate_bp_most)) return r;
  if (const Refusal r = check_range(command.gtc_days, 1, risk::gtc_days_most)) return r;
  if (const Refusal r = check_range(command.listed_kg_max, 1, lots_most)) return r;
  if (const Refusal r = check_range(command.listed_carbon_t_max, 1, lots_most)) return r;
  if (const Refusal r = check_range(command.carbon_extra_t_max, 0, risk::carbon_extra_most)) {
    return r;
  }
  if (const Refusal r = check_range(command.ticket_room_pct, 0, 100)) return r;
  if (const Refusal r = check_ratio(command.key_zone_n, command.key_zone_d)) return r;
  if (const Refusal r = check_ratio(command.upstream_n, command.upstream_d)) return r;
  if (const Refusal r = check_ratio(command.non_attaining_n, command.non_attaining_d)) return r;
  return check_ratio(command.carbon_n, command.carbon_d);
}

std::uint8_t apply_rule(MarketState& state, const SetParametersCommand& command) {
  state.data.parameters = {.fee_rate_bp = command.fee_rate_bp,
                           .gtc_days = command.gtc_days,
                           .listed_kg_max = command.listed_kg_max,
                           .listed_carbon_t_max = command.listed_carbon_t_max,
                           .carbon_extra_t_max = command.carbon_extra_t_max,
                           .ticket_room_pct = command.ticket_room_pct,
                           .key_zone = {command.key_zone_n, command.key_zone_d},
                           .upstream = {command.upstream_n, command.upstream_d},
                           .non_attaining = {command.non_attaining_n, command.non_attaining_d},
                           .carbon = {command.carbon_n, command.carbon_d}};
  return all_pollutants;  // a bid may bound its ratio in any book
}

}  // namespace emx::engine
