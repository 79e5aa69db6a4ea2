#include <algorithm>
#include <variant>

#include "tests/model/market_audit.hpp"

// The audit as it reads line after line.

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

}  // namespace

void MarketAudit::read(const Command& command, const ParsedLine& line) {
  const std::string kind = line.kind();
  if (kind == "block") return read_block(command, line);
  const bool of_a_fill = kind == "bill" || kind == "post";
  if (!of_a_fill && !lines_due_.empty()) {
    find("quota", "missing: " + lines_due_.front());
    lines_due_.clear();
  }
  const bool of_the_pass = of_a_fill || (kind == "trade" && line.value("aggressor") != "none") ||
                           (kind == "cancelled" && line.word(2) == "D01_DEMAND");
  if (kind == "cancelled" && line.word(2) == "O09_NOT_FILLABLE") in_pass_ = false;  // no pass
  if (in_pass_ && !of_the_pass) end_pass();
  if (kind == "accepted") read_accepted(std::get<NewOrder>(command), line);
  if (kind == "replaced") read_replaced(line);
  if (kind == "cancelled") {
    judge_end(command, orders_[line.order(1)], line.word(2));
    cancelled_.push_back({line.order(1), line.word(2), line.number("released")});
    read_cancelled(line);
  }
  if (kind == "trade") read_trade(line);
  if (kind == "block-trade") read_block_trade(line);
  if (kind == "bill") read_bill(line);
  if (kind == "skip") read_skip(line);
  if (kind == "uncrossed") read_uncrossed(line);
  if (kind == "collar") read_collar(line);
  if (kind == "band") read_band(line);
  if (kind == "held") read_held(line);
  if (kind == "transfer") read_transfer(command, line);
  if (kind == "rules") read_rule_set(command, line);
  if (kind == "rule") read_rule(line);
  if (kind == "post") {
    const std::int64_t amount = std::stoll(line.word(4));
    if (amount <= 0) find("posting", "moves nothing");
    posted_[{line.word(1), line.word(2)}] -= amount;
    posted_[{line.word(1), line.word(3)}] += amount;
  }
}

// Inward to whole ticks, by the band in force.
void MarketAudit::read_band(const ParsedLine& line) {
  const std::string& symbol = line.word(1);
  const std::int64_t reference = line.number("reference");
  const std::int64_t band = books_.at(symbol).band_pct;
  const auto fits = [&](std::int64_t price) {
    return price * 100 >= reference * (100 - band) && price * 100 <= reference * (100 + band);
  };
  limits_[symbol] = {line.number("lower"), line.number("upper")};
  const auto [lower, upper] = limits_[symbol];
  if (!fits(lower) || fits(lower - 1) || !fits(upper) || fits(upper + 1)) {
    find("band", "its limits are not those of " + std::to_string(band) + " %");
  }
  references_[symbol] = reference;
}

void MarketAudit::read_accepted(const NewOrder& command, const ParsedLine& line) {
  Order order;
  order.number = line.order(1);
  order.facility = command.facility;
  order.symbol = command.symbol;
  order.side = command.side;
  order.terms = command;
  order.accepted_on = today_;
  order.price = line.number("price");
  order.arrival = line.number("arrival");
  order.priority = ++priorities_;
  order.quantity = order.remaining = order.shown = line.number("qty");
  order.reserved = line.number("reserved");
  if (command.type == OrderType::market && command.time_in_force != TimeInForce::fok) {
    order.terms.time_in_force = TimeInForce::ioc;
  }
  if (order.terms.time_in_force == TimeInForce::gtc)
    order.expires = days_after(today_, parameters_.figures.gtc_days);
  if (order.terms.time_in_force == TimeInForce::gtd) order.expires = command.expire_date;
  taker_ = order.number;
  in_pass_ = phases_[order.symbol] == Phase::continuous;
  judge_entry(order, line);
  if (!in_pass_) show(order);
  orders_[order.number] = order;
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
  if (keeps_priority) {
    order.shown = std::min(order.shown, order.remaining);  // what is hidden goes first
  } else {
    order.shown = order.remaining;
    order.priority = ++priorities_;
    if (!in_pass_) show(order);
  }
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
  const bool in_call = calls_[bid.symbol].left > 0 && line.value("aggressor") == "none";
  judge_match(bid, ask, line, in_call);
  if (!in_call && is_beyond_collar(bid.symbol, line.number("price"))) {
    find("pair", "traded beyond the collar");
  }
  if (book_of(bid).collar_pct != 0) last_trades_[bid.symbol] = line.number("price");
  judge_ratio(bid, ask, line);
  if (in_call) {
    calls_[bid.symbol].left -= line.number("qty");
  } else if (line.value("aggressor") == "none") {
    note_passed_in_fixpoint(bid, ask);
  } else {
    note_passed_in_pass(bid.number == taker_ ? bid : ask, bid.number == taker_ ? ask : bid);
  }
  const std::int64_t quantity = line.number("qty");
  fill(bid, quantity, in_call);
  fill(ask, quantity, in_call);
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

void MarketAudit::judge_match(const Order& bid, const Order& ask, const ParsedLine& line,
                              bool in_call) {
  if (!bid.open || !ask.open) find("order", "traded although it is gone");
  if (bid.symbol != ask.symbol) find("order", "traded across books");
  const std::int64_t price = line.number("price");
  const std::int64_t quantity = line.number("qty");
  if (quantity < 1) find("order", "traded nothing");
  if (in_call) {
    if (price != calls_[bid.symbol].price || bid.price < price || ask.price > price) {
      find("call", "traded at another price");
    }
    if (quantity > calls_[bid.symbol].left) find("call", "traded more than its volume");
    return;
  }
  if (phases_[bid.symbol] != Phase::continuous) find("order", "traded outside continuous trading");
  const Order& older = bid.arrival < ask.arrival ? bid : ask;
  if (!crosses(bid, ask) || price != older.price) {
    find("order", "not at the price of the order that arrived first");
  }
  if (quantity > bid.shown || quantity > ask.shown) {
    find("terms", "traded more of an order than it displays");
  }
  const bool takes = in_pass_ && line.value("aggressor") != "none";
  if (takes && orders_[taker_].terms.post_only) find("terms", "a post-only order took");
}

// Whatever the slices, a run of fills at one ratio credits floor(sold x d / n).
void MarketAudit::judge_ratio(Order& bid, const Order& ask, const ParsedLine& line) {
  const Replacement r = ratio_between(bid, ask);
  const std::string ratio = std::to_string(r.n) + '/' + std::to_string(r.d);
  if (line.value("ratio") != ratio) find("rights", "replaced at another ratio than " + ratio);
  if (bid.ratio != ratio) {
    bid.ratio = ratio;
    bid.run_sold = bid.run_credited = 0;
  }
  bid.run_sold += line.number("qty");
  bid.run_credited += line.number("credited");
  if (bid.run_credited != bid.run_sold * r.d / r.n) {
    find("rights", "credited is not sold by the replacement ratio");
  }
}

void MarketAudit::count(const Order& bid, const Order& ask, const ParsedLine& line) {
  if (across(bid, ask) != (line.number("cross") == 1)) find("quota", "cross is not what it is");
  count_fill(bid, ask, line.number("qty"), line.number("credited"), line.number("retired"));
}

void MarketAudit::count_fill(const Order& bid, const Order& ask, std::int64_t sold,
                             std::int64_t credited, std::int64_t retired) {
  const Pollutant pollutant = book_of(bid).pollutant;
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
    retired_across_[pollutant] += retired;
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
  if (last_trade_.kind() == "block-trade") return read_block_bill(line);
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

}  // namespace emx::model
