#include "tools/why/rule_words.hpp"

namespace emx::why {

RuleWords rule_of(Code code) {
  switch (code) {
    case Code::none:
      return {};
    case Code::e01_permit:
      return {"5", "the permit must be valid on the trade date and cover the pollutant"};
    case Code::e02_credit:
      return {"5", "a facility of credit NEGATIVE sells nothing, and buys carbon only"};
    case Code::e03_related:
      return {"5", "no trade between facilities of the same firm or control group"};
    case Code::e04_basin:
      return {"5", "a water right trades in the facility's own basin only"};
    case Code::e05_power:
      return {"5", "power plants, and only they, trade in a power book of an air pollutant"};
    case Code::e06_agri:
      return {"5", "agricultural sources, and only they, trade in an AGR book"};
    case Code::e07_link:
      return {"5", "the link from the seller's to the buyer's province must be on"};
    case Code::e08_attain:
      return {"5", "a buyer in a zone that misses its target buys inside that zone only"};
    case Code::e10_double_ets:
      return {"5", "who is covered by the national scheme does not trade SHEA"};
    case Code::e11_not_emitter:
      return {"5", "a financial participant does not trade in pollutant books"};
    case Code::q01_net_inflow:
      return {"7", "row 1: the buyer province's net inflow stays within its cap"};
    case Code::q02_net_outflow:
      return {"7", "row 2: the seller province's net outflow stays within its cap"};
    case Code::q03_gross:
      return {"7",
              "rows 3 and 4: the gross trade across each province's border stays within its "
              "cap"};
    case Code::q04_holding:
      return {"7", "row 5: what the buyer province's accounts hold stays within its cap"};
    case Code::q05_pace:
      return {"7", "row 6: the buyer province's net inflow of the day stays within its pace"};
    case Code::d01_demand:
      return {"7", "row 7: a facility is credited no more than its approved demand"};
    case Code::h01_holding:
      return {"10",
              "a group's carbon, held, bid for and asked for, stays within its allocations "
              "and the allowance beyond them"};
    case Code::o01_quantity:
      return {"10", "every quantity of an order is within its range"};
    case Code::o02_value:
      return {"10", "the value of one order stays within its limit"};
    case Code::o03_open_orders:
      return {"10", "the number of open orders stays within its limit"};
    case Code::o04_rate:
      return {"10",
              "orders and replaces of a firm take a token each; a second brings as many as "
              "its limit says"};
    case Code::o05_price:
      return {"9", "a price stands within the price limits around the reference price"};
    case Code::o06_tick_or_lot:
      return {"2", "a price is a whole number of ticks, a quantity of lots"};
    case Code::o07_use_block:
      return {"9", "larger sizes trade as blocks"};
    case Code::o08_block_min:
      return {"9", "a block is larger than this"};
    case Code::o09_not_fillable:
      return {"8.6", "FOK, and a minimum, must be filled in the order's own pass, or nothing is"};
    case Code::o10_post_only:
      return {"8.6", "a post-only order is refused when it could trade at once"};
    case Code::o11_capacity:
      return {"10", "the capacities of the genesis are not exceeded"};
    case Code::o13_not_in_view:
      return {"8.7", "a pick is among the best five levels of one's own view"};
    case Code::o14_group_cap:
      return {"13", "a group's purchases in an auction stay within its cap"};
    case Code::l01_cash:
      return {"11", "a bid reserves its amount and fee from available cash"};
    case Code::l02_rights:
      return {"11", "an ask reserves its quantity from available rights"};
    case Code::p01_phase:
      return {"9", "the phase of the book, or of all books, must allow it"};
    case Code::p02_venue:
      return {"3", "an instrument of another venue is reference data here"};
    case Code::p03_unknown_symbol:
      return {"10", "the symbol must name an instrument"};
    case Code::p04_unknown_account:
      return {"10", "the name must be that of a participant, zone or account"};
    case Code::p05_not_your_account:
      return {"10", "a firm acts for its own facilities; what defines a facility does not change"};
    case Code::p06_four_eyes:
      return {"10", "two different persons must ask and approve"};
    case Code::p07_rule_set:
      return {"17", "a rule set is whole, record by record, and has the documents that it names"};
    case Code::p08_not_its_rule:
      return {"1", "each authority signs its own rules and no other's"};
    case Code::p09_unsigned_rule:
      return {"17", "an authority that has a key sets its lasting rules by signed documents only"};
    case Code::p10_rule_version:
      return {"17", "a rule set is the next version, and none while another waits"};
    case Code::s05_interval:
      return {"10", "after a trade the opposite side is closed for five trading days"};
    case Code::x01_local_only:
      return {"8.2",
              "an order that is local only trades inside its province; so does a "
              "reserve's repurchase"};
    case Code::x02_max_ratio:
      return {"8.2", "a bid trades at no replacement ratio above its own maximum"};
    case Code::x03_chosen:
      return {"8.7", "a worse offer was picked"};
    case Code::c01_expired:
      return {"8.6", "an order ends when its time is over; what an IOC order leaves goes at once"};
    case Code::c02_disconnect:
      return {"17",
              "a session's DAY orders are cancelled when it ends, unless its client chose to "
              "keep them"};
    case Code::c03_requested:
      return {"8.6", "the firm cancels its order"};
    case Code::c04_mass:
      return {"17", "a mass cancel takes every open order that fits all it names"};
    case Code::k01_killed:
      return {"10", "the kill switch refuses and cancels the orders of its scope"};
    case Code::d02_duplicate_cl_ord_id:
      return {"10", "a ClOrdID is used once"};
    case Code::d03_unknown_order:
      return {"17", "cancel and replace name an order of one's own that was accepted"};
    case Code::d04_too_late:
      return {"17", "an order that is filled or cancelled changes no more"};
    case Code::s01_busy:
    case Code::s02_draining:
      return {"16", "the venue took no message"};
  }
  return {"16", "a code of no known rule"};
}

}  // namespace emx::why
