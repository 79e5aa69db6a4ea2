#include "tests/model/coverage.hpp"

#include <algorithm>
#include <variant>

namespace emx::model {

std::int64_t Coverage::times(const std::string& outcome) const {
  const auto row = times_.find(outcome);
  return row == times_.end() ? 0 : row->second;
}

void Coverage::start_market() {
  orders_.clear();
  books_.clear();
  phases_.clear();
  facilities_.clear();
  zones_.clear();
  drafts_.clear();
  handed_in_.clear();
  keys_.clear();
  rules_wait_ = false;
  listed_by_rules_.clear();
  calendar_.clear();
  limits_.clear();
  group_of_firm_.clear();
  now_ms_ = 0;
}

void Coverage::add(const Command& command, const std::vector<std::string>& lines) {
  taker_ = 0;
  demand_cancel_ = false;
  fixpoint_ = false;
  taker_fills_ = 0;
  call_left_.clear();
  refreshed_.clear();
  gone_.clear();
  codes_of_class_.clear();
  fixpoint_books_.clear();
  if (const auto* zone = std::get_if<SetZone>(&command)) {
    if (lines.empty() || !lines.front().starts_with("refused")) {
      zones_[{zone->province, zone->zone}] = *zone;
    }
  } else if (const auto* book = std::get_if<SetInstrument>(&command)) {
    if (lines.empty()) add_instrument(*book);
  } else if (const auto* facility = std::get_if<SetFacility>(&command)) {
    facilities_[facility->facility] = *facility;
  }
  const bool was_refused = !lines.empty() && lines.front().starts_with("refused");
  std::visit(
      [this](const auto& c) {
        if constexpr (requires { c.at_ms; }) now_ms_ = std::max(now_ms_, c.at_ms);
      },
      command);
  if (const auto* firm = std::get_if<SetFirm>(&command); firm != nullptr && !was_refused) {
    group_of_firm_[firm->firm] = firm->group;
  }
  if (const auto* limit = std::get_if<SetLimit>(&command); limit != nullptr && !was_refused) {
    add_limit(*limit);
  }
  if (std::holds_alternative<SetParameters>(command) && !was_refused) ++parameters_set_;
  if (std::holds_alternative<Query>(command) && !was_refused) count("query taken");
  if (const auto* set = std::get_if<SetCalendar>(&command); set != nullptr && !was_refused) {
    calendar_[set->year] = set->days;
  }
  if (const auto* rule = std::get_if<RuleRecord>(&command); rule != nullptr && !was_refused) {
    std::vector<Rule>& rules = drafts_[std::string{text(rule->authority)}];
    if (rule->record == 0) rules.clear();
    rules.push_back(rule->rule);
  }
  if (const auto* closing = std::get_if<RuleDocument>(&command); closing != nullptr) {
    const std::string authority{text(closing->authority)};
    std::vector<Rule>& closed = handed_in_[authority];
    if (was_refused) {
      if (!closed.empty()) count("a refused document beside one that lies closed");
    } else {
      if (!closed.empty()) count("a document in the place of another");
      closed = drafts_[authority];
      drafts_[authority].clear();
    }
  }
  if (const auto* key = std::get_if<SetAuthorityKey>(&command); key != nullptr && !was_refused) {
    add_key(*key);
  }
  for (const std::string& line : lines) add_line(command, ParsedLine{line});
  add_end_of_pass();
  const bool refused = !lines.empty() && lines.front().starts_with("refused");
  const auto* phase = std::get_if<SetPhase>(&command);
  if (phase != nullptr && !refused) add_calls(*phase);
  const auto* day = std::get_if<DayOpen>(&command);
  if (day != nullptr && !refused) today_ = day->date;
  const auto* mass = std::get_if<MassCancel>(&command);
  if (mass != nullptr && !refused) add_mass_cancel(*mass, lines);
  if (taker_ != 0) count_classes();
  if (fixpoint_) add_fixpoint(command);
  if (fixpoint_ && refused) count("a fixpoint behind a refusal");
}

void Coverage::add_fixpoint(const Command& command) {
  if (fixpoint_books_.size() > 1) count("a fixpoint in two books");
  std::vector<std::string> books = fixpoint_books_;
  std::sort(books.begin(), books.end());
  if (std::adjacent_find(books.begin(), books.end()) != books.end()) {
    count("a fixpoint that came back to a book");
  }
  if (std::holds_alternative<SetZone>(command)) count("a fixpoint after a zone");
  if (std::holds_alternative<SetLink>(command)) count("a fixpoint after a link");
  if (std::holds_alternative<SetFirm>(command)) count("a fixpoint after a firm");
  if (std::holds_alternative<SetQuota>(command)) count("a fixpoint after a quota");
  if (std::holds_alternative<SetPhase>(command)) count("a fixpoint after a phase");
  if (std::holds_alternative<ActivateRules>(command)) count("a fixpoint after a rule set");
  if (std::holds_alternative<AnswerBlock>(command)) count("a fixpoint after a block");
  if (std::holds_alternative<BlockSession>(command)) count("a fixpoint after tickets");
  if (std::holds_alternative<Tick>(command)) count("a fixpoint after a tick");
  if (std::holds_alternative<SetParameters>(command)) count("a fixpoint after parameters");
  if (std::holds_alternative<NewOrder>(command)) count("a fixpoint after an order");
  if (std::holds_alternative<ReplaceOrder>(command)) count("a fixpoint after a replace");
  if (call_left_.empty()) return;
  count("a fixpoint after a call");
  const auto& phase = std::get<SetPhase>(command);
  if (phase.phase != Phase::continuous) count("a fixpoint after a call, in other books");
}

void Coverage::add_line(const Command& command, const ParsedLine& line) {
  const std::string kind = line.kind();
  count(kind);
  if (kind == "refused") add_refusal(command, line);
  if (kind == "accepted" || kind == "replaced") {
    taker_ = line.order(1);
    count("warning " + line.value("warning"));
  }
  if (kind == "accepted") add_accepted(std::get<NewOrder>(command), line);
  if (kind == "replaced") add_replaced(line);
  if (kind == "cancelled") add_cancel(command, line);
  if (kind == "trade") add_trade(line);
  if (kind == "skip") add_skip(line);
  if (kind == "indicative") add_indicative(line);
  if (kind == "collar") {
    phases_[line.word(1)] = Phase::volatility;
    const bool in_pass = taker_ != 0 && orders_[taker_].sent.symbol == line.word(1) && !fixpoint_;
    count(in_pass ? "a collar hit in a pass" : "a collar hit in the fixpoint");
  }
  if (kind == "uncrossed") call_left_[line.word(1)] = line.number("volume");
  if (kind == "post" && line.word(3) == "ENV-RETIRED") count("retired");
  if (kind == "post" && line.word(3) == "BANK") count("withdrawn");
  if (kind == "band" && std::holds_alternative<DayOpen>(command)) count("price limits at day open");
  if (kind == "held") add_hold(command, line);
  if (kind == "transfer") add_transfer(line);
  if (kind == "block") add_block(command, line);
  if (kind == "block-trade") {
    count("a block at ratio " + line.value("ratio"));
    count("a block with cross=" + line.value("cross"));
  }
  if (kind == "rules") add_rule_set(command, line);
  if (kind == "rule") add_rule(line);
}

void Coverage::add_instrument(const SetInstrument& book) {
  const auto [known, is_new] = books_.emplace(book.symbol, book);
  if (is_new) return;
  if (known->second.band_pct != book.band_pct) count("another band");
  if (book.levels_max == 0) count("a listed instrument without levels");
  const std::int64_t before = known->second.collar_pct;
  if (before == 0 && book.collar_pct != 0) count("a collar that was none");
  if (before != 0 && book.collar_pct == 0) count("a collar that is none");
  known->second = book;
}

void Coverage::add_rule_set(const Command& command, const ParsedLine& line) {
  const bool at_once = !std::holds_alternative<DayOpen>(command);
  if (std::holds_alternative<SetAuthorityKey>(command)) {
    count("rules left-out by another key");
    handed_in_[line.value("of")].clear();
    return;
  }
  count("rules " + line.word(2) + (at_once ? "" : " on their day"));
  if (line.word(2) == "left-out") return;
  drafts_.clear();
  rules_wait_ = line.word(2) == "waits";
  if (line.word(2) != "lapsed") return;
  const Rule& rule =
      handed_in_[line.value("of")].at(static_cast<std::size_t>(line.number("record")));
  const bool zone = std::holds_alternative<SetZone>(rule);
  const bool book = std::holds_alternative<SetInstrument>(rule);
  const std::string what = zone ? "a zone" : book ? "a band" : "another rule";
  count("rules lapse at " + what + ", " + line.value("code"));
  if (line.number("record") > 0) count("rules lapse behind a rule that may apply");
}

void Coverage::add_key(const SetAuthorityKey& command) {
  const std::string authority{text(command.authority)};
  int& known = keys_[authority];
  if (known == command.key) return count("the same key again");
  if (known != 0 && !drafts_[authority].empty()) count("another key over a draft");
  if (known != 0 && rules_wait_) count("another key while rules wait");
  drafts_[authority].clear();
  known = command.key;
}

void Coverage::add_rule(const ParsedLine& line) {
  const Rule& rule = handed_in_[line.word(2)].at(static_cast<std::size_t>(line.number("record")));
  if (const auto* zone = std::get_if<SetZone>(&rule)) {
    count("a rule set's zone");
    if (!zones_.contains({zone->province, zone->zone})) count("a rule set's new zone");
    zones_[{zone->province, zone->zone}] = *zone;
  }
  if (std::holds_alternative<SetLink>(rule)) count("a rule set's link");
  if (std::holds_alternative<SetQuota>(rule)) count("a rule set's quota");
  if (std::holds_alternative<SetParameters>(rule)) {
    count("a rule set's parameters");
    ++parameters_set_;
  }
  if (const auto* book = std::get_if<SetInstrument>(&rule)) {
    count("a rule set's instrument");
    if (!books_.contains(book->symbol)) {
      count("a rule set's new instrument");
      listed_by_rules_.insert(book->symbol);
    }
    add_instrument(*book);
  }
  if (const auto* price = std::get_if<SetReferencePrice>(&rule)) {
    count("a rule set's reference price");
    if (listed_by_rules_.contains(price->symbol)) count("a rule set's price of its own instrument");
  }
  if (const auto* limit = std::get_if<SetLimit>(&rule)) {
    count("a rule set's limit");
    add_limit(*limit);
  }
  if (const auto* set = std::get_if<SetCalendar>(&rule)) {
    count("a rule set's calendar");
    calendar_[set->year] = set->days;
  }
}

// Of cash or of rights, frozen or pledged, more or less, with or without cancels.
void Coverage::add_hold(const Command& command, const ParsedLine& line) {
  const std::string of = line.word(1) == "cash" ? " of cash" : " of rights";
  const auto* freeze = std::get_if<Freeze>(&command);
  if (freeze == nullptr && !std::holds_alternative<Pledge>(command)) return;  // a transfer's
  const std::string what = freeze != nullptr ? "freeze" : "pledge";
  const std::int64_t amount = freeze != nullptr ? freeze->amount : std::get<Pledge>(command).amount;
  count((amount < 0 ? "less " : "more ") + what + of);
  if (gone_.size() == 1) count("a hold" + of + " that takes an order");
  if (gone_.size() > 1) count("a hold" + of + " that takes several orders");
}

void Coverage::add_transfer(const ParsedLine& line) {
  const std::string& stage = line.word(2);
  count("transfer " + stage);
  if (stage == "ended") count("transfer ended by " + line.value("code"));
  if (stage == "carried-out") count("transfer at ratio " + line.value("ratio"));
}

void Coverage::add_block(const Command& command, const ParsedLine& line) {
  const std::string& stage = line.word(2);
  count("a block " + line.value("side") + "s, " + stage);
  if (stage == "confirmed") {
    count(line.number("room") != 0 ? "a ticket that holds room" : "a ticket that holds none");
  }
  if (stage != "ended") return;
  const std::string code = line.value("code");
  const bool closed = code == "C01_EXPIRED" && std::holds_alternative<SetPhase>(command);
  count(closed ? "a block ended with its book" : "a block ended by " + code);
  if (line.number("other") != 0) count("a ticket ended by " + code);
}

void Coverage::add_refusal(const Command& command, const ParsedLine& line) {
  const std::string& code = line.word(1);
  count("refused " + code);
  if (const auto* order = std::get_if<NewOrder>(&command)) {
    if (code == "K01_KILLED") add_stop(line);
    add_limit_refusal(*order, line);
  }
  if (std::holds_alternative<SetZone>(command)) count("zone refused " + code);
  if (std::holds_alternative<Withdraw>(command)) count("withdrawal refused " + code);
  const bool holds =
      std::holds_alternative<Freeze>(command) || std::holds_alternative<Pledge>(command);
  if (holds) count("hold refused " + code);
  if (std::holds_alternative<Transfer>(command)) count("transfer refused " + code);
  if (std::holds_alternative<SetParameters>(command)) count("parameters refused " + code);
  if (std::holds_alternative<SetInstrument>(command)) count("instrument refused " + code);
  if (std::holds_alternative<SetCalendar>(command)) count("calendar refused " + code);
  if (const auto* day = std::get_if<DayOpen>(&command)) {
    const auto year = calendar_.find(day->date.year);
    const bool known = year != calendar_.end() && !year->second.contains(day->date);
    if (known && today_ < day->date) count("a day that is no trading day");
  }
  if (std::holds_alternative<RuleRecord>(command)) count("rule refused " + code);
  if (std::holds_alternative<RuleDocument>(command)) count("rule document refused " + code);
  if (std::holds_alternative<ActivateRules>(command)) count("rule set refused " + code);
  if (std::holds_alternative<WithdrawRules>(command)) count("withdrawal of rules refused " + code);
  if (std::holds_alternative<Query>(command)) count("query refused");
  if (std::holds_alternative<SetFirm>(command)) count("firm refused " + code);
  if (std::holds_alternative<Trust>(command)) count("trust refused " + code);
  if (std::holds_alternative<SubmitBlock>(command)) count("block refused " + code);
  if (std::holds_alternative<AnswerBlock>(command)) count("answer refused " + code);
  if (code == "O10_POST_ONLY" && std::holds_alternative<ReplaceOrder>(command)) {
    count("refused O10_POST_ONLY, a replace");
  }
  const auto* sent = std::get_if<NewOrder>(&command);
  if (sent == nullptr || code != "P01_PHASE") return;
  const auto phase = phases_.find(sent->symbol);
  if (phase != phases_.end() && is_call(phase->second)) count("refused P01_PHASE in a call");
}

void Coverage::add_cancel(const Command& command, const ParsedLine& line) {
  const int number = line.order(1);
  const std::string& code = line.word(2);
  Known& order = orders_[number];
  count("cancelled " + code);
  if (code == "O05_PRICE") {
    if (std::holds_alternative<DayOpen>(command)) count("price limits at day open that cancel");
    if (std::holds_alternative<ActivateRules>(command)) count("a rule set's limits that cancel");
  }
  gone_.insert(number);
  order.open = false;
  if (code == "C01_EXPIRED") {
    if (number == taker_) {
      count("the rest of an IOC");
      if (order.sent.min_quantity > 0) count("a minimum whose rest is cancelled");
    } else {
      add_end_of_time(command, order);
    }
  }
  if (code == "O09_NOT_FILLABLE") {
    count(order.sent.time_in_force == TimeInForce::fok ? "a FOK that does not fill"
                                                       : "a minimum that is not met");
  }
  if (code[0] == 'E' && std::holds_alternative<DayOpen>(command)) {
    count("a test at day open that fails");
  }
  if (code != "D01_DEMAND") return;
  const bool in_call = !call_left_.empty() && !fixpoint_;
  if (in_call) count("D01 cancels in a call");
  if (order.shown < order.remaining) count("D01 cancels an iceberg");
  demand_cancel_ = !fixpoint_ && taker_ != 0;
  if (std::holds_alternative<SetDemand>(command)) count("D01 cancels by a new approval");
  if (number == taker_ && !fixpoint_) count("D01 cancels the taker");
  if (fixpoint_) count("D01 cancels in a fixpoint");
  if (taker_ != 0 && order.sent.symbol != orders_[taker_].sent.symbol) {
    count("D01 cancels in another book");
  }
}

void Coverage::add_trade(const ParsedLine& line) {
  const int buy = line.order("buy");
  const int sell = line.order("sell");
  const std::string symbol = orders_[buy].sent.symbol;
  if (listed_by_rules_.contains(symbol)) count("a trade in a book that a rule set listed");
  const bool in_call = call_left_[symbol] > 0;
  const bool in_fixpoint = !in_call && line.value("aggressor") == "none";
  const std::string where = in_call ? "a call" : in_fixpoint ? "the fixpoint" : "a pass";
  if (in_call) {
    call_left_[symbol] -= line.number("qty");
  } else {
    call_left_.erase(symbol);
  }
  count("trade in " + where);
  count("cut by " + line.value("code") + " in " + where);
  const std::string ratio = line.value("ratio");
  count("ratio " + ratio);
  Known& bid = orders_[buy];
  if (!bid.ratio.empty() && bid.ratio != ratio && bid.parameters_known != parameters_set_) {
    count("another ratio after parameters");
  }
  bid.ratio = ratio;
  bid.parameters_known = parameters_set_;
  if (ratio != "1/1" && books_[symbol].pollutant == Pollutant::co2e) {
    count("replaced in a carbon book");
  }
  count("cross=" + line.value("cross"));
  if (line.value("credited") == "0") count("nothing credited");
  if (where == "a pass" && demand_cancel_) count("D01 cancels in mid-pass");
  demand_cancel_ = false;
  const std::string left = line.value("left");
  if (left.starts_with("0/")) gone_.insert(buy);
  if (left.ends_with("/0")) gone_.insert(sell);
  add_fill(orders_[buy], line, where);
  add_fill(orders_[sell], line, where);
  if (where == "a pass") {
    ++taker_fills_;
    const int maker = buy == taker_ ? sell : buy;
    if (refreshed_.contains(maker)) count("a refresh met again in the same pass");
    const Known& order = orders_[maker];
    if (order.open && order.shown == 0) refreshed_.insert(maker);
  }
  for (const int number : {buy, sell}) {
    Known& order = orders_[number];
    if (order.shown > 0 || !order.open) continue;
    count("a refresh in " + where);
    order.shown = std::min(order.sent.display_quantity, order.remaining);
  }
  if (!in_fixpoint) return;
  fixpoint_ = true;
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
  if (of_class.find("/-/") == std::string::npos) {
    count(of_class.ends_with("/1") ? "skip of a zone's local class" : "skip of a zone's class");
  }
  const int number = line.order(1);
  if (fixpoint_) {
    count(gone_.contains(number) ? "skip of a bid that is gone" : "skip of a bid that rests");
  } else {
    codes_of_class_[of_class].insert(code);
    if (gone_.contains(number)) count("skip of a taker that is gone");
  }
}

}  // namespace emx::model
