#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "engine/book/contenders.hpp"
#include "engine/call.hpp"
#include "engine/demand_cancels.hpp"
#include "engine/market_state.hpp"

namespace emx::engine {

// The end of calls (market-rules 9): each book that is due, in load order, trades at its call's
// price: every bid by rank against every ask by rank, each pair once, whole quantities. Can be cut
// at an entry's bound and gone on with.
class Uncross {
 public:
  Uncross(MarketState& state, DemandCancels& cancels, CallPrice& call_price);

  // To be called for each book whose call ended; then run().
  void add(InstrumentId instrument);
  // False: the entry is full.
  bool run(EventBatch& events);

  [[nodiscard]] bool active() const { return active_; }
  // Pollutants whose provinces' use the fills have changed, since the last time it was asked.
  [[nodiscard]] std::uint8_t take_changed() { return std::exchange(changed_, std::uint8_t{0}); }
  [[nodiscard]] std::uint64_t digest() const;

 private:
  bool run_book(BookState& book, EventBatch& events);
  bool begin_book(BookState& book, EventBatch& events);
  enum class Step { on, ask_used_up, bid_done, book_changed, cut };
  Step fill_bid(BookState& book, Slot bid, EventBatch& events);
  Step fill_pair(const BookState& book, Slot bid, Slot ask, EventBatch& events);

  MarketState& state_;
  DemandCancels& cancels_;
  CallPrice& call_price_;
  bool active_ = false;
  std::uint8_t changed_ = 0;
  std::uint32_t at_ = 0;  // book in work, in load order
  bool priced_ = false;   // its price is found; then:
  PriceTicks price_{};
  bool bid_begun_ = false;  // and the bid it has come to:
  book::Rank bid_{};
  bool ask_tried_ = false;  // and the ask that it was last tried against:
  book::Rank ask_{};
  std::unique_ptr<bool[]> due_;             // by instrument
  book::Contenders asks_left_{Side::sell};  // scratch of one entry
};

}  // namespace emx::engine
