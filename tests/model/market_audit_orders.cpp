#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "tests/model/market_audit.hpp"

// Order types, expiry, calls, mass cancels and views: what must hold of them whoever matched.

namespace emx::model {

void MarketAudit::show(Order& order) {
  if (order.terms.display_quantity == 0) return;
  order.shown = std::min(order.terms.display_quantity, order.remaining);
}

// A call fills whole orders, all else what is shown; what is used up is shown anew and queues last.
void MarketAudit::fill(Order& order, std::int64_t quantity, bool in_call) {
  order.remaining -= quantity;
  if (order.terms.display_quantity == 0) {
    order.shown = order.remaining;
  } else if (in_call) {
    show(order);
  } else {
    order.shown -= quantity;
    if (order.shown == 0 && order.remaining > 0) {
      show(order);
      order.priority = ++priorities_;
    }
  }
}

// --- Terms -------------------------------------------------------------------------------------

void MarketAudit::judge_entry(const Order& order, const ParsedLine& line) {
  const TimeInForce time = order.terms.time_in_force;
  const bool dated = time == TimeInForce::gtc || time == TimeInForce::gtd;
  if (line.value("expires") != (dated ? text(order.expires) : "-")) {
    find("terms", "expires on another day");
  }
  const bool warned = line.value("warning") != "NONE";
  if (warned && order.terms.refuse_if_no_headroom) find("terms", "taken without headroom");
  if (warned && order.terms.local_only) find("terms", "a local order needs no headroom");
  const Phase phase = phases_[order.symbol];
  if (phase == Phase::continuous) return;
  const bool must_match_now = time == TimeInForce::ioc || time == TimeInForce::fok ||
                              order.terms.min_quantity > 0 || order.terms.post_only;
  const bool takes_orders = phase == Phase::pre_open || is_call(phase);
  if (!takes_orders || must_match_now) find("terms", "taken in a phase that is not for it");
}

void MarketAudit::judge_taker() {
  if (taker_ == 0) return;
  const Order& order = orders_[taker_];
  const std::int64_t filled = order.quantity - order.remaining;
  const TimeInForce time = order.terms.time_in_force;
  if (time == TimeInForce::fok && filled != 0 && order.remaining != 0) {
    find("terms", "a FOK was filled in part");
  }
  if (filled != 0 && filled < order.terms.min_quantity) find("terms", "less than the minimum");
  const bool immediate = time == TimeInForce::ioc || time == TimeInForce::fok;
  if (immediate && order.open) find("terms", "an immediate order rests");
}

bool MarketAudit::may_trade_on(const Day& day) const {
  const auto year = calendar_.find(day.year);
  return year == calendar_.end() || year->second.contains(day);
}

// By the calendar, as far as it is known, the trade date is the last on which it may trade.
bool MarketAudit::has_no_day_left(const Order& order) const {
  for (Day day = days_after(today_, 1); day <= order.expires; day = days_after(day, 1)) {
    if (may_trade_on(day)) return false;
  }
  return true;
}

// Whether the time of a cancelled order was over, and a cancel for other reasons had its reason.
void MarketAudit::judge_end(const Command& command, const Order& order, const std::string& code) {
  const auto* mass = std::get_if<MassCancel>(&command);
  const bool disconnect = mass != nullptr && mass->on_disconnect;
  if ((code == "C04_MASS") != (mass != nullptr && !disconnect) ||
      (code == "C02_DISCONNECT") != disconnect) {
    find("mass", "a cancel of another kind");
  }
  if (mass != nullptr && !names(*mass, order)) find("mass", "cancelled what was not named");
  const bool holds =
      std::holds_alternative<Freeze>(command) || std::holds_alternative<Pledge>(command);
  if ((code == "L01_CASH" || code == "L02_RIGHTS") != holds) {
    find("hold", "a cancel of another kind");
  }
  if (code == "O09_NOT_FILLABLE") {
    const bool asked =
        order.terms.time_in_force == TimeInForce::fok || order.terms.min_quantity > 0;
    if (!asked || order.number != taker_ || order.remaining != order.quantity) {
      find("terms", "O09 for an order that is none");
    }
  }
  if (code == "K01_KILLED" && !is_killed(order)) find("terms", "K01 for an order that is not");
  if (code != "C01_EXPIRED") return;
  bool over = order.number == taker_ && order.terms.time_in_force == TimeInForce::ioc;
  if (const auto* phase = std::get_if<SetPhase>(&command)) {
    over = phase->phase == Phase::closed && phases_[order.symbol] == Phase::closed &&
           (order.terms.time_in_force == TimeInForce::day || has_no_day_left(order));
  }
  if (std::holds_alternative<DayOpen>(command)) {
    const bool tenure_year_over =
        book_of(order).pollutant != Pollutant::co2e && order.accepted_on.year != today_.year;
    over = order.expires < today_ || tenure_year_over;
  }
  if (!over) find("terms", "expired before its time");
}

void MarketAudit::judge_time(const Command& command) {
  const auto* phase = std::get_if<SetPhase>(&command);
  for (const auto& [number, order] : orders_) {
    if (!order.open) continue;
    const bool closed = phases_[order.symbol] == Phase::closed;
    const bool day = order.terms.time_in_force == TimeInForce::day;
    bool over = order.expires < today_ || (day && (closed || order.accepted_on != today_));
    const bool closes = phase != nullptr && phase->phase == Phase::closed && closed &&
                        (phase->symbol.empty() || phase->symbol == order.symbol);
    if (closes) over = over || has_no_day_left(order);
    const bool tenure = book_of(order).pollutant != Pollutant::co2e;
    if (tenure && order.accepted_on.year != today_.year) over = true;
    if (over) find("terms", named(number) + " outlived its time");
    const auto [lower, upper] = limits_.at(order.symbol);
    if (order.price < lower || order.price > upper) {
      find("band", named(number) + " stands outside the price limits");
    }
    if (!may_hold_orders(order)) {
      find("pair", named(number) + " rests although it may not");
    }
  }
}

// --- Calls -------------------------------------------------------------------------------------

bool MarketAudit::crossed_pair_in(const std::string& symbol) const {
  return std::any_of(orders_.begin(), orders_.end(), [&](const auto& buy) {
    const Order& bid = buy.second;
    if (!bid.open || bid.side != Side::buy || bid.symbol != symbol) return false;
    return std::any_of(orders_.begin(), orders_.end(), [&](const auto& sell) {
      const Order& ask = sell.second;
      return ask.open && ask.side == Side::sell && ask.symbol == symbol && crosses(bid, ask) &&
             executable(bid, ask);
    });
  });
}

void MarketAudit::read_uncrossed(const ParsedLine& line) {
  const std::string& symbol = line.word(1);
  const Call call{line.number("price"), line.number("volume")};
  if (!ended_calls_.contains(symbol) || calls_.contains(symbol)) {
    find("call", "no call has ended in " + symbol);
  }
  std::int64_t bids = 0;
  std::int64_t asks = 0;
  bool is_limit = false;
  for (const auto& [number, order] : orders_) {
    if (!order.open || order.symbol != symbol) continue;
    is_limit = is_limit || order.price == call.price;
    if (order.side == Side::buy && order.price >= call.price) bids += order.remaining;
    if (order.side == Side::sell && order.price <= call.price) asks += order.remaining;
  }
  if (!is_limit) find("call", "a price that no order has");
  if (call.left < 1 || call.left > std::min(bids, asks)) find("call", "a volume that cannot be");
  calls_[symbol] = call;
}

void MarketAudit::judge_calls() {
  for (const auto& [symbol, call] : calls_) {
    if (call.left != 0) find("call", "did not trade the volume it announced in " + symbol);
  }
  // After another call the room may be gone.
  const bool none_traded = std::none_of(calls_.begin(), calls_.end(),
                                        [](const auto& row) { return row.second.price != 0; });
  if (none_traded && !owed_calls_.empty()) find("call", "no price although a pair may trade");
}

// --- Collars -----------------------------------------------------------------------------------

bool MarketAudit::is_beyond_collar(const std::string& symbol, std::int64_t price) const {
  const std::int64_t pct = books_.at(symbol).collar_pct;
  if (pct == 0) return false;
  const auto last = last_trades_.find(symbol);
  const std::int64_t anchor = last != last_trades_.end() ? last->second : references_.at(symbol);
  return price * 100 < anchor * (100 - pct) || price * 100 > anchor * (100 + pct);
}

void MarketAudit::read_collar(const ParsedLine& line) {
  const std::string& symbol = line.word(1);
  if (!is_beyond_collar(symbol, line.number("price"))) {
    find("terms", "volatility without a price beyond the collar in " + symbol);
  }
  phases_[symbol] = Phase::volatility;
  // A pass that ends here has passed over what is better than the fill that was not made.
  std::erase_if(due_in_pass_, [&](const Passed& passed) {
    const Order& order = orders_[passed.order];
    return order.side == Side::sell ? order.price >= line.number("price")
                                    : order.price <= line.number("price");
  });
}

// --- Mass cancels ------------------------------------------------------------------------------

bool MarketAudit::names(const MassCancel& command, const Order& order) const {
  const std::string& firm = command.actor.empty() ? command.firm : command.actor;
  return (firm.empty() || facility_of(order).firm == firm) &&
         (command.symbol.empty() || order.symbol == command.symbol) &&
         (command.session == 0 || order.terms.session == command.session) &&
         (!command.side || order.side == *command.side) &&
         (!command.on_disconnect || order.terms.time_in_force == TimeInForce::day);
}

void MarketAudit::judge_mass(const MassCancel& command) {
  for (const auto& [number, order] : orders_) {
    if (order.open && names(command, order)) find("mass", "left an order that it names");
  }
}

// --- Executable views --------------------------------------------------------------------------

// The view of a facility and side: the resting orders of other firms that an order of its own, of
// the same terms as the one it is compared with, could trade a lot with now.
void MarketAudit::judge_views() {
  std::map<Viewer, std::vector<const Order*>> own;
  for (const auto& [number, order] : orders_) {
    if (!order.open || phases_[order.symbol] != Phase::continuous) continue;
    const MaxRatio& ratio = order.terms.max_ratio;
    const Viewer viewer{order.facility,         order.symbol, order.side,
                        order.terms.local_only, ratio.n,      ratio.d};
    own[viewer].push_back(&order);
  }
  for (const auto& [viewer, orders] : own) {
    Order asked;
    asked.facility = viewer.facility;
    asked.symbol = viewer.symbol;
    asked.side = viewer.side;
    asked.terms.local_only = viewer.local_only;
    asked.terms.max_ratio = {viewer.ratio_n, viewer.ratio_d};
    for (const auto& [number, other] : orders_) {
      if (!other.open || other.symbol != viewer.symbol || other.side == viewer.side) continue;
      const bool crosses_own =
          std::any_of(orders.begin(), orders.end(),
                      [&, &o = other](const Order* mine) { return crosses(*mine, o); });
      if (!crosses_own || other.shown < 1) continue;
      const bool listed =
          viewer.side == Side::buy ? executable(asked, other) : executable(other, asked);
      if (listed) find("view", "shows " + viewer.facility + " what crosses its own order");
    }
  }
}

}  // namespace emx::model
