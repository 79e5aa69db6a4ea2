#include "tests/model/reference_matching.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "tests/model/event_lines.hpp"

namespace emx::model {

namespace {

Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

bool pair_crosses(const Order& a, const Order& b) {
  return a.side == Side::buy ? crosses(a, b) : crosses(b, a);
}

}  // namespace

Code Matching::blocked(const Order& taker, const Order& maker) const {
  return taker.side == Side::buy ? blocked_by(state_, taker, maker)
                                 : blocked_by(state_, maker, taker);
}

// The best opposite order that crosses and was not passed over. One that has refreshed stands
// where it now ranks, as an order that was never tried.
Order* Matching::next_maker(const Order& taker, const std::map<int, Code>& passed_over) {
  for (Order* maker : state_.ranked(taker.book, opposite(taker.side))) {
    if (!pair_crosses(taker, *maker)) return nullptr;
    if (!passed_over.contains(maker->number)) return maker;
  }
  return nullptr;
}

void Matching::pass(Order& taker) {
  const How how = taker.is_buy() ? How::bid_takes : How::ask_takes;
  std::map<int, Code> passed_over;
  std::optional<Order> last_filled;  // as it stood when it was filled
  std::optional<Order> not_filled;   // whose price is beyond the collar: the pass ends there
  while (taker.open) {
    Order* maker = next_maker(taker, passed_over);
    if (maker == nullptr) break;
    Order& bid = taker.is_buy() ? taker : *maker;
    Order& ask = taker.is_buy() ? *maker : taker;
    const Trial trial = try_pair(state_, bid, ask, Sees::displayed);
    if (trial.quantity == 0) {
      passed_over[maker->number] = trial.code;
      continue;
    }
    if (state_.books[taker.book].is_beyond_collar(maker->price)) {
      not_filled = *maker;
      break;
    }
    last_filled = *maker;
    fill(bid, ask, trial, how, maker->price);
    if (state_.cut_behind.contains(state_.next_trade - 1)) passed_over.clear();
  }
  std::vector<PassedOver> list;
  for (const Order* maker : state_.ranked(taker.book, opposite(taker.side))) {
    if (!pair_crosses(taker, *maker)) break;
    const auto tried = passed_over.find(maker->number);
    const bool took_the_rest = last_filled && maker->number == last_filled->number &&
                               maker->priority == last_filled->priority;
    Code code = Code::none;
    if (tried != passed_over.end()) {
      code = tried->second;
    } else if (!took_the_rest) {
      code = blocked(taker, *maker);
    }
    const std::optional<Order>& end = not_filled ? not_filled : last_filled;
    const bool ahead = end && ranks_ahead(*maker, *end);
    list.push_back({maker, code, (taker.open && !not_filled) || ahead});
  }
  const std::vector<std::string> skips = skip_lines(taker, list);
  lines_.insert(lines_.end(), skips.begin(), skips.end());
  if (not_filled) hit_collar(state_.books[taker.book], not_filled->price);
}

void Matching::hit_collar(Book& book, std::int64_t price) {
  lines_.push_back(
      line(CollarLine{book.terms.symbol, price, book.collar_lower(), book.collar_upper()}));
  book.phase = Phase::volatility;
}

void Matching::fixpoint(const std::vector<std::size_t>& books) {
  std::map<std::size_t, FilledBids> filled;
  bool any = true;
  while (any) {
    any = false;
    for (const std::size_t book : books) {
      if (state_.books[book].phase != Phase::continuous) continue;
      // A book that goes to volatility is left out.
      while (fill_first_pair(book, filled[book])) any = true;
    }
  }
  for (const std::size_t book : books) write_fixpoint_skips(book, filled[book]);
}

bool Matching::fill_first_pair(std::size_t book, FilledBids& filled) {
  const std::vector<Order*> asks = state_.ranked(book, Side::sell);
  for (Order* bid : state_.ranked(book, Side::buy)) {
    for (Order* ask : asks) {
      if (!crosses(*bid, *ask)) break;
      const Trial trial = try_pair(state_, *bid, *ask, Sees::displayed);
      if (trial.quantity == 0) continue;
      const Order& older = bid->arrival < ask->arrival ? *bid : *ask;
      if (state_.books[book].is_beyond_collar(older.price)) {
        hit_collar(state_.books[book], older.price);
        return false;
      }
      filled[bid->number] = skips_before_fill(*bid, *ask);
      fill(*bid, *ask, trial, How::fixpoint, older.price);
      return true;
    }
  }
  return false;
}

std::vector<std::string> Matching::skips_of_resting(const Order& bid) {
  std::vector<PassedOver> list;
  for (const Order* ask : state_.ranked(bid.book, Side::sell)) {
    if (crosses(bid, *ask)) list.push_back({ask, blocked(bid, *ask), true});
  }
  return skip_lines(bid, list);
}

std::vector<std::string> Matching::skips_before_fill(const Order& bid, const Order& filled) {
  std::vector<PassedOver> list;
  for (const Order* ask : state_.ranked(bid.book, Side::sell)) {
    if (crosses(bid, *ask)) list.push_back({ask, blocked(bid, *ask), ranks_ahead(*ask, filled)});
  }
  return skip_lines(bid, list);
}

void Matching::write_fixpoint_skips(std::size_t book, const FilledBids& filled) {
  // Every bid of the book by the rank it has or had.
  std::vector<const Order*> bids;
  for (const Order& order : state_.orders) {
    if (order.book == book && order.side == Side::buy) bids.push_back(&order);
  }
  std::sort(bids.begin(), bids.end(),
            [](const Order* a, const Order* b) { return ranks_ahead(*a, *b); });
  // After the last bid that filled, nobody was passed over.
  while (!bids.empty() && !filled.contains(bids.back()->number)) bids.pop_back();
  for (const Order* bid : bids) {
    const auto last_fill = filled.find(bid->number);
    if (!bid->open && last_fill == filled.end()) continue;
    const std::vector<std::string> skips = bid->open ? skips_of_resting(*bid) : last_fill->second;
    lines_.insert(lines_.end(), skips.begin(), skips.end());
  }
}

std::vector<std::string> Matching::skip_lines(const Order& taker,
                                              const std::vector<PassedOver>& list) const {
  struct Totals {
    bool counts = false;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
  };
  // The list is by rank, so the first that counts has the best price.
  std::map<std::pair<ClassKey, Code>, Totals> by_class;
  for (const PassedOver& passed : list) {
    if (passed.code == Code::none || !passed.counts) continue;
    Totals& totals = by_class[{class_of(state_, *passed.order), passed.code}];
    if (!totals.counts) totals = {true, passed.order->price, 0};
  }
  for (const PassedOver& passed : list) {
    const auto row = by_class.find({class_of(state_, *passed.order), passed.code});
    if (row == by_class.end() || passed.order->price != row->second.price) continue;
    row->second.quantity += passed.order->displayed();
  }
  std::vector<std::string> skips;
  for (const auto& [key, totals] : by_class) {
    const auto& [province, zone, local] = key.first;
    SkipLine skip{taker.number, "-", "-", local, text(key.second), totals.price, totals.quantity};
    if (province >= 0) skip.province = text(static_cast<Province>(province));
    if (zone >= 0) skip.zone = state_.zones[static_cast<std::size_t>(zone)].zone;
    skips.push_back(line(skip));
  }
  return skips;
}

void Matching::cancel(Order& order, Code code) {
  const Wide released = state_.reservation(order);
  order.open = false;
  lines_.push_back(line(CancelledLine{order.number, text(code), order.remaining,
                                      static_cast<std::int64_t>(released)}));
}

void Matching::cancel_without_demand(const Facility& facility, Pollutant pollutant) {
  if (facility.is_reserve() || demand_room(facility, pollutant) > 0) return;
  for (Order* order : state_.open_orders(facility)) {
    const bool buys = order->is_buy() && state_.books[order->book].terms.pollutant == pollutant;
    if (buys) cancel(*order, Code::d01_demand);
  }
}

}  // namespace emx::model
