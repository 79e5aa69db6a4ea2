#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/book/contenders.hpp"
#include "engine/book/matching.hpp"
#include "engine/market_state.hpp"
#include "engine/vocabulary/code.hpp"

namespace emx::engine {

// What bids of a book pass over, remembered by what they are: asks bar bids of one class, filter
// and group alike. So each kind of bid has an ask of an eligible class walked over once only, if
// that, and not for each bid, or each fill. A kind that finds no place is found anew each time.
//
// From the first find() until forget(), asks of the book may only change as said by will_fill() and
// joined(); caps may move. Not thread-safe; allocates in the constructor and nowhere else.
class SkipMemory {
 public:
  explicit SkipMemory(const MarketState& state);

  void forget();

  // Appends what a bid that rests passes over, as book::find_passed_over() does.
  void find(const BookState& book, Slot bid, book::Reach reach, book::PassedOverList& list);

  // To be called before an ask fills.
  void will_fill(const BookState& book, Slot ask, std::uint32_t lots);
  // To be called after an ask joined the end of its level.
  void joined(const BookState& book, Slot ask);

 private:
  struct Kind {
    std::uint32_t class_slot;
    book::Filter filter;
    std::uint32_t group;

    friend constexpr bool operator==(const Kind&, const Kind&) = default;
  };
  // The best of a class's asks with one code.
  struct Best {
    Slot at;            // none ranks ahead of it, or no_slot: there is none
    bool found;         // it has the code
    std::int64_t lots;  // where found: displayed with the code at its price
  };
  static constexpr std::array codes{Code::e03_related, Code::x02_max_ratio};
  using Row = std::array<Best, codes.size()>;
  struct Entry {
    Kind kind;
    book::ClassMask known = 0;  // classes with a row
  };
  static constexpr std::uint32_t entries_max = 256;
  static constexpr std::uint32_t places_max = 2 * entries_max;
  static constexpr std::uint16_t no_entry = 0xFFFF;

  // Its number among the entries; no_entry: there is no place for it.
  [[nodiscard]] std::uint16_t entry_of(const Kind& kind);
  [[nodiscard]] Row& row(std::uint32_t entry, std::uint32_t class_slot) {
    return rows_[entry * book::classes_max + class_slot];
  }
  [[nodiscard]] Code code_of(const Kind& kind, Slot ask) const;
  void go_on(const book::OrderBook& book, const Kind& kind, Code code, std::uint32_t key,
             book::Reach reach, Best& best) const;
  void leave(const book::OrderBook& book, const Kind& kind, Code code, Best& best) const;

  const MarketState& state_;
  std::uint32_t count_ = 0;
  std::array<std::uint16_t, places_max> places_;  // entries by hash, each at the first free place
  std::array<Entry, entries_max> entries_{};
  std::unique_ptr<Row[]> rows_;  // by entry and class
};

}  // namespace emx::engine
