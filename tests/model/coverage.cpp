#include "tests/model/coverage.hpp"

#include <algorithm>
#include <variant>

namespace emx::model {

std::int64_t Coverage::times(const std::string& outcome) const {
  const auto row = times_.find(outcome);
  return row == times_.end() ? 0 : row->second;
}

void Coverage::add(const Command& command, const std::vector<std::string>& lines) {
  taker_ = 0;
  demand_cancel_ = false;
  fixpoint_ = false;
  gone_.clear();
  codes_of_class_.clear();
  fixpoint_books_.clear();
  for (const std::string& line : lines) add_line(command, ParsedLine{line});
  for (const auto& [of_class, codes] : codes_of_class_) {
    if (codes.size() > 1) count("two codes for a class in one pass");
  }
  if (fixpoint_books_.size() > 1) count("a fixpoint in two books");
  std::vector<std::string> books = fixpoint_books_;
  std::sort(books.begin(), books.end());
  if (std::adjacent_find(books.begin(), books.end()) != books.end()) {
    count("a fixpoint that came back to a book");
  }
  if (!fixpoint_) return;
  if (std::holds_alternative<SetZone>(command)) count("a fixpoint after a zone");
  if (std::holds_alternative<SetLink>(command)) count("a fixpoint after a link");
  if (std::holds_alternative<SetFirm>(command)) count("a fixpoint after a firm");
  if (std::holds_alternative<SetQuota>(command)) count("a fixpoint after a quota");
  if (std::holds_alternative<SetPhase>(command)) count("a fixpoint after a phase");
  if (std::holds_alternative<NewOrder>(command)) count("a fixpoint after an order");
  if (std::holds_alternative<ReplaceOrder>(command)) count("a fixpoint after a replace");
}

void Coverage::add_line(const Command& command, const ParsedLine& line) {
  const std::string kind = line.kind();
  count(kind);
  if (kind == "refused") count("refused " + line.word(1));
  if (kind == "accepted" || kind == "replaced") {
    taker_ = line.order(1);
    count("warning " + line.value("warning"));
  }
  if (kind == "accepted") {
    const auto& sent = std::get<NewOrder>(command);
    orders_[taker_] = {sent.symbol, sent.facility, sent.side};
  }
  if (kind == "cancelled") add_cancel(command, line);
  if (kind == "trade") add_trade(line);
  if (kind == "skip") add_skip(line);
  if (kind == "post" && line.word(3) == "ENV-RETIRED") count("retired");
}

void Coverage::add_cancel(const Command& command, const ParsedLine& line) {
  const int number = line.order(1);
  const std::string& code = line.word(2);
  count("cancelled " + code);
  gone_.insert(number);
  if (code == "C01_EXPIRED") {
    count(number == taker_ ? "the rest of an IOC" : "the end of a DAY order");
  }
  if (code != "D01_DEMAND") return;
  demand_cancel_ = !fixpoint_ && taker_ != 0;
  if (std::holds_alternative<SetDemand>(command)) count("D01 cancels by a new approval");
  if (number == taker_ && !fixpoint_) count("D01 cancels the taker");
  if (fixpoint_) count("D01 cancels in a fixpoint");
  if (taker_ != 0 && orders_[number].symbol != orders_[taker_].symbol) {
    count("D01 cancels in another book");
  }
}

void Coverage::add_trade(const ParsedLine& line) {
  const bool in_fixpoint = line.value("aggressor") == "none";
  const std::string where = in_fixpoint ? "the fixpoint" : "a pass";
  count("trade in " + where);
  count("cut by " + line.value("code") + " in " + where);
  count("ratio " + line.value("ratio"));
  count("cross=" + line.value("cross"));
  if (line.value("credited") == "0") count("nothing credited");
  if (!in_fixpoint && demand_cancel_) count("D01 cancels in mid-pass");
  demand_cancel_ = false;
  const std::string left = line.value("left");
  const int buy = line.order("buy");
  if (left.starts_with("0/")) gone_.insert(buy);
  if (left.ends_with("/0")) gone_.insert(line.order("sell"));
  if (!in_fixpoint) return;
  fixpoint_ = true;
  const std::string& symbol = orders_[buy].symbol;
  if (fixpoint_books_.empty() || fixpoint_books_.back() != symbol) {
    fixpoint_books_.push_back(symbol);
  }
}

void Coverage::add_skip(const ParsedLine& line) {
  const std::string of_class = line.value("class");
  const std::string code = line.value("code");
  count("skip " + code + (fixpoint_ ? " in the fixpoint" : " in a pass"));
  if (of_class.ends_with("/1")) count("skip of a local class");
  if (of_class == "-/-/0") count("skip in a carbon book");
  if (of_class.find("/-/") == std::string::npos) count("skip of a zone's class");
  const int number = line.order(1);
  if (fixpoint_) {
    count(gone_.contains(number) ? "skip of a bid that is gone" : "skip of a bid that rests");
  } else {
    codes_of_class_[of_class].insert(code);
    if (gone_.contains(number)) count("skip of a taker that is gone");
  }
}

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
                                         "the end of a DAY order",
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
                                         "skip of a taker that is gone"};
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
    const std::vector<std::string> cancels = {"C01_EXPIRED",   "C03_REQUESTED", "D01_DEMAND",
                                              "O05_PRICE",     "E01_PERMIT",    "E02_CREDIT",
                                              "E10_DOUBLE_ETS"};
    add("warning ", quotas, "");
    add("warning ", {"NONE"}, "");
    add("refused ", refusals, "");
    add("cancelled ", cancels, "");
    for (const std::string where : {" in a pass", " in the fixpoint"}) {
      add("cut by ", quotas, where);
      add("cut by ", {"D01_DEMAND", "NONE"}, where);
      add("skip ", quotas, where);
      add("skip ", pairs, where);
      add("skip ", {"X01_LOCAL_ONLY"}, where);
    }
    return outcomes;
  }();
  return list;
}

}  // namespace emx::model
