#pragma once

#include <cstdint>

#include "engine/book/matching.hpp"
#include "engine/fixpoint.hpp"
#include "engine/market_state.hpp"
#include "engine/settlement.hpp"

namespace emx::engine {

class PassScreen;

// The steps a command sets off, done in a fixed order and cut at an order boundary where an entry
// would grow beyond its bound; Continue goes on (architecture: "an entry is bounded";
// market-rules 17). What one command leaves undone is part of the state. Not thread-safe.
class PendingWork {
 public:
  explicit PendingWork(MarketState& state)
      : state_{state}, demand_cancels_{state}, fixpoint_{state, demand_cancels_} {}

  // What the command at hand needs done; then run().
  void expire_books(std::uint32_t from, std::uint32_t to);        // DAY orders, C01
  void leave_band(InstrumentId instrument, risk::Band band);      // O05; then the new price limits
  void retest(FacilityId facility);                               // section 5
  void demand_used_up(FacilityId facility, Pollutant pollutant);  // D01
  void start_pass(Slot taker);  // an accepted order that does not rest yet
  void start_fixpoint(std::uint8_t pollutants_mask, InstrumentId own);

  // Does what it can within the entry's bound; writes MoreToDo when something is left.
  void run(EventBatch& events);

  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::uint64_t digest() const;

 private:
  // Each does its part; false: the entry is full.
  bool run_expiry(EventBatch& events);
  bool run_band(EventBatch& events);
  bool run_retest(EventBatch& events);
  bool run_pass(EventBatch& events);
  bool match_taker(BookState& book, EventBatch& events);

  bool cancel_beyond(BookState& book, Side side, EventBatch& events);
  bool cancel_up_to(BookState& book, Side side, std::uint32_t key, Code code, EventBatch& events);
  void write_skips(const BookState& book, OrderId taker, Side side, std::uint32_t key,
                   const PassScreen& screen, book::Reach reach, EventBatch& events);

  MarketState& state_;
  DemandCancels demand_cancels_;
  Fixpoint fixpoint_;

  bool expiry_active_ = false;
  std::uint32_t expiry_at_ = 0;  // books still to be emptied, in load order
  std::uint32_t expiry_to_ = 0;
  bool band_active_ = false;
  InstrumentId band_instrument_{};
  risk::Band band_{};
  bool retest_active_ = false;
  FacilityId retest_facility_{};
  bool pass_active_ = false;
  InstrumentId pass_instrument_{};
  Slot taker_ = no_slot;            // in its pass; gone while the pass was cut: no_slot
  bool pass_lowered_held_ = false;  // a fill of the pass asks for a fixpoint

  book::PassTrace trace_;             // scratch of one pass
  book::PassedOverList passed_over_;  // scratch
};

}  // namespace emx::engine
