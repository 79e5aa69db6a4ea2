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
  bool rejoined = false;       // the maker is back at its level's end (an iceberg's next part)
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
  // Orders from rank `from` on were tried under code `now`. Requires: no change before is from a
  // rank behind it; there are at most `changes_max`, which is more than an entry's fills can make.
  void change(std::uint32_t class_slot, Rank from, Code before, Code now) {
    check(count_ < changes_max);
    const bool first = uniform(class_slot);
    if (first) first_code_[class_slot] = before;
    changes_[count_] = {from, first ? none : last_[class_slot], now};
    last_[class_slot] = count_++;
    changed_ |= mask_of(class_slot);
  }

  [[nodiscard]] bool filled() const { return filled_; }
  [[nodiscard]] Rank last_fill() const { return last_fill_; }
  [[nodiscard]] bool uniform(std::uint32_t class_slot) const {
    return (changed_ & mask_of(class_slot)) == 0;
  }
  // Requires: not uniform(class_slot).
  [[nodiscard]] Code class_code_at(std::uint32_t class_slot, Rank rank) const {
    for (std::uint32_t i = last_[class_slot]; i != none; i = changes_[i].earlier) {
      if (!ahead(rank, changes_[i].from)) return changes_[i].code;
    }
    return first_code_[class_slot];
  }
  // Whether all orders from `rank` on have the same class code. Requires: not uniform.
  [[nodiscard]] bool settled_at(std::uint32_t class_slot, Rank rank) const {
    return !ahead(rank, changes_[last_[class_slot]].from);
  }

 private:
  struct Change {
    Rank from;
    std::uint32_t earlier;  // change of the same class, or none
    Code code;
  };
  static constexpr std::uint32_t changes_max = 1U << 15;
  static constexpr std::uint32_t none = ~0U;

  bool filled_ = false;
  Rank last_fill_{};
  ClassMask changed_ = 0;
  std::uint32_t count_ = 0;
  std::array<Code, classes_max> first_code_{};
  std::array<std::uint32_t, classes_max> last_{};  // change of each class, where changed
  std::array<Change, changes_max> changes_{};
};

// The pass of `taker`, which does not rest: opposite orders by rank, past those with a code and
// past partial fills, until it is filled, nothing crosses, or the screen stops it.
template <PassScreen Screen>
void match_crossing(const OrderBook& book, const OrderPool& pool, Slot taker, Screen& screen,
                    PassTrace& trace) {
  const Side opposite_side = opposite(pool[taker].side);
  const std::uint32_t key = pool[taker].key;
  const auto seen = [&] { return screen.eligible() & book.crossing(opposite_side, key); };
  RankedWalk walk{book, opposite_side, seen()};
  for (;;) {
    const Slot maker = walk.at();
    if (maker == no_slot || !book.crosses(pool[maker].key, key)) return;
    if (screen.order_code(maker) != Code::none) {
      walk.step();
      continue;
    }
    const Rank tried = book.rank_of(maker);
    walk.will_change();
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
    if (!outcome.orders_left) walk.has_changed();
    if (outcome.rejoined) walk.joined(maker);
    if (outcome.orders_left) {
      walk = RankedWalk{book, opposite_side, seen(), tried};
    } else if (outcome.codes_changed) {
      walk.see(seen(), tried);
    }
  }
}

// Most takers cross nothing: for them this is one comparison.
template <PassScreen Screen>
void match(const OrderBook& book, const OrderPool& pool, Slot taker, Screen& screen,
           PassTrace& trace) {
  trace.clear();
  if (!book.any_crosses(opposite(pool[taker].side), pool[taker].key)) return;
  match_crossing(book, pool, taker, screen, trace);
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

  [[nodiscard]] bool counts(Rank rank) const { return all || ahead(rank, before); }
};

// Appends what `key` on `side` passed over (market-rules 8.2 and 17, "SKIPs of a pass"). The
// screen needs class_code, order_code and order_codes_max, the number of codes that orders may
// have; `trace` may be null when codes never changed.
template <class Screen>
void find_passed_over(const OrderBook& book, const OrderPool& pool, Side side, std::uint32_t key,
                      Screen& screen, const PassTrace* trace, Reach reach, PassedOverList& list) {
  const Side opposite_side = opposite(side);
  for (const auto c : each_class(book.crossing(opposite_side, key))) {
    const Slot head = book.head(opposite_side, c);
    if (!reach.counts(book.rank_of(head))) continue;
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
      const bool all_found = uniform && found_count == screen.order_codes_max();
      const bool done = last_code_found || all_found || !reach.counts(rank);
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

}  // namespace emx::book
