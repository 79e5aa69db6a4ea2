#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 10: new orders, replaces and cancels, test by test in the order of the rulebook.

namespace emx::model {

namespace {

constexpr std::int64_t order_lots_max = std::numeric_limits<std::int32_t>::max();

}  // namespace

Code ReferenceMarket::order_terms(const Book& book, const Terms& terms) const {
  const bool open =
      book.phase == Phase::continuous || (book.phase == Phase::pre_open && !terms.ioc);
  if (!open || !book.has_reference) return Code::p01_phase;
  if (terms.inexact || terms.price_fen % book.terms.tick_fen != 0) return Code::o06_tick_or_lot;
  const std::int64_t price = terms.price_fen / book.terms.tick_fen;
  if (price < book.lower || price > book.upper) return Code::o05_price;
  if (terms.quantity < 1 || terms.quantity > order_lots_max) return Code::o01_quantity;
  if (terms.quantity <= terms.filled) return Code::o01_quantity;
  if (state_.amount(book, price, terms.quantity) > amount_max) return Code::o02_value;
  const std::int64_t listed_max =
      book.is_carbon() ? state_.genesis.listed_carbon_t_max : state_.genesis.listed_kg_max;
  if (terms.quantity > listed_max) return Code::o07_use_block;
  return Code::none;
}

Code ReferenceMarket::funds(const Facility& facility, const Book& book, Side side,
                            Wide more) const {
  if (side == Side::buy) {
    return more > state_.available_cash(facility) ? Code::l01_cash : Code::none;
  }
  return more > state_.available_rights(facility, book.terms.symbol) ? Code::l02_rights
                                                                     : Code::none;
}

Code ReferenceMarket::admission(const NewOrder& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return Code::p03_unknown_symbol;
  const Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return Code::p04_unknown_account;
  if (facility->terms.firm != command.actor) return Code::p05_not_your_account;
  if (command.duplicate) return Code::d02_duplicate_cl_ord_id;
  if (book->terms.scheme == Scheme::cea || book->terms.venue_of_record != "EMX") {
    return Code::p02_venue;
  }
  const Code terms = order_terms(*book, {command.price_fen, command.quantity, 0, command.ioc,
                                         command.inexact_price || command.inexact_quantity});
  if (terms != Code::none) return terms;
  const Code entry = entry_code(state_, *facility, *book, command.side);
  if (entry != Code::none) return entry;
  if (command.side == Side::buy && needs_demand(*facility, *book) &&
      demand_room(*facility, book->terms.pollutant) == 0) {
    return Code::d01_demand;
  }
  Order order;
  order.book = static_cast<std::size_t>(book - state_.books.data());
  order.side = command.side;
  order.price = command.price_fen / book->terms.tick_fen;
  order.remaining = command.quantity;
  return funds(*facility, *book, command.side, state_.reservation(order));
}

void ReferenceMarket::run(const NewOrder& command) {
  const Code code = admission(command);
  if (code != Code::none) return refuse(code);
  const Book* book = state_.find_book(command.symbol);
  const Facility* facility = state_.find_facility(command.facility);
  Order order;
  order.number = static_cast<int>(state_.orders.size()) + 1;
  order.book = static_cast<std::size_t>(book - state_.books.data());
  order.facility = static_cast<std::size_t>(facility - state_.facilities.data());
  order.side = command.side;
  order.ioc = command.ioc;
  order.arrival = state_.next_arrival++;
  order.price = command.price_fen / book->terms.tick_fen;
  order.quantity = command.quantity;
  order.remaining = command.quantity;
  state_.orders.push_back(order);
  const Code warning = headroom_warning(state_, *facility, *book, command.side);
  lines_.push_back(
      line(AcceptedLine{order.number, order.arrival, order.price, order.quantity,
                        static_cast<std::int64_t>(state_.reservation(order)), text(warning)}));
  start_pass(state_.orders.back());
}

void ReferenceMarket::start_pass(Order& order) {
  const Book& own = state_.books[order.book];
  if (own.phase != Phase::continuous) return;
  Matching matching{state_, lines_};
  matching.pass(order);
  if (order.open && order.ioc) matching.cancel(order, Code::c01_expired);
  if (!matching.headroom_moved()) return;
  std::vector<std::size_t> books = {order.book};
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    if (i != order.book && state_.books[i].terms.pollutant == own.terms.pollutant) {
      books.push_back(i);
    }
  }
  matching.fixpoint(books);
}

// Another firm's order is unknown to you; so is one that was never given.
Code ReferenceMarket::order_known(const std::string& actor, int number, bool duplicate) {
  const Order* order = state_.find_order(number);
  if (order != nullptr && order->open && state_.facilities[order->facility].terms.firm != actor) {
    return Code::d03_unknown_order;
  }
  if (duplicate) return Code::d02_duplicate_cl_ord_id;
  if (order == nullptr) return Code::d03_unknown_order;
  return order->open ? Code::none : Code::d04_too_late;
}

void ReferenceMarket::run(const CancelOrder& command) {
  const Code code = order_known(command.actor, command.order, command.duplicate);
  if (code != Code::none) return refuse(code);
  Matching{state_, lines_}.cancel(*state_.find_order(command.order), Code::c03_requested);
}

Code ReferenceMarket::replacement(const ReplaceOrder& command, const Order& order) {
  const Book& book = state_.books[order.book];
  const Facility& facility = state_.facilities[order.facility];
  const std::int64_t filled = order.quantity - order.remaining;
  const Code terms = order_terms(book, {command.price_fen, command.quantity, filled, order.ioc,
                                        command.inexact_price || command.inexact_quantity});
  if (terms != Code::none) return terms;
  const Code entry = entry_code(state_, facility, book, order.side);
  if (entry != Code::none) return entry;
  if (order.side == Side::buy && needs_demand(facility, book) &&
      demand_room(facility, book.terms.pollutant) == 0) {
    return Code::d01_demand;
  }
  Order changed = order;
  changed.price = command.price_fen / book.terms.tick_fen;
  changed.remaining = command.quantity - filled;
  return funds(facility, book, order.side, state_.reservation(changed) - state_.reservation(order));
}

void ReferenceMarket::run(const ReplaceOrder& command) {
  const Code known = order_known(command.actor, command.order, command.duplicate);
  if (known != Code::none) return refuse(known);
  Order& order = *state_.find_order(command.order);
  const Code code = replacement(command, order);
  if (code != Code::none) return refuse(code);

  const Book& book = state_.books[order.book];
  const Code warning =
      headroom_warning(state_, state_.facilities[order.facility], book, order.side);
  const std::int64_t price = command.price_fen / book.terms.tick_fen;
  const bool keeps_priority = price == order.price && command.quantity < order.quantity;
  order.remaining = command.quantity - (order.quantity - order.remaining);
  order.quantity = command.quantity;
  order.price = price;
  if (!keeps_priority) order.arrival = state_.next_arrival++;
  lines_.push_back(
      line(ReplacedLine{order.number, order.arrival, order.price, order.quantity, order.remaining,
                        static_cast<std::int64_t>(state_.reservation(order)), text(warning)}));
  if (!keeps_priority) start_pass(order);
}

}  // namespace emx::model
