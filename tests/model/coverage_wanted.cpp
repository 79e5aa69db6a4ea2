#include <string>
#include <vector>

#include "tests/model/coverage.hpp"

namespace emx::model {

namespace {

const std::vector<std::string>& wanted_of_orders() {
  static const std::vector<std::string> list = {"accepted DAY",
                                                "accepted GTC",
                                                "accepted GTD",
                                                "accepted IOC",
                                                "accepted FOK",
                                                "accepted market",
                                                "accepted market FOK",
                                                "accepted minimum",
                                                "accepted iceberg",
                                                "accepted post-only",
                                                "accepted local-only",
                                                "accepted max-ratio",
                                                "a FOK that fills",
                                                "a FOK that fills by several",
                                                "a FOK that does not fill",
                                                "a minimum that is met",
                                                "a minimum that is not met",
                                                "a minimum whose rest is cancelled",
                                                "a refresh in a pass",
                                                "a refresh in the fixpoint",
                                                "a refresh met again in the same pass",
                                                "an iceberg that takes",
                                                "an iceberg that rests after its pass",
                                                "an iceberg fills beyond what it shows in a call",
                                                "D01 cancels an iceberg",
                                                "replace of an iceberg that loses priority",
                                                "replace of an iceberg that lowers what it hides",
                                                "replace of an iceberg that lowers what it shows",
                                                "replace of a post-only order",
                                                "refused O10_POST_ONLY, a replace",
                                                "post-only trades in a pass",
                                                "post-only trades in the fixpoint",
                                                "post-only trades in a call",
                                                "a DAY order ends at close",
                                                "a GTC order ends at close",
                                                "a GTD order ends at close",
                                                "a GTC order ends at day open",
                                                "a GTD order ends at day open",
                                                "an order ends with the year",
                                                "an order of an earlier day trades",
                                                "a test at day open that fails",
                                                "mass cancel of nothing",
                                                "mass cancel by the venue",
                                                "mass cancel by a firm",
                                                "mass cancel of a session",
                                                "mass cancel of a side",
                                                "mass cancel in a book",
                                                "mass cancel of a firm by the venue",
                                                "mass cancel on disconnect",
                                                "a disconnect leaves an order of its session",
                                                "uncrossed",
                                                "a collar hit in a pass",
                                                "a collar hit in the fixpoint",
                                                "indicative",
                                                "indicative without a price",
                                                "indicative with more bids",
                                                "indicative with more asks",
                                                "indicative in balance",
                                                "trade in a call",
                                                "D01 cancels in a call",
                                                "two calls end at once",
                                                "a call goes on",
                                                "a call is halted",
                                                "a call ends with a price in continuous",
                                                "a call ends with a price in closed",
                                                "a call ends with a price in pause",
                                                "a call ends with a price in pre-open",
                                                "a call ends without a price in continuous",
                                                "a fixpoint after a call",
                                                "a fixpoint after a call, in other books",
                                                "refused P01_PHASE in a call",
                                                "a book of one class",
                                                "a book of twelve classes"};
  return list;
}

}  // namespace

const std::vector<std::string>& Coverage::wanted() {
  static const std::vector<std::string> list = [] {
    std::vector<std::string> outcomes = {"accepted",
                                         "replaced",
                                         "cancelled",
                                         "trade",
                                         "bill",
                                         "post",
                                         "quota",
                                         "demand",
                                         "skip",
                                         "band",
                                         "retired",
                                         "nothing credited",
                                         "ratio 1/1",
                                         "ratio 3/2",
                                         "ratio 2/1",
                                         "cross=0",
                                         "cross=1",
                                         "trade in a pass",
                                         "trade in the fixpoint",
                                         "the rest of an IOC",
                                         "D01 cancels by a new approval",
                                         "D01 cancels the taker",
                                         "D01 cancels in mid-pass",
                                         "D01 cancels in a fixpoint",
                                         "D01 cancels in another book",
                                         "two codes for a class in one pass",
                                         "a fixpoint in two books",
                                         "a fixpoint that came back to a book",
                                         "a fixpoint after a zone",
                                         "a fixpoint after a link",
                                         "a fixpoint after a firm",
                                         "a fixpoint after a quota",
                                         "a fixpoint after a phase",
                                         "a fixpoint after an order",
                                         "a fixpoint after a replace",
                                         "skip of a local class",
                                         "skip in a carbon book",
                                         "skip of a zone's class",
                                         "skip of a bid that is gone",
                                         "skip of a bid that rests",
                                         "skip of a taker that is gone",
                                         "skip of a zone's local class"};
    const auto add = [&outcomes](const std::string& before, const std::vector<std::string>& names,
                                 const std::string& after) {
      for (const std::string& name : names) outcomes.push_back(before + name + after);
    };
    const std::vector<std::string> quotas = {"Q01_NET_INFLOW", "Q02_NET_OUTFLOW", "Q03_GROSS",
                                             "Q04_HOLDING", "Q05_PACE"};
    const std::vector<std::string> pairs = {"E03_RELATED", "E07_LINK", "E08_ATTAIN"};
    const std::vector<std::string> refusals = {"P03_UNKNOWN_SYMBOL",
                                               "P04_UNKNOWN_ACCOUNT",
                                               "P05_NOT_YOUR_ACCOUNT",
                                               "D02_DUPLICATE_CLORDID",
                                               "P02_VENUE",
                                               "P01_PHASE",
                                               "O06_TICK_OR_LOT",
                                               "O05_PRICE",
                                               "O01_QUANTITY",
                                               "O10_POST_ONLY",
                                               "O04_RATE",
                                               "K01_KILLED",
                                               "H01_HOLDING",
                                               "O03_OPEN_ORDERS",
                                               "P06_FOUR_EYES",
                                               "P09_UNSIGNED_RULE",
                                               "O02_VALUE",
                                               "O07_USE_BLOCK",
                                               "E01_PERMIT",
                                               "E02_CREDIT",
                                               "E10_DOUBLE_ETS",
                                               "E11_NOT_EMITTER",
                                               "E04_BASIN",
                                               "E05_POWER",
                                               "E06_AGRI",
                                               "D01_DEMAND",
                                               "L01_CASH",
                                               "L02_RIGHTS",
                                               "D03_UNKNOWN_ORDER",
                                               "D04_TOO_LATE"};
    const std::vector<std::string> cancels = {"C01_EXPIRED",    "C03_REQUESTED",    "D01_DEMAND",
                                              "O05_PRICE",      "E01_PERMIT",       "E02_CREDIT",
                                              "E10_DOUBLE_ETS", "O09_NOT_FILLABLE", "C04_MASS",
                                              "K01_KILLED",     "L01_CASH",         "L02_RIGHTS"};
    add("warning ", quotas, "");
    add("warning ", {"NONE"}, "");
    add("refused ", refusals, "");
    add("refused ", quotas, "");  // refuse_if_no_headroom
    add("cancelled ", cancels, "");
    for (const std::string where : {" in a pass", " in the fixpoint"}) {
      add("cut by ", quotas, where);
      add("cut by ", {"D01_DEMAND", "NONE"}, where);
      add("skip ", quotas, where);
      add("skip ", pairs, where);
      add("skip ", {"X01_LOCAL_ONLY", "X02_MAX_RATIO"}, where);
    }
    add("cut by ", quotas, " in a call");
    add("cut by ", {"D01_DEMAND", "NONE"}, " in a call");
    add("withdrawal refused ", {"P04_UNKNOWN_ACCOUNT", "O01_QUANTITY", "P06_FOUR_EYES", "L01_CASH"},
        "");
    add("hold refused ",
        {"P03_UNKNOWN_SYMBOL", "P04_UNKNOWN_ACCOUNT", "O01_QUANTITY", "P06_FOUR_EYES", "L01_CASH",
         "L02_RIGHTS"},
        "");
    for (const std::string of : {" of cash", " of rights"}) {
      add("more ", {"freeze", "pledge"}, of);
      add("less ", {"freeze", "pledge"}, of);
      add("a hold" + of, {" that takes an order", " that takes several orders"}, "");
    }
    outcomes.emplace_back("withdrawn");
    add("transfer refused ",
        {"P03_UNKNOWN_SYMBOL", "P04_UNKNOWN_ACCOUNT", "P02_VENUE", "O01_QUANTITY", "P06_FOUR_EYES",
         "P05_NOT_YOUR_ACCOUNT", "L02_RIGHTS"},
        "");
    add("trust refused ", {"P04_UNKNOWN_ACCOUNT", "O01_QUANTITY", "P06_FOUR_EYES"}, "");
    add("transfer ", {"requested", "carried-out", "ended"}, "");
    add("transfer at ratio ", {"1/1", "3/2", "2/1"}, "");
    add("transfer ended by ",
        {"P05_NOT_YOUR_ACCOUNT", "E01_PERMIT", "E02_CREDIT", "E07_LINK", "E08_ATTAIN",
         "D01_DEMAND"},
        "");
    // Q03 to Q05 are rare: at the day's opening only other transfers have used the pace.
    // transfers_test has them.
    add("transfer ended by ", {"Q01_NET_INFLOW", "Q02_NET_OUTFLOW"}, "");
    add("rules ",
        {"in-force", "waits", "in-force on their day", "lapsed on their day", "withdrawn",
         "left-out", "lapse at a zone, O11_CAPACITY", "lapse at a band, O11_CAPACITY",
         "lapse behind a rule that may apply"},
        "");
    add("withdrawal of rules refused ", {"P06_FOUR_EYES", "P10_RULE_VERSION"}, "");
    add("query ", {"taken", "refused"}, "");
    outcomes.emplace_back("firm refused K01_KILLED");
    outcomes.emplace_back("rules left-out by another key");
    outcomes.emplace_back("the same key again");
    outcomes.emplace_back("another key over a draft");
    outcomes.emplace_back("another key while rules wait");
    outcomes.emplace_back("a document in the place of another");
    outcomes.emplace_back("a refused document beside one that lies closed");
    add("a rule set's ",
        {"zone", "link", "quota", "parameters", "calendar", "instrument", "reference price",
         "limit", "new zone", "new instrument", "price of its own instrument"},
        "");
    outcomes.emplace_back("a trade in a book that a rule set listed");
    add("stopped by the switch of ",
        {"all", "firm", "group", "instrument", "province", "the facility's basin",
         "the instrument's basin"},
        "");
    for (const std::string code : {"O01_QUANTITY", "O02_VALUE", "O03_OPEN_ORDERS"}) {
      add("refused " + code + " by the limit of ", {"firm", "group", "facility", "instrument"}, "");
    }
    outcomes.emplace_back("zone refused O11_CAPACITY");
    outcomes.emplace_back("instrument refused O11_CAPACITY");
    add("rule refused ",
        {"O01_QUANTITY", "O11_CAPACITY", "P04_UNKNOWN_ACCOUNT", "P07_RULE_SET", "P08_NOT_ITS_RULE",
         "P10_RULE_VERSION"},
        "");
    add("rule document refused ",
        {"O01_QUANTITY", "P04_UNKNOWN_ACCOUNT", "P07_RULE_SET", "P10_RULE_VERSION"}, "");
    add("rule set refused ",
        {"O01_QUANTITY", "O11_CAPACITY", "P06_FOUR_EYES", "P07_RULE_SET", "P10_RULE_VERSION"}, "");
    outcomes.emplace_back("a fixpoint after a rule set");
    add("a block ",
        {"buys, alleged", "sells, alleged", "buys, confirmed", "sells, confirmed", "buys, traded",
         "sells, traded", "ended with its book", "with cross=0", "with cross=1"},
        "");
    add("a block at ratio ", {"1/1", "3/2", "2/1"}, "");
    add("a block ended by ",
        {"C01_EXPIRED", "C03_REQUESTED", "K01_KILLED", "E01_PERMIT", "E02_CREDIT", "L01_CASH",
         "L02_RIGHTS"},
        "");
    add("block refused ",
        {"P03_UNKNOWN_SYMBOL",
         "P04_UNKNOWN_ACCOUNT",
         "P05_NOT_YOUR_ACCOUNT",
         "D02_DUPLICATE_CLORDID",
         "O01_QUANTITY",
         "O04_RATE",
         "P02_VENUE",
         "K01_KILLED",
         "P01_PHASE",
         "O06_TICK_OR_LOT",
         "O05_PRICE",
         "O02_VALUE",
         "O08_BLOCK_MIN",
         "E01_PERMIT",
         "E02_CREDIT",
         "E10_DOUBLE_ETS",
         "D01_DEMAND",
         "H01_HOLDING",
         "L01_CASH",
         "L02_RIGHTS"},
        "");
    add("answer refused ",
        {"D02_DUPLICATE_CLORDID", "D03_UNKNOWN_ORDER", "D04_TOO_LATE", "P05_NOT_YOUR_ACCOUNT",
         "P01_PHASE", "E03_RELATED", "E07_LINK", "E08_ATTAIN", "D01_DEMAND", "L01_CASH",
         "L02_RIGHTS"},
        "");
    add("answer refused ", quotas, "");
    add("a ticket ended by ",
        {"C01_EXPIRED", "K01_KILLED", "P01_PHASE", "E01_PERMIT", "E07_LINK", "L01_CASH",
         "L02_RIGHTS", "D01_DEMAND"},
        "");
    outcomes.emplace_back("a fixpoint after a block");
    add("a ticket that holds ", {"room", "none"}, "");
    outcomes.emplace_back("a fixpoint after tickets");
    outcomes.emplace_back("a fixpoint after a tick");
    outcomes.emplace_back("a fixpoint behind a refusal");
    outcomes.emplace_back("a fixpoint after parameters");
    outcomes.emplace_back("parameters refused O01_QUANTITY");
    outcomes.emplace_back("another ratio after parameters");
    outcomes.emplace_back("calendar refused O01_QUANTITY");
    outcomes.emplace_back("a day that is no trading day");
    outcomes.emplace_back("instrument refused D02_DUPLICATE_CLORDID");
    outcomes.emplace_back("another band");
    outcomes.emplace_back("a listed instrument without levels");
    outcomes.emplace_back("instrument refused O01_QUANTITY");
    outcomes.emplace_back("a collar that was none");
    outcomes.emplace_back("a collar that is none");
    outcomes.emplace_back("price limits at day open");
    outcomes.emplace_back("price limits at day open that cancel");
    outcomes.emplace_back("a rule set's limits that cancel");
    outcomes.emplace_back("an order ends at close, for it has no trading day left");
    outcomes.emplace_back("replaced in a carbon book");
    const std::vector<std::string>& terms = wanted_of_orders();
    outcomes.insert(outcomes.end(), terms.begin(), terms.end());
    return outcomes;
  }();
  return list;
}

}  // namespace emx::model
