#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "tests/model/coverage.hpp"

// The situations of order types, of expiry, of calls and of mass cancels.

namespace emx::model {

void Coverage::add_accepted(const NewOrder& command, const ParsedLine& line) {
  Known order;
  order.sent = command;
  order.accepted_on = today_;
  order.price = line.number("price");
  order.quantity = order.remaining = order.shown = line.number("qty");
  count("accepted " + std::string{text(command.time_in_force)});
  if (command.type == OrderType::market) {
    count(command.time_in_force == TimeInForce::fok ? "accepted market FOK" : "accepted market");
  }
  if (command.min_quantity > 0) count("accepted minimum");
  if (command.display_quantity > 0) count("accepted iceberg");
  if (command.post_only) count("accepted post-only");
  if (command.local_only) count("accepted local-only");
  if (command.max_ratio.d > 0) count("accepted max-ratio");
  orders_[taker_] = order;
}

void Coverage::add_replaced(const ParsedLine& line) {
  Known& order = orders_[taker_];
  const bool keeps = line.number("price") == order.price && line.number("qty") < order.quantity;
  const std::int64_t hidden = order.remaining - order.shown;
  order.price = line.number("price");
  order.quantity = line.number("qty");
  order.remaining = line.number("remaining");
  if (order.sent.display_quantity > 0) {
    if (!keeps) count("replace of an iceberg that loses priority");
    if (keeps && hidden > 0 && order.remaining > order.shown) {
      count("replace of an iceberg that lowers what it hides");
    }
    if (keeps && hidden > 0 && order.remaining < order.shown) {
      count("replace of an iceberg that lowers what it shows");
    }
  }
  if (order.sent.post_only) count("replace of a post-only order");
  order.shown = keeps ? std::min(order.shown, order.remaining) : order.remaining;
}

// What the taker did not trade rests, and shows what it may.
void Coverage::add_end_of_pass() {
  if (taker_ == 0) return;
  const Known& order = orders_[taker_];
  const bool whole = order.remaining == 0;
  if (order.sent.time_in_force == TimeInForce::fok && whole) {
    count(taker_fills_ > 1 ? "a FOK that fills by several" : "a FOK that fills");
  }
  if (order.sent.min_quantity > 0 && taker_fills_ > 0) count("a minimum that is met");
  if (order.sent.display_quantity > 0 && taker_fills_ > 0 && order.open) {
    count("an iceberg that rests after its pass");
  }
  for (const auto& [of_class, codes] : codes_of_class_) {
    if (codes.size() > 1) count("two codes for a class in one pass");
  }
}

void Coverage::add_fill(Known& order, const ParsedLine& line, const std::string& where) {
  const std::int64_t quantity = line.number("qty");
  const bool takes = where == "a pass" && &order == &orders_[taker_];
  if (order.accepted_on < today_) count("an order of an earlier day trades");
  if (order.sent.post_only) count("post-only trades in " + where);
  order.remaining -= quantity;
  order.shown -= quantity;
  if (order.sent.display_quantity > 0) {
    if (where == "a call" && quantity > 0 && order.shown < 0) {
      count("an iceberg fills beyond what it shows in a call");
    }
    const std::int64_t rest = std::min(order.sent.display_quantity, order.remaining);
    if (where == "a call") order.shown = rest;
  }
  if (takes || order.sent.display_quantity == 0) order.shown = order.remaining;
  if (takes && order.sent.display_quantity > 0) count("an iceberg that takes");
  order.open = order.remaining > 0;
}

void Coverage::add_end_of_time(const Command& command, const Known& order) {
  const std::string name{text(order.sent.time_in_force)};
  if (std::holds_alternative<SetPhase>(command)) {
    count("a " + name + " order ends at close");
    const bool early =
        order.sent.time_in_force == TimeInForce::gtd && today_ < order.sent.expire_date;
    if (early) count("an order ends at close, for it has no trading day left");
  }
  if (const auto* day = std::get_if<DayOpen>(&command)) {
    const bool year = day->date.year != today_.year;
    count(year ? "an order ends with the year" : "a " + name + " order ends at day open");
  }
}

void Coverage::add_indicative(const ParsedLine& line) {
  if (line.number("volume") == 0) return count("indicative without a price");
  const std::int64_t imbalance = line.number("imbalance");
  count(imbalance > 0   ? "indicative with more bids"
        : imbalance < 0 ? "indicative with more asks"
                        : "indicative in balance");
}

void Coverage::add_calls(const SetPhase& command) {
  if (call_left_.size() > 1) count("two calls end at once");
  for (auto& [symbol, book] : books_) {
    if (!command.symbol.empty() && command.symbol != symbol) continue;
    Phase& phase = phases_[symbol];
    if (is_call(phase)) {
      if (is_call(command.phase)) {
        count("a call goes on");
      } else if (command.phase == Phase::halt) {
        count("a call is halted");
      } else {
        const bool crossed = call_left_.contains(symbol);
        count((crossed ? "a call ends with a price in " : "a call ends without a price in ") +
              std::string{text(command.phase)});
      }
    }
    phase = command.phase;
  }
}

void Coverage::add_mass_cancel(const MassCancel& command, const std::vector<std::string>& lines) {
  if (lines.empty()) return count("mass cancel of nothing");
  if (command.on_disconnect) {
    count("mass cancel on disconnect");
    const bool leaves = std::any_of(orders_.begin(), orders_.end(), [&](const auto& entry) {
      const NewOrder& sent = entry.second.sent;
      return entry.second.open && sent.session == command.session &&
             sent.time_in_force != TimeInForce::day;
    });
    if (leaves) count("a disconnect leaves an order of its session");
    return;
  }
  count(command.actor.empty() ? "mass cancel by the venue" : "mass cancel by a firm");
  if (command.session != 0) count("mass cancel of a session");
  if (command.side) count("mass cancel of a side");
  if (!command.symbol.empty()) count("mass cancel in a book");
  if (command.actor.empty() && !command.firm.empty()) count("mass cancel of a firm by the venue");
}

void Coverage::count_classes() {
  const std::string& symbol = orders_[taker_].sent.symbol;
  const Pollutant pollutant = books_[symbol].pollutant;
  if (pollutant == Pollutant::co2e) return;
  std::set<std::string> classes;
  std::size_t open = 0;
  for (const auto& [number, order] : orders_) {
    if (!order.open || order.sent.symbol != symbol) continue;
    const SetFacility& facility = facilities_[order.sent.facility];
    const SetZone& zone = zones_[{facility.province, facility.zone}];
    std::string name{text(facility.province)};
    if (zone.missed.contains(pollutant)) name += zone.zone;
    if (order.sent.local_only) name += " local";
    classes.insert(name);
    ++open;
  }
  if (classes.size() == 1 && open > 5) count("a book of one class");
  if (classes.size() >= 12) count("a book of twelve classes");
}

}  // namespace emx::model
