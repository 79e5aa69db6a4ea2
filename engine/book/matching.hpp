#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>

#include "engine/book/order_book.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/code.hpp"

// Matching under constraints (market-rules 8.1, 8.2, 8.4). The book walks, a screen decides: which
// classes and orders may trade, and at most how much. The screen is a template parameter, so that
// there is no virtual call and the book need not know what a class is.

namespace emx::book {

// What a fill tells the pass. The screen has settled it and taken the lots off both orders.
struct FillOutcome {
  bool filled = true;          // false: the entry is full, nothing was done; then stop
  bool stop = false;           // the taker is gone, or the entry is full
  bool orders_left = false;    // other opposite orders left the book with it
  bool codes_changed = false;  // class_code() differs from before for some class
};

// What a taker's pass asks. Classes and orders are those opposite the taker.
template <class S>
concept PassScreen = requires(S& screen, std::uint32_t class_slot, Slot maker) {
  // Classes whose code is none.
  { screen.eligible() } -> std::same_as<ClassMask>;
  { screen.class_code(class_slot) } -> std::same_as<Code>;
  // Before the last fill that changed codes.
  { screen.class_code_before(class_slot) } -> std::same_as<Code>;
  // Of an order whose class is eligible.
  { screen.order_code(maker) } -> std::same_as<Code>;
  { screen.fill(maker) } -> std::same_as<FillOutcome>;
};

// Where the class codes changed in the course of a pass, and where its last fill was.
class PassTrace {
 public:
  void clear() {
    filled_ = false;
    changed_ = 0;
    count_ = 0;
  }
  void filled_at(Rank rank) {
    filled_ = true;
    last_fill_ = rank;
  }
  // Whether the changes of one more fill fit; if not, the pass must be cut.
  [[nodiscard]] bool has_room() const { return count_ + classes_max <= changes_max; }
  // Orders from rank `from` on were tried under code `now`.
  void change(std::uint32_t class_slot, Rank from, Code before, Code now) {
    check(count_ < changes_max);
    if (uniform(class_slot)) first_code_[class_slot] = before;
    changed_ |= mask_of(class_slot);
    last_from_[class_slot] = from;
    changes_[count_++] = {from, class_slot, now};
  }

  [[nodiscard]] bool filled() const { return filled_; }
  [[nodiscard]] Rank last_fill() const { return last_fill_; }
  [[nodiscard]] bool uniform(std::uint32_t class_slot) const {
    return (changed_ & mask_of(class_slot)) == 0;
  }
  // Requires: not uniform(class_slot).
  [[nodiscard]] Code class_code_at(std::uint32_t class_slot, Rank rank) const {
    Code code = first_code_[class_slot];
    for (std::uint32_t i = 0; i < count_ && !ahead(rank, changes_[i].from); ++i) {
      if (changes_[i].class_slot == class_slot) code = changes_[i].code;
    }
    return code;
  }
  // Whether all orders from `rank` on have the same class code. Requires: not uniform.
  [[nodiscard]] bool settled_at(std::uint32_t class_slot, Rank rank) const {
    return !ahead(rank, last_from_[class_slot]);
  }

 private:
  struct Change {
    Rank from;
    std::uint32_t class_slot;
    Code code;
  };
  static constexpr std::uint32_t changes_max = 2'048;

  bool filled_ = false;
  Rank last_fill_{};
  ClassMask changed_ = 0;
  std::uint32_t count_ = 0;
  std::array<Code, classes_max> first_code_{};
  std::array<Rank, classes_max> last_from_{};
  std::array<Change, changes_max> changes_{};
};

// The pass of `taker`, which does not rest: opposite orders by rank, past those with a code and
// past partial fills, until it is filled, nothing crosses, or the screen stops it.
template <PassScreen Screen>
void match(const OrderBook& book, const OrderPool& pool, Slot taker, Screen& screen,
           PassTrace& trace) {
  const Side opposite_side = opposite(pool[taker].side);
  const std::uint32_t key = pool[taker].key;
  trace.clear();
  const std::int32_t best = book.best_key(opposite_side);
  if (best == OrderBook::empty || !book.crosses(static_cast<std::uint32_t>(best), key)) return;
  Rank tried{};
  bool started = false;
  for (;;) {  // once, and again behind the last fill whenever the walk's ground has moved
    const ClassMask eligible = screen.eligible() & book.crossing(opposite_side, key);
    RankedWalk walk = started ? RankedWalk{book, opposite_side, eligible, tried}
                              : RankedWalk{book, opposite_side, eligible};
    bool moved = false;
    while (!moved) {
      const Slot maker = walk.at();
      if (maker == no_slot || !book.crosses(pool[maker].key, key)) return;
      if (screen.order_code(maker) != Code::none) {
        walk.step();
        continue;
      }
      tried = book.rank_of(maker);
      started = true;
      walk.step();  // before the maker may leave the book
      const FillOutcome outcome = screen.fill(maker);
      if (!outcome.filled) return;
      trace.filled_at(tried);
      const bool done = outcome.stop || pool[taker].remaining == 0;
      if (outcome.codes_changed) {
        // A maker that a cap cut is tried again under the new codes; one that the taker's end cut
        // is not.
        const Rank from{tried.key, tried.priority + (done ? 1 : 0)};
        for (const auto c : each_class(book.occupied(opposite_side))) {
          const Code before = screen.class_code_before(c);
          const Code now = screen.class_code(c);
          if (before != now) trace.change(c, from, before, now);
        }
      }
      if (done) return;
      moved = outcome.codes_changed || outcome.orders_left;
    }
  }
}

// What was passed over, before it becomes a SKIP event.
struct PassedOver {
  std::uint32_t class_slot;
  Code code;
  std::uint32_t key;  // best price, as a key
  std::int64_t lots;  // displayed there
};

class PassedOverList {
 public:
  static constexpr std::uint32_t rows_max = classes_max * 8;

  void clear() { count_ = 0; }
  void add(const PassedOver& row) {
    check(count_ < rows_max);
    rows_[count_++] = row;
  }
  [[nodiscard]] PassedOver* begin() { return rows_.data(); }
  [[nodiscard]] PassedOver* end() { return rows_.data() + count_; }
  [[nodiscard]] std::uint32_t size() const { return count_; }

 private:
  std::uint32_t count_ = 0;
  std::array<PassedOver, rows_max> rows_;
};

// Which opposite orders count as passed over.
struct Reach {
  bool all;  // any that crosses; else only those ahead of `before`
  Rank before;
};

// Appends what `key` on `side` passed over (market-rules 8.2 and 17, "SKIPs of a pass"). The
// screen needs class_code and order_code only; `trace` may be null when codes never changed.
template <class Screen>
void find_passed_over(const OrderBook& book, const OrderPool& pool, Side side, std::uint32_t key,
                      Screen& screen, const PassTrace* trace, Reach reach, PassedOverList& list) {
  const Side opposite_side = opposite(side);
  const auto counts = [&](Rank rank) { return reach.all || ahead(rank, reach.before); };
  for (const auto c : each_class(book.crossing(opposite_side, key))) {
    const Slot head = book.head(opposite_side, c);
    if (!counts(book.rank_of(head))) continue;
    const bool uniform = trace == nullptr || trace->uniform(c);
    const Code class_code = screen.class_code(c);
    if (uniform && class_code != Code::none) {  // the whole class at once, however deep
      const std::uint32_t best = pool[head].key;
      list.add({c, class_code, best, book.level(opposite_side, c, best).displayed});
      continue;
    }
    std::array<PassedOver, 8> found;
    std::uint32_t found_count = 0;
    bool last_code_found = false;  // behind the last change of codes
    std::uint32_t lowest_found = 0;
    for (Slot slot = head; slot != no_slot; slot = book.behind(slot)) {
      const Rank rank = book.rank_of(slot);
      if (!book.crosses(rank.key, key)) break;
      const bool done = last_code_found || !counts(rank);
      if (done && (found_count == 0 || rank.key < lowest_found)) break;
      Code code = uniform ? Code::none : trace->class_code_at(c, rank);
      const bool by_class = code != Code::none;
      if (!by_class) code = screen.order_code(slot);
      if (code == Code::none) continue;
      std::uint32_t i = 0;
      while (i < found_count && found[i].code != code) ++i;
      if (i == found_count) {
        if (done) continue;
        check(found_count < found.size());
        found[found_count++] = {c, code, rank.key, 0};
        lowest_found = rank.key;
        last_code_found = by_class && trace->settled_at(c, rank);
      }
      if (found[i].key == rank.key) found[i].lots += pool[slot].remaining;
    }
    for (std::uint32_t i = 0; i < found_count; ++i) list.add(found[i]);
  }
}

struct ExecutablePair {
  Slot bid = no_slot;
  Slot ask = no_slot;
};

// Market-rules 8.4: bids by rank are tried against asks by rank; the first pair that may trade.
// One comparison when nothing is locked or crossed. The screen says eligible_asks(bid class),
// pair_code(bid, ask) and alike(bid, bid): whether it gives two bids of one class the same codes.
//
// Of a class, bids alike are tried once: when every ask that one crosses is barred to it, it is so
// to those alike behind it, which cross no more. So the work is linear in the orders that cross,
// however many of them may not trade.
template <class Screen>
ExecutablePair first_executable(const OrderBook& book, const OrderPool& pool, Screen& screen) {
  if (!book.locked_or_crossed()) return {};
  // For each class of bids the best ask it may hit, as a key.
  std::array<std::int32_t, classes_max> best_ask;
  ClassMask hopeful = 0;
  for (const auto c : each_class(book.occupied(Side::buy))) {
    std::int32_t best = OrderBook::empty;
    const ClassMask asks = screen.eligible_asks(c) & book.occupied(Side::sell);
    for (const auto a : each_class(asks)) best = std::max(best, book.best_key(Side::sell, a));
    best_ask[c] = best;
    if (best == OrderBook::empty) continue;
    const auto bid_key = static_cast<std::uint32_t>(book.best_key(Side::buy, c));
    if (book.crosses(bid_key, static_cast<std::uint32_t>(best))) hopeful |= mask_of(c);
  }
  std::array<Slot, classes_max> barred;  // valid where any_barred
  ClassMask any_barred = 0;
  RankedWalk bids{book, Side::buy, hopeful};
  while (bids.at() != no_slot) {
    const RestingOrder& bid = pool[bids.at()];
    const std::uint32_t c = bid.class_slot;
    if ((any_barred & mask_of(c)) != 0 && screen.alike(barred[c], bids.at())) {
      bids.step();
      continue;
    }
    if (!book.crosses(bid.key, static_cast<std::uint32_t>(best_ask[c]))) {
      bids.drop_class();
      continue;
    }
    RankedWalk asks{book, Side::sell, screen.eligible_asks(c)};
    while (asks.at() != no_slot && book.crosses(pool[asks.at()].key, bid.key)) {
      if (screen.pair_code(bids.at(), asks.at()) == Code::none) return {bids.at(), asks.at()};
      asks.step();
    }
    barred[c] = bids.at();
    any_barred |= mask_of(c);
    bids.step();
  }
  return {};
}

}  // namespace emx::book
