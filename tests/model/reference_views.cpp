#include <functional>
#include <map>

#include "tests/model/reference_market.hpp"

namespace emx::model {

namespace {

// By price, best first.
ListedLevels levels_of(const std::map<std::int64_t, std::int64_t>& quantities, Side side) {
  ListedLevels levels;
  for (const auto& [price, quantity] : quantities) {
    levels.insert(side == Side::sell ? levels.end() : levels.begin(), {price, quantity});
  }
  return levels;
}

}  // namespace

ListedLevels ReferenceMarket::depth(const std::string& symbol, Side side) {
  const std::size_t book = state_.index_of(*state_.find_book(symbol));
  std::map<std::int64_t, std::int64_t> quantities;
  for (const Order& order : state_.orders) {
    if (!order.open || order.book != book || order.side != side) continue;
    quantities[order.price] += order.displayed();
  }
  return levels_of(quantities, side);
}

ListedLevels ReferenceMarket::executable_depth(const ViewOf& view) {
  const Book& book = *state_.find_book(view.symbol);
  Order asked;
  asked.book = state_.index_of(book);
  asked.facility = state_.index_of(*state_.find_facility(view.facility));
  asked.side = view.side == Side::buy ? Side::sell : Side::buy;
  asked.local_only = view.local_only;
  if (asked.is_buy()) asked.max_ratio = view.max_ratio;
  if (book.phase != Phase::continuous || entry_and_demand_refusal(asked) != Code::none) return {};
  if (state_.is_killed(state_.facilities[asked.facility], book)) return {};
  std::map<std::int64_t, std::int64_t> quantities;
  for (const Order& order : state_.orders) {
    if (!order.open || order.book != asked.book || order.side != view.side) continue;
    const Order& bid = asked.is_buy() ? asked : order;
    const Order& ask = asked.is_buy() ? order : asked;
    if (blocked_by(state_, bid, ask) == Code::none) quantities[order.price] += order.displayed();
  }
  return levels_of(quantities, view.side);
}

std::vector<ViewOf> ReferenceMarket::views_of_open_orders() const {
  std::vector<ViewOf> views;
  for (const Order& order : state_.orders) {
    if (!order.open) continue;
    views.push_back({state_.facilities[order.facility].terms.facility,
                     state_.books[order.book].terms.symbol, order.is_buy() ? Side::sell : Side::buy,
                     order.local_only, order.max_ratio});
  }
  return views;
}

std::optional<std::int64_t> ReferenceMarket::best_own_price(const ViewOf& view) {
  const std::size_t book = state_.index_of(*state_.find_book(view.symbol));
  std::optional<std::int64_t> best;
  for (const Order& order : state_.orders) {
    const bool own = order.open && order.book == book && order.side != view.side &&
                     state_.facilities[order.facility].terms.facility == view.facility &&
                     order.local_only == view.local_only && order.max_ratio == view.max_ratio;
    if (!own) continue;
    const bool better = !best || (order.is_buy() ? order.price > *best : order.price < *best);
    if (better) best = order.price;
  }
  return best;
}

}  // namespace emx::model
