#include "engine/skip_memory.hpp"

#include "engine/screens.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

SkipMemory::SkipMemory(const MarketState& state)
    : state_{state},
      // Most are never used, and cost nothing as long as nobody writes them.
      rows_{std::make_unique_for_overwrite<Row[]>(std::size_t{entries_max} * book::classes_max)} {
  places_.fill(no_entry);
}

void SkipMemory::forget() {
  if (count_ == 0) return;
  count_ = 0;
  places_.fill(no_entry);
}

std::uint16_t SkipMemory::entry_of(const Kind& kind) {
  const std::uint32_t mixed =
      kind.group * 0x9E37'79B1U ^ (kind.class_slot << 16 | kind.filter) * 0x85EB'CA6BU;
  static_assert(places_max == 1U << 9);
  std::uint32_t place = mixed >> 23;
  for (; places_[place] != no_entry; place = (place + 1) % places_max) {
    if (entries_[places_[place]].kind == kind) return places_[place];
  }
  if (count_ == entries_max) return no_entry;
  entries_[count_] = {kind, 0};
  places_[place] = static_cast<std::uint16_t>(count_);
  ++count_;
  return places_[place];
}

// What OrderScreen::order_code() gives for every bid of the kind.
Code SkipMemory::code_of(const Kind& kind, Slot ask) const {
  if (group_of(state_, ask) == kind.group) return Code::e03_related;
  return passes(state_, kind.filter, ask) ? Code::none : Code::x02_max_ratio;
}

void SkipMemory::find(const BookState& book, Slot bid, book::Reach reach,
                      book::PassedOverList& list) {
  const book::OrderBook& orders = book.book;
  const OrderScreen screen{state_, book, bid};
  const std::uint32_t key = state_.pool[bid].key;
  const std::uint16_t number =
      entry_of({state_.pool[bid].class_slot, filter_of(state_, bid), group_of(state_, bid)});
  if (number == no_entry) {
    book::find_passed_over(orders, state_.pool, Side::buy, key, screen, nullptr, reach, list);
    return;
  }
  Entry& entry = entries_[number];
  for (const auto c : book::each_class(orders.crossing(Side::sell, key))) {
    const Slot head = orders.head(Side::sell, c);
    const book::Rank first = orders.rank_of(head);
    if (!reach.counts(first)) continue;
    if (const Code code = screen.class_code(c); code != Code::none) {
      list.add({c, code, first.key, orders.level(Side::sell, c, first.key).displayed});
      continue;
    }
    if ((entry.known & book::mask_of(c)) == 0) row(number, c).fill({head, false, 0});
    entry.known |= book::mask_of(c);
    for (std::uint32_t i = 0; i < codes.size(); ++i) {
      if (codes[i] == Code::x02_max_ratio && entry.kind.filter == filter_all) continue;
      Best& best = row(number, c)[i];
      go_on(orders, entry.kind, codes[i], key, reach, best);
      if (!best.found) continue;
      const book::Rank rank = orders.rank_of(best.at);
      if (reach.counts(rank) && orders.crosses(rank.key, key)) {
        list.add({c, codes[i], rank.key, best.lots});
      }
    }
  }
}

// Looks for the best ask with the code, among those that a bid at `key` crosses and that count.
void SkipMemory::go_on(const book::OrderBook& book, const Kind& kind, Code code, std::uint32_t key,
                       book::Reach reach, Best& best) const {
  while (!best.found && best.at != no_slot) {
    const book::Rank rank = book.rank_of(best.at);
    if (!book.crosses(rank.key, key) || !reach.counts(rank)) return;
    if (code_of(kind, best.at) != code) {
      best.at = book.behind(best.at);
      continue;
    }
    best.found = true;
    best.lots = 0;
    for (Slot slot = best.at; slot != no_slot; slot = book.next_at_level(slot)) {
      if (code_of(kind, slot) == code) best.lots += state_.pool[slot].remaining;
    }
  }
}

void SkipMemory::will_fill(const BookState& book, Slot ask, std::uint32_t lots) {
  const book::RestingOrder& order = state_.pool[ask];
  const book::ClassMask of_class = book::mask_of(order.class_slot);
  for (std::uint32_t e = 0; e < count_; ++e) {
    const Entry& entry = entries_[e];
    if ((entry.known & of_class) == 0) continue;
    const Code code = code_of(entry.kind, ask);
    for (std::uint32_t i = 0; i < codes.size(); ++i) {
      Best& best = row(e, order.class_slot)[i];
      if (codes[i] == code && best.found && state_.pool[best.at].key == order.key) {
        best.lots -= lots;
        check(best.lots >= 0);
      }
      if (best.at == ask && lots == order.remaining) leave(book.book, entry.kind, codes[i], best);
    }
  }
}

// The best one leaves; its lots are taken off. The next one at its price is not far: all that is
// walked over here was never before.
void SkipMemory::leave(const book::OrderBook& book, const Kind& kind, Code code, Best& best) const {
  if (!best.found || best.lots == 0) {
    best = {book.behind(best.at), false, 0};
    return;
  }
  do {
    best.at = book.next_at_level(best.at);
    check(best.at != no_slot);
  } while (code_of(kind, best.at) != code);
}

void SkipMemory::joined(const BookState& book, Slot ask) {
  const book::RestingOrder& order = state_.pool[ask];
  const book::Rank rank = book.book.rank_of(ask);
  for (std::uint32_t e = 0; e < count_; ++e) {
    const Entry& entry = entries_[e];
    if ((entry.known & book::mask_of(order.class_slot)) == 0) continue;
    const Code code = code_of(entry.kind, ask);
    for (std::uint32_t i = 0; i < codes.size(); ++i) {
      if (codes[i] != code) continue;
      Best& best = row(e, order.class_slot)[i];
      if (best.at == no_slot || book::ahead(rank, book.book.rank_of(best.at))) {
        best = {ask, true, order.remaining};  // the only one at its price: none ranks ahead of it
      } else if (best.found && state_.pool[best.at].key == order.key) {
        best.lots += order.remaining;
      }
    }
  }
}

}  // namespace emx::engine
