#include "engine/vocabulary/code.hpp"

#include <array>

namespace emx {

namespace {

struct Row {
  Code code;
  std::string_view name;
  std::string_view words;
};

constexpr std::array rows = {
    Row{Code::none, "NONE", "no code"},
    Row{Code::e01_permit, "E01_PERMIT",
        "the facility's permit is not valid on the trade date or does not cover the pollutant"},
    Row{Code::e02_credit, "E02_CREDIT", "the facility's environmental credit is NEGATIVE"},
    Row{Code::e03_related, "E03_RELATED", "buyer and seller are the same firm or control group"},
    Row{Code::e04_basin, "E04_BASIN", "the facility is not in the instrument's basin"},
    Row{Code::e05_power, "E05_POWER",
        "power plants trade air rights among themselves only; use the other book"},
    Row{Code::e06_agri, "E06_AGRI", "agricultural rights trade in their own book only"},
    Row{Code::e07_link, "E07_LINK", "trade from the seller's to the buyer's province is off"},
    Row{Code::e08_attain, "E08_ATTAIN",
        "the buyer's zone misses its target, so it buys inside its zone only"},
    Row{Code::e10_double_ets, "E10_DOUBLE_ETS",
        "the facility is covered by the national scheme and cannot trade local allowances"},
    Row{Code::e11_not_emitter, "E11_NOT_EMITTER",
        "a financial participant cannot trade pollutant rights"},
    Row{Code::q01_net_inflow, "Q01_NET_INFLOW", "the buyer province's net inflow cap is reached"},
    Row{Code::q02_net_outflow, "Q02_NET_OUTFLOW",
        "the seller province's net outflow cap is reached"},
    Row{Code::q03_gross, "Q03_GROSS", "a province's gross cross-province cap is reached"},
    Row{Code::q04_holding, "Q04_HOLDING", "the buyer province's holding cap is reached"},
    Row{Code::q05_pace, "Q05_PACE", "the buyer province's daily inflow pace is reached"},
    Row{Code::d01_demand, "D01_DEMAND", "the facility's approved demand is used up or missing"},
    Row{Code::h01_holding, "H01_HOLDING", "the group's carbon holding limit would be exceeded"},
    Row{Code::o01_quantity, "O01_QUANTITY", "the quantity is outside the permitted range"},
    Row{Code::o02_value, "O02_VALUE", "the value is beyond what one order may have"},
    Row{Code::o03_open_orders, "O03_OPEN_ORDERS", "too many open orders"},
    Row{Code::o04_rate, "O04_RATE", "too many messages; slow down and send again"},
    Row{Code::o05_price, "O05_PRICE", "the price is outside the day's price limits"},
    Row{Code::o06_tick_or_lot, "O06_TICK_OR_LOT",
        "price or quantity is not a whole multiple of tick or lot"},
    Row{Code::o07_use_block, "O07_USE_BLOCK", "the size is for block trading"},
    Row{Code::o08_block_min, "O08_BLOCK_MIN", "the size is too small for block trading"},
    Row{Code::o09_not_fillable, "O09_NOT_FILLABLE",
        "the order's minimum cannot be filled now; it was cancelled"},
    Row{Code::o10_post_only, "O10_POST_ONLY", "a post-only order would trade at once"},
    Row{Code::o11_capacity, "O11_CAPACITY", "the venue's capacity is reached; try again later"},
    Row{Code::o13_not_in_view, "O13_NOT_IN_VIEW", "the order picked is not in your view"},
    Row{Code::o14_group_cap, "O14_GROUP_CAP", "the group's purchase cap in the auction is reached"},
    Row{Code::l01_cash, "L01_CASH", "the available cash is too small"},
    Row{Code::l02_rights, "L02_RIGHTS", "the available rights are too few"},
    Row{Code::p01_phase, "P01_PHASE", "not allowed in the market's present phase"},
    Row{Code::p02_venue, "P02_VENUE", "reference data only; the instrument trades elsewhere"},
    Row{Code::p03_unknown_symbol, "P03_UNKNOWN_SYMBOL", "no such instrument"},
    Row{Code::p04_unknown_account, "P04_UNKNOWN_ACCOUNT", "no such account"},
    Row{Code::p05_not_your_account, "P05_NOT_YOUR_ACCOUNT", "the account is another firm's"},
    Row{Code::p06_four_eyes, "P06_FOUR_EYES",
        "this act needs two different persons, one who asks and one who approves"},
    Row{Code::p07_rule_set, "P07_RULE_SET",
        "the rule set lacks a part, or has another than the one that is named"},
    Row{Code::p08_not_its_rule, "P08_NOT_ITS_RULE",
        "the rule belongs to another authority, which alone can sign it"},
    Row{Code::p09_unsigned_rule, "P09_UNSIGNED_RULE",
        "the rule's authority has a key, so the rule needs its signature: hand it in as a "
        "document"},
    Row{Code::p10_rule_version, "P10_RULE_VERSION",
        "not the version of the rules that is next, or another waits for its date"},
    Row{Code::s05_interval, "S05_INTERVAL",
        "the opposite side is closed to you for five trading days after a trade"},
    Row{Code::x01_local_only, "X01_LOCAL_ONLY", "one side trades inside its province only"},
    Row{Code::x02_max_ratio, "X02_MAX_RATIO", "the replacement ratio is above the buyer's maximum"},
    Row{Code::x03_chosen, "X03_CHOSEN", "a worse offer was chosen"},
    Row{Code::c01_expired, "C01_EXPIRED", "the order's time is over"},
    Row{Code::c02_disconnect, "C02_DISCONNECT", "cancelled on disconnect"},
    Row{Code::c03_requested, "C03_REQUESTED", "cancelled on request"},
    Row{Code::c04_mass, "C04_MASS", "cancelled by a mass cancel"},
    Row{Code::k01_killed, "K01_KILLED", "stopped by the kill switch"},
    Row{Code::d02_duplicate_cl_ord_id, "D02_DUPLICATE_CLORDID",
        "the ClOrdID was used before; use a new one"},
    Row{Code::d03_unknown_order, "D03_UNKNOWN_ORDER", "no such order"},
    Row{Code::d04_too_late, "D04_TOO_LATE", "the order is filled or cancelled already"},
    Row{Code::s01_busy, "S01_BUSY", "the venue is busy; the message was not taken, send it again"},
    Row{Code::s02_draining, "S02_DRAINING", "the venue is closing down and takes no new orders"},
};

const Row* find(Code code) {
  for (const Row& row : rows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(Code code) {
  const Row* row = find(code);
  return row == nullptr ? "?" : row->name;
}

std::string_view words_of(Code code) {
  const Row* row = find(code);
  return row == nullptr ? "?" : row->words;
}

bool is_known(Code code) { return find(code) != nullptr; }

}  // namespace emx
