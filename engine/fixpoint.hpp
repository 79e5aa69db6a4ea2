#pragma once

#include <cstdint>
#include <memory>

#include "engine/book/executable_search.hpp"
#include "engine/book/matching.hpp"
#include "engine/demand_cancels.hpp"
#include "engine/market_state.hpp"
#include "engine/settlement.hpp"
#include "engine/skip_memory.hpp"

namespace emx::engine {

constexpr std::uint8_t mask_of(Pollutant pollutant) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(pollutant));
}
inline constexpr std::uint8_t all_pollutants = (1U << pollutants_count) - 1;
inline constexpr InstrumentId no_book{no_id};

// Market-rules 8.4: after a command that may let resting orders trade, fills the best executable
// pair of each book in turn, until a whole round fills nothing; then writes the SKIPs of 8.2.
// An uncrossed book costs one comparison. Can be cut at an entry's bound and gone on with.
class Fixpoint {
 public:
  Fixpoint(MarketState& state, DemandCancels& cancels);

  // Over the continuous books of the pollutants.
  void widen(std::uint8_t pollutants_mask);
  // The same, the own book (or no_book) first.
  void start(std::uint8_t pollutants_mask, InstrumentId own);
  // False: the entry is full.
  bool run(EventBatch& events);

  [[nodiscard]] bool active() const { return active_; }
  // SKIPs that a cut may have to write.
  [[nodiscard]] std::uint32_t trials_count() const { return trials_count_; }
  [[nodiscard]] std::uint64_t digest() const;

 private:
  // A SKIP of a bid as it stood when its last fill was tried, before that was made: it counts if
  // the bid is gone at the end.
  struct TrialSkip {
    std::uint32_t instrument;
    std::uint32_t position;  // among the bid's SKIPs
    book::Rank bid;
    SkipEvent event;
  };
  struct WorstBid {
    bool filled = false;
    book::Rank rank{};
  };

  bool fill_books(EventBatch& events);
  bool fill_book(const BookState& book, EventBatch& events);
  bool fill_pair(const BookState& book, book::ExecutablePair pair, EventBatch& events);
  void note_filled(const BookState& book, Slot bid);
  void keep_trial_skips(const BookState& book, book::ExecutablePair pair);
  template <class Drop>
  void drop_trials(Drop&& drop);
  void sort_trials();
  bool write_trials(EventBatch& events, InstrumentId instrument, book::Rank ahead_of);
  bool write_skips(EventBatch& events);
  bool write_book_skips(const BookState& book, EventBatch& events);
  void find_skips(const BookState& book, Slot bid, book::Reach reach);
  void write_at_cut(EventBatch& events);
  void finish();
  [[nodiscard]] bool gone(const TrialSkip& trial) const;
  [[nodiscard]] InstrumentId book_at(std::uint32_t position) const;
  [[nodiscard]] std::uint32_t position_of(InstrumentId instrument) const;
  [[nodiscard]] bool takes_part(const BookState& book) const;

  static constexpr std::uint32_t trials_max = 8'192;

  MarketState& state_;
  DemandCancels& cancels_;
  bool active_ = false;
  bool writing_skips_ = false;
  bool round_filled_ = false;
  bool skips_cut_ = false;  // in the book at position_, behind skips_done_
  std::uint8_t pollutants_mask_ = 0;
  InstrumentId own_{no_id};
  std::uint32_t position_ = 0;  // in book_at()'s order
  book::Rank skips_done_{};
  std::unique_ptr<WorstBid[]> worst_;  // by instrument: the worst-ranked bid that filled
  std::unique_ptr<TrialSkip[]> trials_;
  std::uint32_t trials_count_ = 0;
  book::ExecutableSearch search_;     // scratch of one book's turn
  book::PassedOverList passed_over_;  // scratch
  SkipMemory skip_memory_;            // of one book's turn, then of its SKIPs
};

}  // namespace emx::engine
