#include "engine/call.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/call_asks.hpp"
#include "engine/screens.hpp"

namespace emx::engine {

namespace {

// Of a book that has orders: it has its ladders from the arena.
std::uint32_t levels_most(const MarketState& state) {
  return std::min(book::LevelBitmap::levels_most, state.limits.level_cells_max);
}

auto asks_with_lots(const MarketState& state, const TrialCounters& counters) {
  return AsksOfCall{state, [&counters](Slot ask) { return counters.lots(ask) > 0; }};
}

}  // namespace

CallPrice::CallPrice(const MarketState& state)
    : state_{state},
      counters_{state},
      bids_{std::make_unique<std::int64_t[]>(levels_most(state))},
      asks_{std::make_unique<std::int64_t[]>(levels_most(state))},
      partnered_{std::make_unique<std::int64_t[]>(levels_most(state))},
      candidates_{std::make_unique<std::uint32_t[]>(levels_most(state))} {}

CallResult CallPrice::find(const BookState& book) {
  CallResult best{};
  if (!book.has_band || !book.book.locked_or_crossed()) return best;
  sum_up(book);
  // Most that can trade first; then in order of price, so that equal runs try the same prices.
  std::sort(candidates_.get(), candidates_.get() + candidates_count_,
            [this](std::uint32_t a, std::uint32_t b) {
              return most_at(a) != most_at(b) ? most_at(a) > most_at(b) : a < b;
            });
  const auto is_better = [&](const CallResult& a, const CallResult& b) {
    if (a.volume != b.volume) return a.volume > b.volume;
    const std::int64_t gap_a = std::abs(a.imbalance);
    const std::int64_t gap_b = std::abs(b.imbalance);
    if (gap_a != gap_b) return gap_a < gap_b;
    const std::int64_t away_a = std::abs(a.price.value - book.reference.value);
    const std::int64_t away_b = std::abs(b.price.value - book.reference.value);
    if (away_a != away_b) return away_a < away_b;
    return a.price > b.price;
  };
  for (std::uint32_t i = 0; i < candidates_count_; ++i) {
    const std::uint32_t offset = candidates_[i];
    const std::int64_t most = most_at(offset);
    if (most == 0 || most < best.volume) break;
    const CallResult result{PriceTicks{book.band.lower.value + offset}, volume_at(book, offset),
                            bids_[offset] - asks_[offset]};
    if (result.volume > 0 && (best.volume == 0 || is_better(result, best))) best = result;
  }
  return best;
}

// Who would trade at each price, and the prices that orders name.
void CallPrice::sum_up(const BookState& book) {
  const std::uint32_t levels = book.book.levels();
  std::fill_n(bids_.get(), levels, 0);
  std::fill_n(asks_.get(), levels, 0);
  std::fill_n(partnered_.get(), levels, 0);
  for (const Side side : {Side::buy, Side::sell}) {
    std::int64_t* const lots = side == Side::buy ? bids_.get() : asks_.get();
    for (const auto c : book::each_class(book.book.occupied(side))) {
      for (Slot slot = book.book.head(side, c); slot != no_slot; slot = book.book.behind(slot)) {
        const PriceTicks price = book.book.price_of(side, state_.pool[slot].key);
        lots[price.value - book.band.lower.value] += state_.open_lots(slot);
      }
    }
  }
  add_bids_with_partners(book);
  candidates_count_ = 0;
  for (std::uint32_t i = 0; i < levels; ++i) {
    if (bids_[i] > 0 || asks_[i] > 0) candidates_[candidates_count_++] = i;
  }
  for (std::uint32_t i = 1; i < levels; ++i) {
    asks_[i] += asks_[i - 1];
    bids_[levels - 1 - i] += bids_[levels - i];
    partnered_[levels - 1 - i] += partnered_[levels - i];
  }
}

// A bid that may meet no ask at its own limit meets none at any price.
void CallPrice::add_bids_with_partners(const BookState& book) {
  counters_.start(state_.data.instruments[book.instrument].pollutant, true);
  asks_left_.start(0);
  const auto orders = asks_with_lots(state_, counters_);
  std::int64_t* const lots = partnered_.get();
  for (const auto c : book::each_class(book.book.occupied(Side::buy))) {
    const book::ClassMask classes = book.classes.eligible(Side::buy, c);
    for (Slot bid = book.book.head(Side::buy, c); bid != no_slot; bid = book.book.behind(bid)) {
      const std::uint32_t key = state_.pool[bid].key;
      const Slot ask = BestAsks{state_, book, orders, asks_left_, bid}.best(classes);
      if (ask == no_slot || !book.book.crosses(key, state_.pool[ask].key)) continue;
      const PriceTicks price = book.book.price_of(Side::buy, key);
      lots[price.value - book.band.lower.value] += state_.open_lots(bid);
    }
  }
}

std::int64_t CallPrice::volume_at(const BookState& book, std::uint32_t offset) {
  counters_.start(state_.data.instruments[book.instrument].pollutant, true);
  const PriceTicks price{book.band.lower.value + offset};
  const std::uint32_t bid_key_least = book.book.key_of(Side::buy, price);
  const std::uint32_t ask_key_least = book.book.key_of(Side::sell, price);
  asks_left_.start(ask_key_least);
  std::int64_t volume = 0;
  for (book::RankedWalk bids{book.book, Side::buy, ~book::ClassMask{0}};
       bids.at() != no_slot && state_.pool[bids.at()].key >= bid_key_least; bids.step()) {
    volume += fill_bid(book, bids.at(), ask_key_least);
  }
  return volume;
}

// Classes the bid may buy from now, by the trial's caps.
book::ClassMask CallPrice::eligible_asks(const BookState& book, Slot bid) const {
  const std::uint32_t class_slot = state_.pool[bid].class_slot;
  book::ClassMask mask = book.classes.eligible(Side::buy, class_slot);
  const std::uint8_t own = book.classes[class_slot].province;
  if (own >= provinces_count) return mask;  // carbon
  const Pollutant pollutant = state_.data.instruments[book.instrument].pollutant;
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    if (p == own) continue;
    const auto rooms =
        counters_.rooms(static_cast<Province>(own), static_cast<Province>(p), pollutant);
    if (rooms.any_used_up()) mask &= ~book.classes.of_province(p);
  }
  return mask;
}

std::int64_t CallPrice::fill_bid(const BookState& book, Slot bid, std::uint32_t ask_key_least) {
  const auto orders = asks_with_lots(state_, counters_);
  BestAsks best{state_, book, orders, asks_left_, bid};
  book::ClassMask eligible = eligible_asks(book, bid);
  std::int64_t lots_filled = 0;
  for (book::RankedWalk asks = best.walk(eligible);
       asks.at() != no_slot && state_.pool[asks.at()].key >= ask_key_least;) {
    const Slot ask = asks.at();
    const std::uint32_t lots = best.may_meet(ask) ? fill_size(state_, counters_, bid, ask).lots : 0;
    if (lots == 0) {
      asks.step();
      continue;
    }
    const book::Rank tried = book.book.rank_of(ask);
    const bool used_up = lots == counters_.lots(ask);
    if (used_up) asks_left_.leaving(orders, book.book, ask);
    const TrialCounters::Filled filled = counters_.fill(bid, ask, lots);
    lots_filled += lots;
    if (filled.demand_used_up || counters_.lots(bid) == 0) break;
    asks.step();
    const book::ClassMask now = eligible_asks(book, bid);
    best.go_on(asks, {tried, used_up, eligible, now});
    eligible = now;
  }
  return lots_filled;
}

}  // namespace emx::engine
