#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 8.6 and 10: what is done to orders that were taken before.

namespace emx::model {

namespace {

bool keeps_priority(const Order& order, const Order& changed) {
  return changed.price == order.price && changed.quantity < order.quantity;
}

}  // namespace

// Another firm's order is unknown to you; so is one that was never given.
Refusal ReferenceMarket::order_known(const std::string& actor, int number, bool duplicate) {
  const Order* order = state_.find_order(number);
  if (order != nullptr && order->open && state_.facilities[order->facility].terms.firm != actor) {
    return Code::d03_unknown_order;
  }
  if (duplicate) return Code::d02_duplicate_cl_ord_id;
  if (order == nullptr) return Code::d03_unknown_order;
  return order->open ? Code::none : Code::d04_too_late;
}

void ReferenceMarket::run(const CancelOrder& command) {
  const Refusal code = order_known(command.actor, command.order, command.duplicate);
  if (code != Code::none) return refuse(code);
  Matching{state_, lines_}.cancel(*state_.find_order(command.order), Code::c03_requested);
}

void ReferenceMarket::run(const MassCancel& command) {
  const Book* book = command.symbol.empty() ? nullptr : state_.find_book(command.symbol);
  if (!command.symbol.empty() && book == nullptr) return refuse(Code::p03_unknown_symbol);
  const std::string& firm = command.actor.empty() ? command.firm : command.actor;
  if (!firm.empty() && state_.find_firm(firm) == nullptr) {
    return refuse(Code::p04_unknown_account);
  }
  Matching matching{state_, lines_};
  for (const Facility& facility : state_.facilities) {
    if (!firm.empty() && facility.terms.firm != firm) continue;
    for (Order* order : state_.open_orders(facility)) {
      if (book != nullptr && &state_.books[order->book] != book) continue;
      if (command.session != 0 && order->session != command.session) continue;
      if (command.side && order->side != *command.side) continue;
      if (!command.on_disconnect) {
        matching.cancel(*order, Code::c04_mass);
      } else if (order->time_in_force == TimeInForce::day) {
        matching.cancel(*order, Code::c02_disconnect);
      }
    }
  }
}

// `changed` is the order as the replace would leave it.
Refusal ReferenceMarket::replacement(const ReplaceOrder& command, const Order& order,
                                     const Order& changed) {
  const Book& book = state_.books[order.book];
  // As for an order that can rest, which this one does: its being post-only is no obstacle.
  Order resting = changed;
  resting.post_only = false;
  const Refusal phase = phase_refusal(resting);
  if (phase != Code::none) return phase;
  const Refusal tick = tick_refusal(book, command.price_fen, command.inexact_price);
  if (tick != Code::none) return tick;
  if (command.inexact_quantity) return {Code::o06_tick_or_lot, 1, command.quantity};
  const Refusal price = price_refusal(book, command.price_fen);
  if (price != Code::none) return price;
  if (changed.quantity > order_lots_max) {
    return {Code::o01_quantity, order_lots_max, changed.quantity};
  }
  const std::int64_t filled = changed.quantity - changed.remaining;
  if (changed.quantity < 1) return {Code::o01_quantity, 1, changed.quantity};
  if (changed.remaining < 1) return {Code::o01_quantity, filled + 1, changed.quantity};
  const Refusal size = size_refusal(changed);
  if (size != Code::none) return size;
  const Refusal entry = entry_and_demand_refusal(order);
  if (entry != Code::none) return entry;
  const Refusal carbon = carbon_refusal(changed, changed.remaining - order.remaining);
  if (carbon != Code::none) return carbon;
  const bool new_pass = book.phase == Phase::continuous && !keeps_priority(order, changed);
  const Refusal crossing = new_pass ? post_only_refusal(changed) : Refusal{};
  if (crossing != Code::none) return crossing;
  return funds_refusal(order, state_.reservation(changed) - state_.reservation(order));
}

void ReferenceMarket::run(const ReplaceOrder& command) {
  const Refusal known = order_known(command.actor, command.order, command.duplicate);
  if (known != Code::none) return refuse(known);
  const Refusal rate = rate_refusal(command.actor);
  if (rate != Code::none) return refuse(rate);
  Order& order = *state_.find_order(command.order);
  Order changed = order;
  changed.price = command.price_fen / state_.books[order.book].terms.tick_fen;
  changed.quantity = command.quantity;
  changed.remaining = command.quantity - (order.quantity - order.remaining);
  const Refusal code = replacement(command, order, changed);
  if (code != Code::none) return refuse(code);

  const bool keeps = keeps_priority(order, changed);
  if (keeps) {
    // What is hidden goes first.
    changed.hidden = std::max<std::int64_t>(0, order.hidden - (order.quantity - changed.quantity));
  } else {
    changed.hidden = 0;
    changed.arrival = state_.next_arrival++;
    changed.priority = state_.next_priority++;
  }
  order = changed;
  lines_.push_back(
      line(ReplacedLine{order.number, order.arrival, order.price, order.quantity, order.remaining,
                        static_cast<std::int64_t>(state_.reservation(order)),
                        text(headroom_warning(state_, order))}));
  if (!keeps) start_pass(order);
}

}  // namespace emx::model
