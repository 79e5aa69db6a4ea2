#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 10: new orders, test by test in the order of the rulebook; then their pass.

namespace emx::model {

namespace {

constexpr int ratio_part_max = 255;

bool is_usable(const MaxRatio& ratio) {
  if (ratio.n == 0 && ratio.d == 0) return true;  // none
  return ratio.n > 0 && ratio.d > 0 && ratio.n <= ratio_part_max && ratio.d <= ratio_part_max;
}

Refusal lots_refusal(std::int64_t lots, std::int64_t least, std::int64_t most) {
  if (lots >= least && lots <= most) return {};
  return {Code::o01_quantity, lots < least ? least : most, lots};
}

}  // namespace

// --- What new orders and replaces share --------------------------------------------------------

Refusal ReferenceMarket::phase_refusal(const Order& order) const {
  const Book& book = state_.books[order.book];
  const Refusal shut{Code::p01_phase, number_of(Phase::continuous), number_of(book.phase)};
  if (!book.has_reference || book.terms.last_year < state_.today.year) return shut;
  if (book.phase == Phase::continuous) return Code::none;
  const bool rests = !order.is_immediate() && order.min_quantity <= 0 && !order.post_only;
  const bool takes = book.phase == Phase::pre_open || is_call(book.phase);
  return takes && rests ? Refusal{} : shut;
}

// `inexact`: the price had more decimals than fen.
Refusal ReferenceMarket::tick_refusal(const Book& book, std::int64_t price_fen,
                                      bool inexact) const {
  if (!inexact && price_fen % book.terms.tick_fen == 0) return {};
  return {Code::o06_tick_or_lot, book.terms.tick_fen, price_fen};
}

Refusal ReferenceMarket::price_refusal(const Book& book, std::int64_t price_fen) const {
  const std::int64_t price = price_fen / book.terms.tick_fen;
  if (price >= book.lower && price <= book.upper) return {};
  const std::int64_t bound = price < book.lower ? book.lower : book.upper;
  return {Code::o05_price, Wide{bound} * book.terms.tick_fen, price_fen};
}

// O01 and O02 of the limits.
Refusal ReferenceMarket::amount_refusal(const Order& order) const {
  const Book& book = state_.books[order.book];
  const Refusal lots =
      limit_refusal(LimitKind::order_quantity, Code::o01_quantity, order, order.quantity);
  if (lots != Code::none) return lots;
  const Wide amount = state_.amount(book, order.price, order.quantity);
  if (amount > amount_max) return {Code::o02_value, amount_max, largest_figure};
  return limit_refusal(LimitKind::order_value, Code::o02_value, order, amount);
}

Refusal ReferenceMarket::size_refusal(const Order& order) const {
  const Refusal code = amount_refusal(order);
  if (code != Code::none) return code;
  const std::int64_t listed_max = state_.listed_max(state_.books[order.book]);
  if (order.quantity <= listed_max) return {};
  return {Code::o07_use_block, listed_max, order.quantity};
}

Refusal ReferenceMarket::entry_and_demand_refusal(const Order& order) const {
  const Book& book = state_.books[order.book];
  const Facility& facility = state_.facilities[order.facility];
  const Refusal entry = entry_refusal(state_, facility, book, order.side);
  if (entry != Code::none) return entry;
  if (order.is_buy() && needs_demand(facility, book) &&
      demand_room(facility, book.terms.pollutant) == 0) {
    const auto row = facility.demand.find(book.terms.pollutant);
    const Demand demand = row == facility.demand.end() ? Demand{} : row->second;
    return {Code::d01_demand, demand.approved, demand.credited};
  }
  return {};
}

// With the best order it may trade with, unless that is beyond the collar.
std::optional<std::int64_t> ReferenceMarket::price_now(const Order& order) {
  const Book& book = state_.books[order.book];
  for (const Order* other : state_.ranked(order.book, order.is_buy() ? Side::sell : Side::buy)) {
    const Order& bid = order.is_buy() ? order : *other;
    const Order& ask = order.is_buy() ? *other : order;
    if (!crosses(bid, ask)) return std::nullopt;
    if (blocked_by(state_, bid, ask) != Code::none) continue;
    if (book.is_beyond_collar(other->price)) return std::nullopt;
    return other->price;
  }
  return std::nullopt;
}

// O10 tells the price it would trade at, and its own.
Refusal ReferenceMarket::post_only_refusal(const Order& order) {
  const std::optional<std::int64_t> price = price_now(order);
  if (!order.post_only || !price) return {};
  const std::int64_t tick_fen = state_.books[order.book].terms.tick_fen;
  return {Code::o10_post_only, *price * tick_fen, order.price * tick_fen};
}

Refusal ReferenceMarket::funds_refusal(const Order& order, Wide more) const {
  const Facility& facility = state_.facilities[order.facility];
  const std::string& symbol = state_.books[order.book].terms.symbol;
  const Wide available =
      order.is_buy() ? state_.available_cash(facility) : state_.available_rights(facility, symbol);
  if (more <= available) return {};
  return {order.is_buy() ? Code::l01_cash : Code::l02_rights, available, more};
}

// --- New orders --------------------------------------------------------------------------------

// Requires: the book and the facility are known.
Order ReferenceMarket::order_of(const NewOrder& command) {
  const Book& book = *state_.find_book(command.symbol);
  const bool market = command.type == OrderType::market;
  Order order;
  order.number = static_cast<int>(state_.orders.size()) + 1;
  order.session = command.session;
  order.book = state_.index_of(book);
  order.facility = state_.index_of(*state_.find_facility(command.facility));
  order.side = command.side;
  order.time_in_force = command.time_in_force;
  if (market && command.time_in_force != TimeInForce::fok) order.time_in_force = TimeInForce::ioc;
  if (order.time_in_force == TimeInForce::gtd) order.expires = command.expire_date;
  if (order.time_in_force == TimeInForce::gtc) {
    order.expires = days_after(state_.today, state_.parameters.figures.gtc_days);
  }
  order.fee_rate_bp = state_.parameters.figures.fee_rate_bp;
  order.min_quantity = command.min_quantity;
  order.display_quantity = command.display_quantity;
  if (order.is_buy()) order.max_ratio = command.max_ratio;
  order.post_only = command.post_only;
  order.local_only = command.local_only;
  order.price = command.price_fen / book.terms.tick_fen;
  if (market) order.price = order.is_buy() ? book.upper : book.lower;  // the band's far edge
  order.quantity = command.quantity;
  order.remaining = command.quantity;
  return order;
}

// O01, for what only new orders have.
Refusal ReferenceMarket::terms_refusal(const NewOrder& command, const Order& order) const {
  const bool may_have_minimum = order.time_in_force == TimeInForce::ioc;
  const Refusal refusals[] = {
      lots_refusal(command.quantity, 1, order_lots_max),
      lots_refusal(command.min_quantity, 0, command.quantity),
      lots_refusal(command.min_quantity, 0, may_have_minimum ? command.quantity : 0),
      lots_refusal(command.display_quantity, 0, command.quantity)};
  for (const Refusal& refusal : refusals) {
    if (refusal != Code::none) return refusal;
  }
  if (!is_usable(command.max_ratio)) return {Code::o01_quantity, 1, 0};  // of a part that is 0
  if (order.time_in_force == TimeInForce::gtd && command.expire_date < state_.today) {
    return {Code::o01_quantity, number_of(state_.today), number_of(command.expire_date)};
  }
  return {};
}

Refusal ReferenceMarket::admission(const NewOrder& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return Code::p03_unknown_symbol;
  const Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return Code::p04_unknown_account;
  if (facility->terms.firm != command.actor) {
    return {Code::p05_not_your_account, state_.number_of_firm(facility->terms.firm),
            state_.number_of_firm(command.actor)};
  }
  if (command.duplicate) return Code::d02_duplicate_cl_ord_id;
  const Refusal rate = rate_refusal(command.actor);
  if (rate != Code::none) return rate;
  if (book->terms.scheme == Scheme::cea || book->terms.venue_of_record != "EMX") {
    return Code::p02_venue;
  }
  const Refusal killed = kill_refusal(state_, *facility, *book);
  if (killed != Code::none) return killed;
  const Order order = order_of(command);
  const Refusal phase = phase_refusal(order);
  if (phase != Code::none) return phase;
  const bool limit = command.type == OrderType::limit;
  if (limit) {
    const Refusal tick = tick_refusal(*book, command.price_fen, command.inexact_price);
    if (tick != Code::none) return tick;
  }
  if (command.inexact_quantity) return {Code::o06_tick_or_lot, 1, command.quantity};
  if (limit) {
    const Refusal price = price_refusal(*book, command.price_fen);
    if (price != Code::none) return price;
  }
  const Refusal terms = terms_refusal(command, order);
  if (terms != Code::none) return terms;
  const Refusal size = size_refusal(order);
  if (size != Code::none) return size;
  const Refusal entry = entry_and_demand_refusal(order);
  if (entry != Code::none) return entry;
  const Refusal carbon = carbon_refusal(order, order.quantity);
  if (carbon != Code::none) return carbon;
  const Refusal open = open_orders_refusal(order);
  if (open != Code::none) return open;
  const Refusal crossing = post_only_refusal(order);
  if (crossing != Code::none) return crossing;
  const Code headroom = headroom_warning(state_, order);
  if (command.refuse_if_no_headroom && headroom != Code::none) {
    return {headroom, 0, order.quantity};
  }
  return funds_refusal(order, state_.reservation(order));
}

void ReferenceMarket::run(const NewOrder& command) {
  const Refusal code = admission(command);
  if (code != Code::none) return refuse(code);
  Order order = order_of(command);
  order.arrival = state_.next_arrival++;
  order.priority = state_.next_priority++;
  state_.orders.push_back(order);
  lines_.push_back(line(AcceptedLine{order.number, order.arrival, order.price, order.quantity,
                                     static_cast<std::int64_t>(state_.reservation(order)),
                                     text(headroom_warning(state_, order)),
                                     order.expires ? text(*order.expires) : "-"}));
  start_pass(state_.orders.back());
}

// Section 8.6: FOK and minimum are judged by the pass itself, on a copy of everything.
bool ReferenceMarket::fillable(const Order& order) const {
  State trial = state_;
  std::vector<std::string> unheard;
  Order& taker = *trial.find_order(order.number);
  Matching{trial, unheard}.pass(taker);
  const std::int64_t filled = order.remaining - taker.remaining;
  return order.time_in_force == TimeInForce::fok ? filled == order.quantity
                                                 : filled >= order.min_quantity;
}

void ReferenceMarket::start_pass(Order& order) {
  const Book& own = state_.books[order.book];
  own_ = order.book;
  if (own.phase != Phase::continuous) return order.show_anew();
  Matching matching{state_, lines_};
  const bool all_or_some = order.time_in_force == TimeInForce::fok || order.min_quantity > 0;
  if (all_or_some && !fillable(order)) return matching.cancel(order, Code::o09_not_fillable);
  matching.pass(order);
  if (order.open && order.is_immediate()) matching.cancel(order, Code::c01_expired);
  order.show_anew();
  if (matching.headroom_moved()) fixpoint(own.terms.pollutant);
}

}  // namespace emx::model
