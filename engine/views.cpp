#include "engine/views.hpp"

#include "engine/book/depth_walk.hpp"
#include "engine/order_entry.hpp"
#include "engine/screens.hpp"

namespace emx::engine {

namespace {

// Classes of `side` that an order of class `own` may trade with.
book::ClassMask eligible(const MarketState& state, const BookState& book, Side side,
                         const risk::TradingClass& own) {
  const Pollutant pollutant = state.data.instruments[book.instrument].pollutant;
  const Side own_side = opposite(side);
  book::ClassMask mask = 0;
  for (const auto c : book::each_class(book.book.occupied(side))) {
    const risk::TradingClass& other = book.classes[c];
    const Code code = own_side == Side::buy ? risk::pair_code(own, other, pollutant, state.links)
                                            : risk::pair_code(other, own, pollutant, state.links);
    if (code == Code::none) mask |= book::mask_of(c);
  }
  return mask & ~QuotaCodes{state, own, pollutant, own_side}.blocked(book.classes);
}

// What a level of one class displays to the viewer.
std::int64_t displayed_to(const MarketState& state, const BookState& book, Side side,
                          const Bid& viewer, const book::Level& level) {
  std::int64_t lots = 0;
  for (Slot slot = book.book.first_at(level); slot != no_slot;
       slot = book.book.next_at_level(slot)) {
    const Bars bars =
        side == Side::sell
            ? bars_between(state, book.instrument, viewer, state.facility_of(slot))
            : bars_between(state, book.instrument, bid_of(state, slot), viewer.facility);
    if (bars == 0) lots += state.pool[slot].remaining;
  }
  return lots;
}

}  // namespace

std::size_t depth(const BookState& book, Side side, std::span<DepthLevel> levels) {
  std::size_t count = 0;
  book::DepthWalk walk{book.book, side, ~book::ClassMask{0}};
  for (; count < levels.size() && !walk.at_end(); walk.step()) {
    levels[count++] = {book.book.price_of(side, walk.key()), walk.displayed()};
  }
  return count;
}

std::size_t executable_depth(const MarketState& state, const BookState& book, Side side,
                             const Viewer& viewer, std::span<DepthLevel> levels) {
  const Side own_side = opposite(side);
  const risk::Instrument& instrument = state.data.instruments[book.instrument];
  if (book.phase != Phase::continuous) return 0;
  if (state.kill_switch.stops(state.data, viewer.facility, book.instrument)) return 0;
  if (entry_refusal(state, instrument, viewer.facility, own_side)) return 0;
  const risk::TradingClass own = state.class_of(book, viewer.facility, own_side, viewer.local_only);
  const Bid bid{viewer.facility, {viewer.max_ratio_n, viewer.max_ratio_d}};
  std::size_t count = 0;
  book::DepthWalk walk{book.book, side, eligible(state, book, side, own)};
  for (; count < levels.size() && !walk.at_end(); walk.step()) {
    std::int64_t lots = 0;
    for (const auto c : book::each_class(walk.classes())) {
      lots += displayed_to(state, book, side, bid, book.book.level(side, c, walk.key()));
    }
    if (lots > 0) levels[count++] = {book.book.price_of(side, walk.key()), lots};
  }
  return count;
}

}  // namespace emx::engine
