#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway::market_data {

// A trade as everybody may know it: nobody's name, province or ratio.
struct PublicTrade {
  std::uint64_t trade_no = 0;
  std::int64_t at_ns = 0;  // UTC
  PriceTicks price{};
  Lots quantity{};             // sold
  std::uint8_t aggressor = 0;  // Side; 0: of a call or a fixpoint, which have none
  bool is_block = false;
};

// A book's trading day. Prices and their average are of trades in the book; volume counts blocks,
// too.
struct DayStatistics {
  std::int64_t volume_lots = 0;
  std::int64_t book_lots = 0;
  Int128 book_value = 0;  // ticks times lots
  PriceTicks high{};      // both 0: no trade in the book yet
  PriceTicks low{};
};

// What a call would give, as last asked (market-rules 9); all 0: no price.
struct Indicative {
  PriceTicks price{};
  Lots quantity{};
  std::int64_t imbalance_lots = 0;
};

// The trades, the statistics and the phase of a trading day, from the durable entries since it was
// opened. Keeps the last trades of each book, and counts all. Not thread-safe.
class Tape {
 public:
  static constexpr std::size_t trades_kept = 1'000;  // of a book

  // Entries in the order of the ledger, from a DayOpen or the first one on.
  void on_entry(const EntryView& entry);

  [[nodiscard]] const DayStatistics& statistics(InstrumentId id) const { return of(id).day; }
  [[nodiscard]] const Indicative& indicative(InstrumentId id) const { return of(id).indicative; }
  // How many trades the book has had today.
  [[nodiscard]] std::uint64_t trades(InstrumentId id) const { return of(id).trades; }
  // The i-th of today, from 0; nullptr: it is not kept any more. Requires: i < trades(id).
  [[nodiscard]] const PublicTrade* trade(InstrumentId id, std::uint64_t i) const;
  // Of all books, as it was last set for all.
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] std::uint64_t day() const { return day_; }  // a number for each DayOpen

 private:
  struct OfBook {
    DayStatistics day;
    Indicative indicative;
    std::uint64_t trades = 0;
    std::deque<PublicTrade> kept;
  };

  [[nodiscard]] const OfBook& of(InstrumentId id) const;
  [[nodiscard]] OfBook& of(std::uint32_t instrument);
  void on_trade(const TradeEvent& trade, std::int64_t at_ns);

  std::vector<OfBook> books_;
  Phase phase_ = Phase::closed;
  std::uint64_t day_ = 0;
};

}  // namespace emx::gateway::market_data
