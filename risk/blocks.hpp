#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

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

  [[nodiscard]] FacilityId buyer() const { return side == Side::buy ? submitter : counterparty; }
  [[nodiscard]] FacilityId seller() const { return side == Side::buy ? counterparty : submitter; }
};

// The blocks that wait for an answer, in the order of their numbers, and whether blocks may trade
// now. Not thread-safe; allocates in the constructor and nowhere else.
class Blocks {
 public:
  static constexpr std::uint32_t open_max = 256;
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
  // Requires: it is open. What was pointed to before is not valid any longer.
  void remove(std::uint64_t number);

  // When the next one's time is over; `never`: none is open.
  [[nodiscard]] std::int64_t next_expiry_ns() const { return next_expiry_ns_; }

  [[nodiscard]] std::uint64_t digest() const { return digest_.value() + counter_cell(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

 private:
  static std::uint64_t cell(const Block& block);
  [[nodiscard]] std::uint64_t counter_cell() const;
  void find_next_expiry();

  std::vector<Block> open_;
  std::uint64_t given_ = 0;  // last number
  std::int64_t next_expiry_ns_ = never;
  bool in_session_ = false;
  Digest digest_;
};

}  // namespace emx::risk
