#include "tests/model/reference_codes.hpp"

#include <stdexcept>

namespace emx::model {

std::string text(Code code) {
  switch (code) {
    case Code::none:
      return "NONE";
    case Code::e01_permit:
      return "E01_PERMIT";
    case Code::e02_credit:
      return "E02_CREDIT";
    case Code::e03_related:
      return "E03_RELATED";
    case Code::e04_basin:
      return "E04_BASIN";
    case Code::e05_power:
      return "E05_POWER";
    case Code::e06_agri:
      return "E06_AGRI";
    case Code::e07_link:
      return "E07_LINK";
    case Code::e08_attain:
      return "E08_ATTAIN";
    case Code::e10_double_ets:
      return "E10_DOUBLE_ETS";
    case Code::e11_not_emitter:
      return "E11_NOT_EMITTER";
    case Code::q01_net_inflow:
      return "Q01_NET_INFLOW";
    case Code::q02_net_outflow:
      return "Q02_NET_OUTFLOW";
    case Code::q03_gross:
      return "Q03_GROSS";
    case Code::q04_holding:
      return "Q04_HOLDING";
    case Code::q05_pace:
      return "Q05_PACE";
    case Code::d01_demand:
      return "D01_DEMAND";
    case Code::h01_holding:
      return "H01_HOLDING";
    case Code::o01_quantity:
      return "O01_QUANTITY";
    case Code::o02_value:
      return "O02_VALUE";
    case Code::o03_open_orders:
      return "O03_OPEN_ORDERS";
    case Code::o04_rate:
      return "O04_RATE";
    case Code::o05_price:
      return "O05_PRICE";
    case Code::o06_tick_or_lot:
      return "O06_TICK_OR_LOT";
    case Code::o07_use_block:
      return "O07_USE_BLOCK";
    case Code::o08_block_min:
      return "O08_BLOCK_MIN";
    case Code::o09_not_fillable:
      return "O09_NOT_FILLABLE";
    case Code::o10_post_only:
      return "O10_POST_ONLY";
    case Code::o11_capacity:
      return "O11_CAPACITY";
    case Code::l01_cash:
      return "L01_CASH";
    case Code::l02_rights:
      return "L02_RIGHTS";
    case Code::p01_phase:
      return "P01_PHASE";
    case Code::p02_venue:
      return "P02_VENUE";
    case Code::p03_unknown_symbol:
      return "P03_UNKNOWN_SYMBOL";
    case Code::p04_unknown_account:
      return "P04_UNKNOWN_ACCOUNT";
    case Code::p05_not_your_account:
      return "P05_NOT_YOUR_ACCOUNT";
    case Code::p06_four_eyes:
      return "P06_FOUR_EYES";
    case Code::p07_rule_set:
      return "P07_RULE_SET";
    case Code::p08_not_its_rule:
      return "P08_NOT_ITS_RULE";
    case Code::p09_unsigned_rule:
      return "P09_UNSIGNED_RULE";
    case Code::p10_rule_version:
      return "P10_RULE_VERSION";
    case Code::x01_local_only:
      return "X01_LOCAL_ONLY";
    case Code::x02_max_ratio:
      return "X02_MAX_RATIO";
    case Code::c01_expired:
      return "C01_EXPIRED";
    case Code::c02_disconnect:
      return "C02_DISCONNECT";
    case Code::c03_requested:
      return "C03_REQUESTED";
    case Code::c04_mass:
      return "C04_MASS";
    case Code::k01_killed:
      return "K01_KILLED";
    case Code::d02_duplicate_cl_ord_id:
      return "D02_DUPLICATE_CLORDID";
    case Code::d03_unknown_order:
      return "D03_UNKNOWN_ORDER";
    case Code::d04_too_late:
      return "D04_TOO_LATE";
  }
  throw std::logic_error("a code without a name");
}

}  // namespace emx::model
