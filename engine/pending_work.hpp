#pragma once

#include <cstdint>

#include "engine/book/matching.hpp"
#include "engine/fixpoint.hpp"
#include "engine/market_state.hpp"
#include "engine/settlement.hpp"
#include "engine/uncross.hpp"

namespace emx::engine {

class PassScreen;

// Which open orders a mass cancel takes: those that fit all of it.
struct MassCancelScope {
  FirmId firm{no_id};              // no_id: any
  InstrumentId instrument{no_id};  // no_id: any
  std::uint32_t session = 0;       // 0: any
  std::uint8_t side = 0;           // Side; 0: both
  bool on_disconnect = false;      // DAY orders only

  [[nodiscard]] Code code() const { return on_disconnect ? Code::c02_disconnect : Code::c04_mass; }
};

// A change of what is held back of a balance: where it lacks, the newest orders that reserve of it
// are cancelled first (market-rules 10 and 17).
struct HoldBack {
  FacilityId facility{no_id};
  InstrumentId instrument{no_id};  // no_id: cash
  risk::Hold hold{};
  std::int64_t amount = 0;  // fen or lots; below 0: less is held back

  [[nodiscard]] bool is_cash() const { return instrument.value == no_id; }
  // Whether an order or a block reserves of the balance.
  [[nodiscard]] bool touches(const book::RestingOrder& order) const {
    return is_cash() ? order.side == Side::buy
                     : order.side == Side::sell && order.instrument == instrument.value;
  }
  [[nodiscard]] bool touches(const risk::Block& block) const {
    const Side side = is_cash() ? Side::buy : Side::sell;
    const FacilityId whose = side == Side::buy ? block.buyer() : block.seller();
    const bool bound = side == block.side || block.confirmed();
    return whose == facility && bound && (is_cash() || block.instrument == instrument);
  }
  // What a lack of it is called.
  [[nodiscard]] Code lack() const { return is_cash() ? Code::l01_cash : Code::l02_rights; }
  [[nodiscard]] const risk::Balance& balance(const MarketState& state) const {
    return is_cash() ? state.accounts.cash(facility) : state.accounts.rights(facility, instrument);
  }
};

// Why resting orders expire (C01).
enum class Expiry : std::uint8_t {
  close,     // DAY orders, and what has no trading day left
  day_open,  // what had its last day since the last trade date
  new_year,  // that, and every order in a tenure series
};

// The steps a command sets off, done in a fixed order and cut at an order boundary where an entry
// would grow beyond its bound; Continue goes on (architecture: "an entry is bounded";
// market-rules 17). What one command leaves undone is part of the state. Not thread-safe.
class PendingWork {
 public:
  PendingWork(MarketState& state, CallPrice& call_price)
      : state_{state},
        demand_cancels_{state},
        fixpoint_{state, demand_cancels_},
        uncross_{state, demand_cancels_, call_price} {}

  // What the command at hand needs done; then run().
  void end_call(InstrumentId instrument);  // trades at its price
  void expire_books(Expiry why, std::uint32_t from, std::uint32_t to);
  void cancel_many(const MassCancelScope& scope);  // C02, C04
  // Requires: `change` asks for no more than is available and reserved, and no less than is held.
  void hold_back(const HoldBack& change);  // L01, L02
  void retest(FacilityId facility);        // section 5
  void retest_all();
  void carry_out_transfers();                      // that are due
  void carry_out_blocks();                         // that are confirmed
  void rooms_freed(std::uint8_t pollutants_mask);  // by what waits no longer: a fixpoint
  void demand_used_up(FacilityId facility, Pollutant pollutant);  // D01
  void start_pass(Slot taker);  // an accepted order that does not rest yet
  void start_fixpoint(std::uint8_t pollutants_mask, InstrumentId own);

  // Does what it can within the entry's bound; writes MoreToDo when something is left.
  void run(EventBatch& events);

  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::uint64_t digest() const;

 private:
  // Each does its part; false: the entry is full.
  bool run_uncross(EventBatch& events);
  bool run_expiry(EventBatch& events);
  bool expire_side(BookState& book, Side side, EventBatch& events);
  [[nodiscard]] bool expires(const BookState& book, Slot slot) const;
  bool run_mass_cancel(EventBatch& events);
  bool run_hold(EventBatch& events);
  bool run_transfers(EventBatch& events);
  bool run_blocks(EventBatch& events);
  bool run_bands(EventBatch& events);
  bool set_bands(EventBatch& events);
  bool set_band(BookState& book, EventBatch& events);
  bool run_retest(EventBatch& events);
  bool retest_facility(FacilityId facility, EventBatch& events);
  bool retest_blocks(FacilityId facility, EventBatch& events);
  template <class Fits>
  bool end_blocks(EventBatch& events, Code code, Fits&& fits);
  bool run_pass(EventBatch& events);
  bool match_taker(BookState& book, EventBatch& events);

  bool cancel_beyond(BookState& book, Side side, risk::Band band, EventBatch& events);
  bool cancel_up_to(BookState& book, Side side, std::uint32_t key, EventBatch& events);
  void write_skips(const BookState& book, OrderId taker, Side side, std::uint32_t key,
                   const PassScreen& screen, book::Reach reach, EventBatch& events);

  MarketState& state_;
  DemandCancels demand_cancels_;
  Fixpoint fixpoint_;
  Uncross uncross_;

  bool expiry_active_ = false;
  Expiry expiry_why_{};
  Date expiry_before_{};         // what has its last day before it is over
  std::uint32_t expiry_at_ = 0;  // books still to be emptied, in load order
  std::uint32_t expiry_to_ = 0;
  bool band_told_ = false;  // of the first book whose price limits are due
  bool retest_active_ = false;
  std::uint32_t retest_at_ = 0;  // facilities still to be tested, in order of definition
  std::uint32_t retest_to_ = 0;
  bool mass_active_ = false;
  MassCancelScope mass_{};
  std::uint32_t mass_at_ = 0;  // facilities still to be searched, likewise
  bool hold_active_ = false;
  HoldBack hold_{};
  bool transfers_active_ = false;
  bool blocks_active_ = false;
  bool pass_active_ = false;
  InstrumentId pass_instrument_{};
  Slot taker_ = no_slot;            // in its pass; gone while the pass was cut: no_slot
  bool pass_lowered_held_ = false;  // a fill of the pass asks for a fixpoint

  book::PassTrace trace_;             // scratch of one pass
  book::PassedOverList passed_over_;  // scratch
};

}  // namespace emx::engine
