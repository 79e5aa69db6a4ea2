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

}  // namespace

// --- What new orders and replaces share --------------------------------------------------------

Code ReferenceMarket::phase_code(const Order& order) const {
  const Book& book = state_.books[order.book];
  if (!book.has_reference || book.terms.last_year < state_.today.year) return Code::p01_phase;
  if (book.phase == Phase::continuous) return Code::none;
  const bool rests = !order.is_immediate() && order.min_quantity <= 0 && !order.post_only;
  const bool takes = book.phase == Phase::pre_open || is_call(book.phase);
  return takes && rests ? Code::none : Code::p01_phase;
}

Code ReferenceMarket::price_code(const Book& book, std::int64_t price_fen) const {
  if (price_fen % book.terms.tick_fen != 0) return Code::o06_tick_or_lot;
  const std::int64_t price = price_fen / book.terms.tick_fen;
  return price < book.lower || price > book.upper ? Code::o05_price : Code::none;
}

// O01 and O02 of the limits.
Code ReferenceMarket::amount_code(const Order& order) const {
  const Book& book = state_.books[order.book];
  const Code lots =
      limit_code(LimitKind::order_quantity, Code::o01_quantity, order, order.quantity);
  if (lots != Code::none) return lots;
  const Wide amount = state_.amount(book, order.price, order.quantity);
  if (amount > amount_max) return Code::o02_value;
  return limit_code(LimitKind::order_value, Code::o02_value, order, amount);
}

Code ReferenceMarket::size_code(const Order& order) const {
  const Code code = amount_code(order);
  if (code != Code::none) return code;
  const bool listed = order.quantity <= state_.listed_max(state_.books[order.book]);
  return listed ? Code::none : Code::o07_use_block;
}

Code ReferenceMarket::entry_and_demand_code(const Order& order) const {
  const Book& book = state_.books[order.book];
  const Facility& facility = state_.facilities[order.facility];
  const Code entry = entry_code(state_, facility, book, order.side);
  if (entry != Code::none) return entry;
  if (order.is_buy() && needs_demand(facility, book) &&
      demand_room(facility, book.terms.pollutant) == 0) {
    return Code::d01_demand;
  }
  return Code::none;
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
void ReferenceMarket::refuse_post_only(const Order& order) {
  const std::int64_t tick_fen = state_.books[order.book].terms.tick_fen;
  lines_.push_back(line(RefusedLine{text(Code::o10_post_only), *price_now(order) * tick_fen,
                                    order.price * tick_fen}));
}

Code ReferenceMarket::funds_code(const Order& order, Wide more) const {
  const Facility& facility = state_.facilities[order.facility];
  if (order.is_buy()) {
    return more > state_.available_cash(facility) ? Code::l01_cash : Code::none;
  }
  const std::string& symbol = state_.books[order.book].terms.symbol;
  return more > state_.available_rights(facility, symbol) ? Code::l02_rights : Code::none;
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
Code ReferenceMarket::terms_code(const NewOrder& command, const Order& order) const {
  const bool in_lots = command.quantity >= 1 && command.quantity <= order_lots_max;
  const auto is_part = [&command](std::int64_t lots) {
    return lots >= 0 && lots <= command.quantity;
  };
  const bool minimum_of_ioc = command.min_quantity == 0 || order.time_in_force == TimeInForce::ioc;
  const bool overdue =
      order.time_in_force == TimeInForce::gtd && command.expire_date < state_.today;
  const bool good = in_lots && is_part(command.min_quantity) && minimum_of_ioc &&
                    is_part(command.display_quantity) && is_usable(command.max_ratio) && !overdue;
  return good ? Code::none : Code::o01_quantity;
}

Code ReferenceMarket::admission(const NewOrder& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return Code::p03_unknown_symbol;
  const Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return Code::p04_unknown_account;
  if (facility->terms.firm != command.actor) return Code::p05_not_your_account;
  if (command.duplicate) return Code::d02_duplicate_cl_ord_id;
  const Code rate = rate_code(command.actor);
  if (rate != Code::none) return rate;
  if (book->terms.scheme == Scheme::cea || book->terms.venue_of_record != "EMX") {
    return Code::p02_venue;
  }
  if (state_.is_killed(*facility, *book)) return Code::k01_killed;
  const Order order = order_of(command);
  const Code phase = phase_code(order);
  if (phase != Code::none) return phase;
  if (command.inexact_quantity) return Code::o06_tick_or_lot;
  if (command.type == OrderType::limit) {
    if (command.inexact_price) return Code::o06_tick_or_lot;
    const Code price = price_code(*book, command.price_fen);
    if (price != Code::none) return price;
  }
  const Code terms = terms_code(command, order);
  if (terms != Code::none) return terms;
  const Code size = size_code(order);
  if (size != Code::none) return size;
  const Code entry = entry_and_demand_code(order);
  if (entry != Code::none) return entry;
  const Code carbon = carbon_code(order, order.quantity);
  if (carbon != Code::none) return carbon;
  const Code open = open_orders_code(order);
  if (open != Code::none) return open;
  if (order.post_only && price_now(order)) return Code::o10_post_only;
  const Code headroom = headroom_warning(state_, order);
  if (command.refuse_if_no_headroom && headroom != Code::none) return headroom;
  return funds_code(order, state_.reservation(order));
}

void ReferenceMarket::run(const NewOrder& command) {
  const Code code = admission(command);
  if (code != Code::none) {
    const Book* book = state_.find_book(command.symbol);
    const Facility* facility = state_.find_facility(command.facility);
    if (book == nullptr || facility == nullptr) return refuse(code);
    if (code == Code::o10_post_only) return refuse_post_only(order_of(command));
    return refuse(code, *facility, *book);
  }
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
