#include <cstdint>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_matching.hpp"

// Market-rules 6, 7 and 11: one fill, from the replacement ratio to the last counter.

namespace emx::model {

void Matching::fill(Order& bid, Order& ask, const Trial& trial, How how, std::int64_t price) {
  const Wide reserved_before = state_.reservation(bid);
  Fill fill;
  fill.number = state_.next_trade++;
  fill.cross = is_cross_province(state_, bid, ask);
  fill.price = price;
  if (state_.books[bid.book].terms.collar_pct != 0) state_.books[bid.book].last_trade = price;
  fill.sold = trial.quantity;

  // Section 6: the fraction keeps slicing from changing the total.
  const Ratio ratio = ratio_of(state_, bid, ask);
  if (!(ratio == bid.previous_ratio)) bid.fraction = 0;
  bid.previous_ratio = ratio;
  const std::int64_t whole = bid.fraction + fill.sold * ratio.d;
  fill.credited = whole / ratio.n;
  bid.fraction = whole % ratio.n;
  fill.retired = fill.sold - fill.credited;

  bid.remaining -= fill.sold;
  ask.remaining -= fill.sold;
  const std::string aggressor = how == How::bid_takes   ? "buy"
                                : how == How::ask_takes ? "sell"
                                                        : "none";
  lines_.push_back(line(TradeLine{fill.number, bid.number, ask.number, fill.price, fill.sold,
                                  fill.credited, fill.retired, ratio.n, ratio.d, fill.cross,
                                  text(trial.code), aggressor, bid.remaining, ask.remaining}));
  settle(bid, ask, fill, reserved_before);
  bid.open = bid.remaining > 0;
  ask.open = ask.remaining > 0;
  refresh(bid, how);
  refresh(ask, how);

  if (fill.cross) count_quota(bid, ask, fill);
  if (fill.cross || fill.retired > 0) headroom_moved_ = true;
  if (needs_demand(state_.facilities[bid.facility], state_.books[bid.book])) {
    count_demand(bid, fill);
  }
}

// Section 8.6. A call fills whole orders, and what it leaves keeps its place.
void Matching::refresh(Order& order, How how) {
  if (how == How::call) return order.show_anew();
  if (order.hidden == 0 || order.displayed() > 0) return;
  order.show_anew();
  order.priority = state_.next_priority++;
}

void Matching::settle(Order& bid, Order& ask, const Fill& fill, Wide reserved_before) {
  const Book& book = state_.books[bid.book];
  Facility& buyer = state_.facilities[bid.facility];
  Facility& seller = state_.facilities[ask.facility];
  const std::string& symbol = book.terms.symbol;

  const auto amount = static_cast<std::int64_t>(state_.amount(book, fill.price, fill.sold));
  bid.spent += amount;
  ask.spent += amount;
  const auto buyer_fee = static_cast<std::int64_t>(state_.fee(bid, bid.spent) - bid.charged);
  const auto seller_fee =
      seller.is_reserve() ? 0 : static_cast<std::int64_t>(state_.fee(ask, ask.spent) - ask.charged);
  bid.charged += buyer_fee;
  ask.charged += seller_fee;
  const Wide released = reserved_before - state_.reservation(bid) - amount - buyer_fee;
  lines_.push_back(line(BillLine{fill.number, amount, buyer_fee, seller_fee,
                                 static_cast<std::int64_t>(released), state_.years(book)}));

  seller.rights[symbol] -= fill.sold;
  buyer.rights[symbol] += fill.credited;
  state_.retired[symbol] += fill.retired;
  buyer.cash -= amount + buyer_fee;
  seller.cash += amount - seller_fee;
  state_.venue_fees += buyer_fee + seller_fee;
  const auto post = [this](const std::string& asset, const std::string& from, const std::string& to,
                           std::int64_t moved) {
    if (moved > 0) lines_.push_back(line(PostLine{asset, from, to, moved}));
  };
  post(symbol, seller.terms.facility, buyer.terms.facility, fill.credited);
  post(symbol, seller.terms.facility, "ENV-RETIRED", fill.retired);
  post("cash", buyer.terms.facility, seller.terms.facility, amount);
  post("cash", buyer.terms.facility, "VENUE-FEES", buyer_fee);
  post("cash", seller.terms.facility, "VENUE-FEES", seller_fee);
}

void Matching::count_quota(const Order& bid, const Order& ask, const Fill& fill) {
  const Pollutant pollutant = state_.books[bid.book].terms.pollutant;
  const auto count = [&](Province province, std::int64_t net, std::int64_t gross) {
    Used& used = state_.used[{province, pollutant}];
    used.net += net;
    used.today += net;
    used.gross += gross;
    lines_.push_back(line(QuotaLine{std::string{text(province)}, std::string{text(pollutant)},
                                    state_.today.year, used.net, used.today, used.gross}));
  };
  count(state_.facilities[bid.facility].terms.province, fill.credited, fill.credited);
  count(state_.facilities[ask.facility].terms.province, -fill.sold, fill.sold);
}

void Matching::count_demand(const Order& bid, const Fill& fill) {
  Facility& buyer = state_.facilities[bid.facility];
  const Pollutant pollutant = state_.books[bid.book].terms.pollutant;
  Demand& demand = buyer.demand[pollutant];
  demand.credited += fill.credited;
  lines_.push_back(line(DemandLine{buyer.terms.facility, std::string{text(pollutant)},
                                   demand.approved, demand.credited}));
  cancel_without_demand(buyer, pollutant);
}

}  // namespace emx::model
