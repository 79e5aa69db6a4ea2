#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

// What a block has from the other side's acceptance on, while it waits for the session
// (market-rules 7).
struct Ticket {
  std::int64_t reserved;     // of the other side, as for the submitter
  std::int32_t fee_rate_bp;  // of the other side, as it was at the acceptance
  bool holds_room;           // of the provinces' quotas: sold, and credited
  Lots credited;
};

// One deal that two facilities have negotiated and one of them has submitted (market-rules 9).
struct Block {
  std::uint64_t number;
  FacilityId submitter;
  FacilityId counterparty;
  InstrumentId instrument;
  Side side;  // the submitter's
  PriceTicks price;
  Lots lots;
  std::int64_t reserved;     // of the submitter: fen of a buy, else lots
  std::int32_t fee_rate_bp;  // of the submitter, as it was at the submission
  std::int64_t expires_ns;
  std::optional<Ticket> ticket = {};

  [[nodiscard]] bool confirmed() const { return ticket.has_value(); }
  [[nodiscard]] FacilityId buyer() const { return side == Side::buy ? submitter : counterparty; }
  [[nodiscard]] FacilityId seller() const { return side == Side::buy ? counterparty : submitter; }
};

// The blocks that wait for an answer, in the order of their numbers, and whether blocks may trade
// now. Not thread-safe; allocates in the constructor and nowhere else.
class Blocks {
 public:
  static constexpr std::uint32_t open_max = 256;
  static constexpr std::int64_t minutes_max = 30;  // that one is open
  static constexpr std::uint32_t day_tickets_max = 4'096;
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  Blocks();

  [[nodiscard]] bool in_session() const { return in_session_; }
  void set_session(bool open);

  [[nodiscard]] bool full() const { return open_.size() == open_max; }
  [[nodiscard]] std::span<const Block> open() const { return open_; }
  // nullptr: it is not open.
  [[nodiscard]] const Block* find(std::uint64_t number) const;
  [[nodiscard]] bool was_given(std::uint64_t number) const {
    return number >= 1 && number <= given_;
  }

  // Gives it its number, from 1. Requires: not full().
  const Block& add(Block block);
  // `one` and `other` are the firms of its two sides. Requires: it is open, without a ticket, and
  // these have had none today; not tickets_full().
  const Block& confirm(std::uint64_t number, const Ticket& ticket, FirmId one, FirmId other);
  // Requires: it is open. What was pointed to before is not valid any longer.
  void remove(std::uint64_t number);

  // Tickets of the trade date, whatever became of them: two firms have one, of whichever of their
  // facilities.
  [[nodiscard]] bool tickets_full() const { return day_tickets_.size() == day_tickets_max; }
  [[nodiscard]] bool had_ticket(FirmId one, FirmId other) const;
  void forget_tickets();

  // When the next one's time is over; `never`: none is open.
  [[nodiscard]] std::int64_t next_expiry_ns() const { return next_expiry_ns_; }

  [[nodiscard]] std::uint64_t digest() const { return digest_.value() + counter_cell(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  // Two firms, the lower number first: whoever of them submits, it is one pair.
  struct Pair {
    std::uint32_t low;
    std::uint32_t high;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  static Pair pair_of(FirmId one, FirmId other);
  static std::uint64_t cell(const Block& block);
  static std::uint64_t cell(const Pair& pair);
  [[nodiscard]] std::uint64_t counter_cell() const;
  void find_next_expiry();

  std::vector<Block> open_;
  std::vector<Pair> day_tickets_;
  std::uint64_t given_ = 0;  // last number
  std::int64_t next_expiry_ns_ = never;
  bool in_session_ = false;
  Digest digest_;
};

}  // namespace emx::risk
