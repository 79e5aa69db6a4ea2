#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "engine/book/contenders.hpp"
#include "engine/market_state.hpp"
#include "engine/trial.hpp"

namespace emx::engine {

// What a call gives at a price (market-rules 9).
struct CallResult {
  PriceTicks price{};
  std::int64_t volume = 0;     // 0: no price
  std::int64_t imbalance = 0;  // bids at the price or better, less such asks
};

// The price of a call, by the four rules: most volume, least imbalance, nearest to the reference,
// the higher. Volume counts what may trade, with every screen and cap on trial counters. Not
// thread-safe; allocates in the constructor and nowhere else.
//
// Work: for each price that is tried, linear in the orders that would trade at it, for each filter
// in use (book::Contenders), times the classes; orders that may not trade are not tried against
// each other. A price is tried only if its volume without caps, of bids that may meet an ask at
// all, is not below what the best one so far gives: in an ordinary market few are, else it may be
// all that orders name.
class CallPrice {
 public:
  explicit CallPrice(const MarketState& state);

  [[nodiscard]] CallResult find(const BookState& book);

 private:
  void sum_up(const BookState& book);
  void add_bids_with_partners(const BookState& book);
  [[nodiscard]] std::int64_t volume_at(const BookState& book, std::uint32_t offset);
  [[nodiscard]] std::int64_t fill_bid(const BookState& book, Slot bid, std::uint32_t ask_key_least);
  [[nodiscard]] book::ClassMask eligible_asks(const BookState& book, Slot bid) const;
  [[nodiscard]] std::int64_t most_at(std::uint32_t offset) const {
    return std::min(partnered_[offset], asks_[offset]);
  }

  const MarketState& state_;
  TrialCounters counters_;
  book::Contenders asks_left_{Side::sell};
  // By price, counted from the lower limit.
  std::unique_ptr<std::int64_t[]> bids_;         // lots that would buy at it
  std::unique_ptr<std::int64_t[]> asks_;         // lots that would sell at it
  std::unique_ptr<std::int64_t[]> partnered_;    // of bids_, those that may meet an ask they cross
  std::unique_ptr<std::uint32_t[]> candidates_;  // the limit prices present
  std::uint32_t candidates_count_ = 0;
};

}  // namespace emx::engine
