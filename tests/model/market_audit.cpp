#include "tests/model/market_audit.hpp"

#include <algorithm>
#include <variant>

namespace emx::model {

namespace {

std::string quota_line(Province province, Pollutant pollutant, int year, std::int64_t net,
                       std::int64_t today, std::int64_t gross) {
  return "quota " + std::string{text(province)} + ' ' + std::string{text(pollutant)} + ' ' +
         std::to_string(year) + " net=" + std::to_string(net) + " today=" + std::to_string(today) +
         " gross=" + std::to_string(gross);
}

std::string demand_line(const std::string& facility, Pollutant pollutant, std::int64_t approved,
                        std::int64_t credited) {
  return "demand " + facility + ' ' + std::string{text(pollutant)} +
         " approved=" + std::to_string(approved) + " credited=" + std::to_string(credited);
}

bool is_venue_account(const std::string& holder) {
  return holder == "BANK" || holder == "REGISTRY";
}

}  // namespace

MarketAudit::Lines MarketAudit::check(const Command& command, const Lines& lines) {
  found_.clear();
  lines_due_.clear();
  taker_ = 0;
  in_pass_ = false;
  passed_in_pass_.clear();
  due_in_pass_.clear();
  passed_at_last_fill_.clear();
  pass_skips_.clear();
  fixpoint_skips_.clear();
  const bool refused = !lines.empty() && lines.front().starts_with("refused");
  if (refused) {
    if (lines.size() > 1) find("order", "a refused command had further events");
    return found_;
  }
  std::visit([this](const auto& c) { take(c); }, command);
  for (const std::string& text : lines) {
    const ParsedLine line{text};
    const std::string kind = line.kind();
    if (kind == "quota" || kind == "demand") {
      if (lines_due_.empty() || lines_due_.front() != text) {
        find("quota", "not what the trade makes of it: " + text);
      }
      if (!lines_due_.empty()) lines_due_.erase(lines_due_.begin());
      continue;
    }
    read(command, line);
  }
  end_pass();
  if (!lines_due_.empty()) find("quota", "missing: " + lines_due_.front());
  judge_skips();
  judge_accounts();
  judge_net();
  judge_resting_pairs();
  return found_;
}

MarketAudit::Lines MarketAudit::check(const Holdings& holdings) const {
  Lines found;
  const auto total_of = [this](const std::string& asset) {
    const auto row = brought_in_.find(asset);
    return row == brought_in_.end() ? 0 : row->second;
  };
  std::int64_t cash = holdings.venue_fees;
  for (const auto& [facility, fen] : holdings.cash) cash += fen;
  if (cash != total_of("cash")) found.push_back("cash: the sum of all is not what was deposited");
  for (const auto& [symbol, book] : books_) {
    std::int64_t lots = 0;
    if (const auto retired = holdings.retired.find(symbol); retired != holdings.retired.end()) {
      lots += retired->second;
    }
    if (const auto rights = holdings.rights.find(symbol); rights != holdings.rights.end()) {
      for (const auto& [facility, held] : rights->second) lots += held;
    }
    if (lots != total_of(symbol)) {
      found.push_back("rights: the sum of all " + symbol + " is not what was issued");
    }
  }
  return found;
}

void MarketAudit::find(const std::string& topic, const std::string& text) {
  found_.push_back(topic + ": " + text);
}

// --- Commands --------------------------------------------------------------------------------

void MarketAudit::take(const SetZone& c) { zones_[{c.province, c.zone}] = c; }

void MarketAudit::take(const SetLink& c) {
  links_off_.erase({c.pollutant, {c.seller, c.buyer}});
  if (!c.enabled) links_off_.insert({c.pollutant, {c.seller, c.buyer}});
}

void MarketAudit::take(const SetInstrument& c) {
  books_[c.symbol] = c;
  phases_[c.symbol] = Phase::closed;
}

void MarketAudit::take(const SetFirm& c) { group_of_firm_[c.firm] = c.group; }

void MarketAudit::take(const SetFacility& c) { facilities_[c.facility] = c; }

void MarketAudit::take(const SetQuota& c) { caps_[{c.year, {c.province, c.pollutant}}] = c; }

void MarketAudit::take(const SetDemand& c) {
  approvals_[{c.facility, c.pollutant}] = {c.approved, 0};
}

void MarketAudit::take(const Deposit& c) {
  expected_[{"cash", c.facility}] += c.amount_fen;
  brought_in_["cash"] += c.amount_fen;
}

void MarketAudit::take(const Issue& c) {
  expected_[{c.symbol, c.facility}] += c.quantity;
  brought_in_[c.symbol] += c.quantity;
}

void MarketAudit::take(const DayOpen& c) {
  if (c.date.year != today_.year) {
    counters_.clear();
    retired_across_.clear();
  }
  for (auto& [where, counters] : counters_) counters.today = 0;
  today_ = c.date;
}

void MarketAudit::take(const SetPhase& c) {
  for (auto& [symbol, phase] : phases_) {
    if (c.symbol.empty() || c.symbol == symbol) phase = c.phase;
  }
}

// --- Lines -----------------------------------------------------------------------------------

void MarketAudit::read(const Command& command, const ParsedLine& line) {
  const std::string kind = line.kind();
  const bool of_a_fill = kind == "bill" || kind == "post";
  if (!of_a_fill && !lines_due_.empty()) {
    find("quota", "missing: " + lines_due_.front());
    lines_due_.clear();
  }
  const bool of_the_pass = of_a_fill || (kind == "trade" && line.value("aggressor") != "none") ||
                           (kind == "cancelled" && line.word(2) == "D01_DEMAND");
  if (in_pass_ && !of_the_pass) end_pass();
  if (kind == "accepted") read_accepted(std::get<NewOrder>(command), line);
  if (kind == "replaced") read_replaced(line);
  if (kind == "cancelled") read_cancelled(line);
  if (kind == "trade") read_trade(line);
  if (kind == "bill") read_bill(line);
  if (kind == "skip") read_skip(line);
  if (kind == "post") {
    const std::int64_t amount = std::stoll(line.word(4));
    if (amount <= 0) find("posting", "moves nothing");
    posted_[{line.word(1), line.word(2)}] -= amount;
    posted_[{line.word(1), line.word(3)}] += amount;
  }
}

void MarketAudit::read_accepted(const NewOrder& command, const ParsedLine& line) {
  Order order;
  order.number = line.order(1);
  order.facility = command.facility;
  order.symbol = command.symbol;
  order.side = command.side;
  order.price = line.number("price");
  order.arrival = line.number("arrival");
  order.quantity = order.remaining = line.number("qty");
  order.reserved = line.number("reserved");
  orders_[order.number] = order;
  taker_ = order.number;
  in_pass_ = phases_[order.symbol] == Phase::continuous;
}

void MarketAudit::read_replaced(const ParsedLine& line) {
  Order& order = orders_[line.order(1)];
  const bool keeps_priority = order.arrival == line.number("arrival");
  const bool lowered = order.price == line.number("price") && line.number("qty") < order.quantity;
  if (keeps_priority != lowered) find("order", "priority is kept for less at the same price only");
  const std::int64_t filled = order.quantity - order.remaining;
  if (line.number("qty") - filled != line.number("remaining")) {
    find("order", "a replace changed what is filled");
  }
  order.price = line.number("price");
  order.arrival = line.number("arrival");
  order.quantity = line.number("qty");
  order.remaining = line.number("remaining");
  order.reserved = line.number("reserved");
  taker_ = order.number;
  in_pass_ = !keeps_priority && phases_[order.symbol] == Phase::continuous;
}

void MarketAudit::read_cancelled(const ParsedLine& line) {
  Order& order = orders_[line.order(1)];
  if (!order.open) find("order", "cancelled twice, or after it was filled");
  if (line.number("remaining") != order.remaining || line.number("released") != order.reserved) {
    find("order", "a cancel did not release what was left");
  }
  order.open = false;
  order.reserved = 0;
}

void MarketAudit::read_trade(const ParsedLine& line) {
  judge_accounts();
  last_trade_ = line;
  Order& bid = orders_[line.order("buy")];
  Order& ask = orders_[line.order("sell")];
  if (line.number("qty") != line.number("credited") + line.number("retired")) {
    find("rights", "sold is not credited and retired");
  }
  if (std::stoll(line.word(1)) != ++trades_) find("order", "trade numbers have a gap");
  if (!executable(bid, ask)) find("pair", "traded although it may not");
  judge_terms(bid, ask, line);
  judge_ratio(bid, ask, line);
  if (line.value("aggressor") == "none") {
    note_passed_in_fixpoint(bid, ask);
  } else {
    note_passed_in_pass(bid.number == taker_ ? bid : ask, bid.number == taker_ ? ask : bid);
  }
  const std::int64_t quantity = line.number("qty");
  bid.remaining -= quantity;
  ask.remaining -= quantity;
  const std::string left = std::to_string(bid.remaining) + '/' + std::to_string(ask.remaining);
  if (bid.remaining < 0 || ask.remaining < 0 || line.value("left") != left) {
    find("order", "what is left is not what was there less the trade");
  }
  bid.open = bid.remaining > 0;
  ask.open = ask.remaining > 0;
  ask.reserved -= quantity;
  expected_[{ask.symbol, ask.facility}] -= quantity;
  expected_[{bid.symbol, bid.facility}] += line.number("credited");
  expected_[{bid.symbol, "ENV-RETIRED"}] += line.number("retired");
  count(bid, ask, line);
}

void MarketAudit::judge_terms(const Order& bid, const Order& ask, const ParsedLine& line) {
  if (!bid.open || !ask.open) find("order", "traded although it is gone");
  if (bid.symbol != ask.symbol) find("order", "traded across books");
  if (phases_[bid.symbol] != Phase::continuous) find("order", "traded outside continuous trading");
  const Order& older = bid.arrival < ask.arrival ? bid : ask;
  if (!crosses(bid, ask) || line.number("price") != older.price) {
    find("order", "not at the price of the order that arrived first");
  }
  if (line.number("qty") < 1) find("order", "traded nothing");
}

// Whatever the slices, a run of fills at one ratio credits floor(sold x d / n).
void MarketAudit::judge_ratio(Order& bid, const Order& ask, const ParsedLine& line) {
  const SetInstrument& book = book_of(bid);
  const SetFacility& buyer = facility_of(bid);
  std::int64_t twice = 2;  // the ratio, times two
  if (book.pollutant != Pollutant::co2e && !is_reserve(bid)) {
    const bool upstream =
        book.medium == Medium::water && !is_reserve(ask) && buyer.reach < facility_of(ask).reach;
    if (zone_of(buyer).key_zone || upstream) twice = 3;
    if (misses(buyer, book.pollutant)) twice = 4;
  }
  const std::string names[] = {"1/1", "3/2", "2/1"};
  const std::string& ratio = names[twice - 2];
  if (line.value("ratio") != ratio) find("rights", "replaced at another ratio than " + ratio);
  if (bid.ratio != ratio) {
    bid.ratio = ratio;
    bid.run_sold = bid.run_credited = 0;
  }
  bid.run_sold += line.number("qty");
  bid.run_credited += line.number("credited");
  if (bid.run_credited != bid.run_sold * 2 / twice) {
    find("rights", "credited is not sold by the replacement ratio");
  }
}

void MarketAudit::count(const Order& bid, const Order& ask, const ParsedLine& line) {
  const Pollutant pollutant = book_of(bid).pollutant;
  const std::int64_t sold = line.number("qty");
  const std::int64_t credited = line.number("credited");
  if (across(bid, ask) != (line.number("cross") == 1)) find("quota", "cross is not what it is");
  if (across(bid, ask)) {
    const Province buying = facility_of(bid).province;
    const Province selling = facility_of(ask).province;
    Counters& in = counters_[{buying, pollutant}];
    in = {in.net + credited, in.today + credited, in.gross + credited};
    lines_due_.push_back(quota_line(buying, pollutant, today_.year, in.net, in.today, in.gross));
    Counters& out = counters_[{selling, pollutant}];
    out = {out.net - sold, out.today - sold, out.gross + sold};
    lines_due_.push_back(
        quota_line(selling, pollutant, today_.year, out.net, out.today, out.gross));
    retired_across_[pollutant] += line.number("retired");
    judge_caps(bid, ask);
  }
  if (pollutant != Pollutant::co2e && !is_reserve(bid)) {
    Approval& approval = approvals_[{bid.facility, pollutant}];
    approval.credited += credited;
    lines_due_.push_back(
        demand_line(bid.facility, pollutant, approval.approved, approval.credited));
    if (approval.credited > approval.approved) find("quota", "more than the approved demand");
  }
}

// After the fill: the counters against the caps in force.
void MarketAudit::judge_caps(const Order& bid, const Order& ask) {
  const Pollutant pollutant = book_of(bid).pollutant;
  const Province buying = facility_of(bid).province;
  const Province selling = facility_of(ask).province;
  const SetQuota& caps_in = caps_[{today_.year, {buying, pollutant}}];
  const SetQuota& caps_out = caps_[{today_.year, {selling, pollutant}}];
  const Counters& in = counters_[{buying, pollutant}];
  const Counters& out = counters_[{selling, pollutant}];
  if (in.net > caps_in.inflow_cap) find("quota", "net inflow beyond its cap");
  if (-out.net > caps_out.outflow_cap) find("quota", "net outflow beyond its cap");
  if (in.gross > caps_in.gross_cap || out.gross > caps_out.gross_cap) {
    find("quota", "gross beyond its cap");
  }
  if (held(buying, pollutant) > caps_in.holding_cap) find("quota", "holding beyond its cap");
  if (in.today > caps_in.daily_pace) find("quota", "beyond the pace of a day");
}

void MarketAudit::read_bill(const ParsedLine& line) {
  Order& bid = orders_[last_trade_.order("buy")];
  const Order& ask = orders_[last_trade_.order("sell")];
  const std::int64_t amount = line.number("amount");
  const std::int64_t paid = amount + line.number("buyer_fee");
  if (line.number("released") < 0) find("order", "paid more than was reserved");
  bid.reserved -= paid + line.number("released");
  if (bid.reserved < 0 || (!bid.open && bid.reserved != 0)) {
    find("order", "reserved is not what the rest may cost");
  }
  expected_[{"cash", bid.facility}] -= paid;
  expected_[{"cash", ask.facility}] += amount - line.number("seller_fee");
  expected_[{"cash", "VENUE-FEES"}] += line.number("buyer_fee") + line.number("seller_fee");
}

// --- SKIPs -----------------------------------------------------------------------------------

void MarketAudit::read_skip(const ParsedLine& line) {
  (passed_at_last_fill_.empty() ? pass_skips_ : fixpoint_skips_).push_back(line);
  // Those of bids that are gone speak of a state that is gone, too.
  const Order& taker = orders_[line.order(1)];
  if (!taker.open && !passed_at_last_fill_.empty()) return;
  std::int64_t displayed = 0;
  for (const auto& [number, order] : orders_) {
    const bool meant = order.open && order.side != taker.side && order.symbol == taker.symbol &&
                       crosses(taker, order) && class_of(order) == line.value("class") &&
                       order.price == line.number("price");
    if (meant) displayed += order.remaining;
  }
  if (line.number("qty") < 1 || line.number("qty") > displayed) {
    find("skip", "names more than is displayed");
  }
}

void MarketAudit::note_passed_in_pass(const Order& taker, const Order& maker) {
  for (const auto& [number, order] : orders_) {
    const bool better = order.open && order.side == maker.side && order.symbol == maker.symbol &&
                        crosses(taker, order) && ahead(order, maker);
    if (better) passed_in_pass_.push_back({taker.number, number});
  }
}

void MarketAudit::note_passed_in_fixpoint(const Order& bid, const Order& ask) {
  std::vector<Passed>& passed = passed_at_last_fill_[bid.number];
  passed.clear();
  for (const auto& [number, order] : orders_) {
    const bool better = order.open && order.side == Side::sell && order.symbol == ask.symbol &&
                        crosses(bid, order) && ahead(order, ask);
    if (better) passed.push_back({bid.number, number});
  }
}

void MarketAudit::end_pass() {
  if (!in_pass_) return;
  in_pass_ = false;
  for (const Passed& passed : passed_in_pass_) {
    if (orders_[passed.order].open) due_in_pass_.push_back(passed);
  }
  const Order& taker = orders_[taker_];
  for (const auto& [number, order] : orders_) {
    if (taker.open && order.open && order.side != taker.side && order.symbol == taker.symbol &&
        crosses(taker, order)) {
      due_in_pass_.push_back({taker_, number});
    }
  }
}

void MarketAudit::judge_skips() {
  const auto covered = [this](const Passed& passed, const std::vector<ParsedLine>& skips) {
    const Order& order = orders_[passed.order];
    return std::any_of(skips.begin(), skips.end(), [&](const ParsedLine& skip) {
      const std::int64_t price = skip.number("price");
      return skip.order(1) == passed.by && skip.value("class") == class_of(order) &&
             (order.side == Side::sell ? price <= order.price : price >= order.price);
    });
  };
  for (const Passed& passed : due_in_pass_) {
    if (!covered(passed, pass_skips_)) find("skip", "missing in the pass");
  }
  for (const auto& [number, order] : orders_) {
    if (order.side != Side::buy) continue;
    const auto filled = passed_at_last_fill_.find(number);
    if (!order.open && filled != passed_at_last_fill_.end()) {
      for (const Passed& passed : filled->second) {
        if (!covered(passed, fixpoint_skips_)) find("skip", "missing for a bid that is gone");
      }
    }
    const bool ahead_of_a_fill = std::any_of(
        passed_at_last_fill_.begin(), passed_at_last_fill_.end(), [&, &o = order](const auto& row) {
          const Order& other = orders_[row.first];
          return other.symbol == o.symbol && !ahead(other, o);
        });
    if (!order.open || !ahead_of_a_fill) continue;
    for (const auto& [ask_number, ask] : orders_) {
      const bool due =
          ask.open && ask.side == Side::sell && ask.symbol == order.symbol && crosses(order, ask);
      if (due && !covered({number, ask_number}, fixpoint_skips_)) {
        find("skip", "missing for a bid that rests");
      }
    }
  }
}

// --- What a command leaves behind --------------------------------------------------------------

void MarketAudit::judge_accounts() {
  for (const auto& [account, amount] : expected_) {
    if (posted_[account] != amount) {
      find("posting", account.second + " has not the " + account.first + " of its trades");
    }
  }
  std::map<std::string, std::int64_t> totals;
  for (const auto& [account, amount] : posted_) {
    if (!is_venue_account(account.second)) totals[account.first] += amount;
  }
  for (const auto& [asset, total] : totals) {
    if (total != brought_in_[asset]) {
      find(asset == "cash" ? "cash" : "rights", "the sum of " + asset + " has changed");
    }
  }
  std::map<Account, std::int64_t> reserved;
  for (const auto& [number, order] : orders_) {
    if (order.open) {
      reserved[{order.side == Side::buy ? "cash" : order.symbol, order.facility}] += order.reserved;
    }
  }
  for (const auto& [account, amount] : posted_) {
    if (!is_venue_account(account.second) && amount < 0) {
      find("available", account.second + " owes " + account.first);
    }
  }
  for (const auto& [account, amount] : reserved) {
    if (posted_[account] < amount) find("available", account.second + " lacks " + account.first);
  }
}

void MarketAudit::judge_net() {
  std::map<Pollutant, std::int64_t> sum;
  for (const auto& [where, counters] : counters_) sum[where.second] += counters.net;
  for (const auto& [pollutant, net] : sum) {
    if (net != -retired_across_[pollutant]) find("net", "the provinces do not add up");
  }
}

void MarketAudit::judge_resting_pairs() {
  for (const auto& [buy, bid] : orders_) {
    if (!bid.open || bid.side != Side::buy || phases_[bid.symbol] != Phase::continuous) continue;
    for (const auto& [sell, ask] : orders_) {
      const bool crossed =
          ask.open && ask.side == Side::sell && ask.symbol == bid.symbol && crosses(bid, ask);
      if (crossed && executable(bid, ask)) {
        find("pair", "#" + std::to_string(buy) + " and #" + std::to_string(sell) +
                         " rest although they may trade");
      }
    }
  }
}

// --- Rules, told once more ---------------------------------------------------------------------

bool MarketAudit::executable(const Order& bid, const Order& ask) const {
  const SetFacility& buyer = facility_of(bid);
  const SetFacility& seller = facility_of(ask);
  const std::string& group = group_of_firm_.at(buyer.firm);
  if (buyer.firm == seller.firm) return false;
  if (!group.empty() && group == group_of_firm_.at(seller.firm)) return false;
  const Pollutant pollutant = book_of(bid).pollutant;
  if (pollutant == Pollutant::co2e) return true;
  if (is_reserve(bid)) return !across(bid, ask);
  const bool same_zone = buyer.province == seller.province && buyer.zone == seller.zone;
  if (misses(buyer, pollutant) && !same_zone) return false;
  const auto approval = approvals_.find({bid.facility, pollutant});
  if (approval == approvals_.end()) return false;
  if (approval->second.approved <= approval->second.credited) return false;
  return !across(bid, ask) || room_across(bid, ask);
}

bool MarketAudit::room_across(const Order& bid, const Order& ask) const {
  const Pollutant pollutant = book_of(bid).pollutant;
  const Where buying{facility_of(bid).province, pollutant};
  const Where selling{facility_of(ask).province, pollutant};
  if (links_off_.contains({pollutant, {selling.first, buying.first}})) return false;
  const auto caps_in = caps_.find({today_.year, buying});
  const auto caps_out = caps_.find({today_.year, selling});
  if (caps_in == caps_.end() || caps_out == caps_.end()) return false;
  const auto counters_of = [this](const Where& where) {
    const auto row = counters_.find(where);
    return row == counters_.end() ? Counters{} : row->second;
  };
  const Counters in = counters_of(buying);
  const Counters out = counters_of(selling);
  return in.net < caps_in->second.inflow_cap && in.gross < caps_in->second.gross_cap &&
         in.today < caps_in->second.daily_pace &&
         held(buying.first, pollutant) < caps_in->second.holding_cap &&
         -out.net < caps_out->second.outflow_cap && out.gross < caps_out->second.gross_cap;
}

bool MarketAudit::crosses(const Order& a, const Order& b) const {
  return a.side == Side::buy ? a.price >= b.price : b.price >= a.price;
}

bool MarketAudit::ahead(const Order& a, const Order& b) {
  const std::int64_t better = a.side == Side::buy ? a.price - b.price : b.price - a.price;
  return better != 0 ? better > 0 : a.arrival < b.arrival;
}

bool MarketAudit::across(const Order& bid, const Order& ask) const {
  return book_of(bid).pollutant != Pollutant::co2e &&
         facility_of(bid).province != facility_of(ask).province;
}

const SetZone& MarketAudit::zone_of(const SetFacility& facility) const {
  return zones_.at({facility.province, facility.zone});
}

bool MarketAudit::misses(const SetFacility& facility, Pollutant pollutant) const {
  return zone_of(facility).missed.contains(pollutant);
}

std::string MarketAudit::class_of(const Order& order) const {
  const Pollutant pollutant = book_of(order).pollutant;
  if (pollutant == Pollutant::co2e) return "-/-/0";
  const SetFacility& facility = facility_of(order);
  const std::string province{text(facility.province)};
  if (is_reserve(order) && order.side == Side::buy) return province + "/-/1";
  return province + '/' + (misses(facility, pollutant) ? facility.zone : "-") + "/0";
}

std::int64_t MarketAudit::held(Province province, Pollutant pollutant) const {
  std::int64_t sum = 0;
  for (const auto& [account, amount] : expected_) {
    const auto book = books_.find(account.first);
    const auto facility = facilities_.find(account.second);
    if (book == books_.end() || facility == facilities_.end()) continue;
    if (book->second.pollutant == pollutant && facility->second.province == province) sum += amount;
  }
  return sum;
}

const SetInstrument& MarketAudit::book_of(const Order& order) const {
  return books_.at(order.symbol);
}

const SetFacility& MarketAudit::facility_of(const Order& order) const {
  return facilities_.at(order.facility);
}

bool MarketAudit::is_reserve(const Order& order) const {
  return facility_of(order).source_class == SourceClass::reserve;
}

}  // namespace emx::model
