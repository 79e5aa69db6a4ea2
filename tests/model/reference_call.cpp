#include "tests/model/reference_call.hpp"

#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"
#include "tests/model/reference_matching.hpp"

// Market-rules 9: the price of a call, and what it trades.

namespace emx::model {

namespace {

// The call itself, played on a copy of everything.
std::int64_t volume_at(const State& state, std::size_t book, std::int64_t price) {
  State trial = state;
  std::vector<std::string> unheard;
  return Matching{trial, unheard}.uncross(book, price);
}

std::int64_t imbalance_at(const State& state, std::size_t book, std::int64_t price) {
  std::int64_t imbalance = 0;
  for (const Order& order : state.orders) {
    if (!order.open || order.book != book) continue;
    if (order.is_buy() && order.price >= price) imbalance += order.remaining;
    if (!order.is_buy() && order.price <= price) imbalance -= order.remaining;
  }
  return imbalance;
}

}  // namespace

CallResult call_result(const State& state, std::size_t book) {
  std::set<std::int64_t> candidates;
  for (const Order& order : state.orders) {
    if (order.open && order.book == book) candidates.insert(order.price);
  }
  const std::int64_t reference = state.books[book].reference;
  CallResult best;
  for (const std::int64_t price : candidates) {
    const CallResult result{price, volume_at(state, book, price), imbalance_at(state, book, price)};
    if (result.volume == 0 || result.volume < best.volume) continue;
    const std::int64_t far = std::abs(price - reference) - std::abs(best.price - reference);
    const std::int64_t uneven = std::abs(result.imbalance) - std::abs(best.imbalance);
    // Candidates rise, so at equal terms the later one is the higher.
    const bool better = result.volume > best.volume || uneven < 0 || (uneven == 0 && far <= 0);
    if (better) best = result;
  }
  return best;
}

std::int64_t Matching::uncross(std::size_t book, std::int64_t price) {
  std::int64_t volume = 0;
  const std::vector<Order*> asks = state_.ranked(book, Side::sell);
  for (Order* bid : state_.ranked(book, Side::buy)) {
    for (Order* ask : asks) {
      if (bid->price < price || ask->price > price || !bid->open || !ask->open) continue;
      const Trial trial = try_pair(state_, *bid, *ask, Sees::whole);
      if (trial.quantity == 0) continue;
      fill(*bid, *ask, trial, How::call, price);
      volume += trial.quantity;
    }
  }
  return volume;
}

void ReferenceMarket::run(const Indicative& command) {
  Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return refuse(Code::p03_unknown_symbol);
  if (!is_call(book->phase)) {
    return refuse({Code::p01_phase, number_of(Phase::opening_call), number_of(book->phase)});
  }
  if (book->indicative_at_ms && command.at_ms - *book->indicative_at_ms < 1'000) {
    const std::int64_t wait_ms = 1'000 - (command.at_ms - *book->indicative_at_ms);
    return refuse({Code::o04_rate, 1, wait_ms * 1'000'000});
  }
  book->indicative_at_ms = command.at_ms;
  const CallResult result = call_result(state_, state_.index_of(*book));
  lines_.push_back(
      line(IndicativeLine{command.symbol, result.price, result.volume, result.imbalance}));
}

}  // namespace emx::model
