#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "engine/book/order_book.hpp"

namespace emx::book {

// Stretches of one class's orders on a side that a filter admits none of, or none but of one
// group: whoever walked over one jumps it the next time. An order that leaves its place and joins
// the end of its level has the same stretch behind it again, as often as it does so.
//
// What is known stays right as long as leaving() and joined() are told. The last few are kept, for
// no more than three are walked over by turns (contenders.hpp): one behind the best order, and one
// behind the best two of different groups for whoever may not meet either.
//
// Knows nothing, and may only be told to forget(), until that was said: there are very many, of
// which few are used, and memory that nobody wrote costs nothing.
class Gaps {
 public:
  struct Gap {
    std::uint64_t from_priority;  // with the key: of the first place in it
    std::uint32_t from_key;
    Slot to;  // the first order behind it, or no_slot
    std::uint32_t group;
    bool has_group;  // orders of the group may stand in it
  };

  void forget() {
    count_ = 0;
    oldest_ = 0;
  }

  // One around `rank`, for a walk that takes no order of `group`, or, where it is null, of any;
  // null: there is none.
  [[nodiscard]] Gap* around(const OrderBook& book, Rank rank, const std::uint32_t* group) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      Gap& gap = gaps_[i];
      const bool fits = !gap.has_group || (group != nullptr && *group == gap.group);
      if (fits && contains(book, gap, rank)) return &gap;
    }
    return nullptr;
  }
  void add(const Gap& gap) {
    if (count_ < gaps_max) {
      gaps_[count_++] = gap;
      return;
    }
    gaps_[oldest_] = gap;
    oldest_ = (oldest_ + 1) % gaps_max;
  }

  // To be called before any order of the class leaves its place.
  void leaving(const OrderBook& book, Slot slot) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (gaps_[i].to == slot) gaps_[i].to = book.behind(slot);
    }
  }
  // To be called after an order that the filter admits joined the end of its level. If it stood
  // behind a gap that it is in now, it was the next one; else it stood before it.
  void joined(const OrderBook& book, Slot slot, std::uint32_t group) {
    const Rank rank = book.rank_of(slot);
    for (std::uint32_t i = 0; i < count_; ++i) {
      Gap& gap = gaps_[i];
      if (gap.has_group && gap.group == group) continue;
      if (!contains(book, gap, rank)) continue;
      if (book.behind(slot) == gap.to) {
        gap.to = slot;
      } else {
        gap.from_key = rank.key;
        gap.from_priority = rank.priority + 1;
      }
    }
  }

 private:
  static constexpr std::uint32_t gaps_max = 4;

  [[nodiscard]] static bool contains(const OrderBook& book, const Gap& gap, Rank rank) {
    return !ahead(rank, {gap.from_key, gap.from_priority}) &&
           (gap.to == no_slot || ahead(rank, book.rank_of(gap.to)));
  }
  std::uint32_t count_;
  std::uint32_t oldest_;
  std::array<Gap, gaps_max> gaps_;
};
static_assert(std::is_trivially_default_constructible_v<Gaps>);

}  // namespace emx::book
