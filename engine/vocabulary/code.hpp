#pragma once

#include <cstdint>
#include <string_view>

namespace emx {

// Market-rules 16, whole. The numbers are ledger format: never reused, never renumbered.
enum class Code : std::uint16_t {
  none = 0,
  // eligibility (market-rules 5)
  e01_permit = 101,
  e02_credit = 102,
  e03_related = 103,
  e04_basin = 104,
  e05_power = 105,
  e06_agri = 106,
  e07_link = 107,
  e08_attain = 108,
  e10_double_ets = 110,
  e11_not_emitter = 111,
  // quota and demand (market-rules 7)
  q01_net_inflow = 201,
  q02_net_outflow = 202,
  q03_gross = 203,
  q04_holding = 204,
  q05_pace = 205,
  d01_demand = 210,
  h01_holding = 211,
  // order
  o01_quantity = 301,
  o02_value = 302,
  o03_open_orders = 303,
  o04_rate = 304,
  o05_price = 305,
  o06_tick_or_lot = 306,
  o07_use_block = 307,
  o08_block_min = 308,
  o09_not_fillable = 309,
  o10_post_only = 310,
  o11_capacity = 311,
  o13_not_in_view = 313,
  o14_group_cap = 314,
  // funds
  l01_cash = 401,
  l02_rights = 402,
  // phase and venue
  p01_phase = 501,
  p02_venue = 502,
  p03_unknown_symbol = 503,
  p04_unknown_account = 504,
  p05_not_your_account = 505,
  p06_four_eyes = 506,  // of authorities' and operators' acts
  p07_rule_set = 507,   // of rule sets
  p08_not_its_rule = 508,
  p09_unsigned_rule = 509,
  p10_rule_version = 510,
  // interval
  s05_interval = 601,
  // qualifier, on SKIPs
  x01_local_only = 701,
  x02_max_ratio = 702,
  x03_chosen = 703,
  // cancel
  c01_expired = 801,
  c02_disconnect = 802,
  c03_requested = 803,
  c04_mass = 804,
  // kill
  k01_killed = 901,
  // identity
  d02_duplicate_cl_ord_id = 951,
  d03_unknown_order = 952,
  d04_too_late = 953,
  // system
  s01_busy = 991,
  s02_draining = 992,
};

// "Q02_NET_OUTFLOW": the name of market-rules 16. "?" for a number that is not in the table.
[[nodiscard]] std::string_view name_of(Code code);

// One sentence for a person: what the code says, and where it helps, what to do.
[[nodiscard]] std::string_view words_of(Code code);

[[nodiscard]] bool is_known(Code code);

}  // namespace emx
