#pragma once

#include <string>

namespace emx::model {

// Market-rules 16: those the reference market can answer with.
enum class Code {
  none = 0,
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
  q01_net_inflow = 201,
  q02_net_outflow = 202,
  q03_gross = 203,
  q04_holding = 204,
  q05_pace = 205,
  d01_demand = 210,
  h01_holding = 211,
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
  l01_cash = 401,
  l02_rights = 402,
  p01_phase = 501,
  p02_venue = 502,
  p03_unknown_symbol = 503,
  p04_unknown_account = 504,
  p05_not_your_account = 505,
  p06_four_eyes = 506,
  p07_rule_set = 507,
  p08_not_its_rule = 508,
  p09_unsigned_rule = 509,
  p10_rule_version = 510,
  x01_local_only = 701,
  x02_max_ratio = 702,
  c01_expired = 801,
  c02_disconnect = 802,
  c03_requested = 803,
  c04_mass = 804,
  k01_killed = 901,
  d02_duplicate_cl_ord_id = 951,
  d03_unknown_order = 952,
  d04_too_late = 953,
};

[[nodiscard]] std::string text(Code code);

}  // namespace emx::model
