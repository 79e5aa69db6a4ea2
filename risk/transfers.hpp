#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

// Rights on their way from one facility to another, frozen until they go (market-rules 12).
struct Transfer {
  std::uint64_t number;
  FacilityId from;
  FacilityId to;
  InstrumentId instrument;
  Lots lots;
  Date due;  // carried out on the first trade date that is not before
};

// Market-rules 12: who may transfer rights to whom, and the transfers that wait for their day, in
// the order of their requests. Not thread-safe; allocates in the constructor and nowhere else.
class Transfers {
 public:
  static constexpr std::uint32_t trusted_max = 1'024;
  static constexpr std::uint32_t pending_max = 256;

  Transfers();

  [[nodiscard]] bool trusts(FacilityId from, FacilityId to) const;
  // False: there is no room for another pair.
  [[nodiscard]] bool set_trust(FacilityId from, FacilityId to, bool trusted);

  [[nodiscard]] bool full() const { return pending_.size() == pending_max; }
  // Gives it its number, from 1. Requires: not full(); `due` is not before that of any other.
  const Transfer& add(Transfer transfer);
  // The first that is due on a date, or the first of a pair; nullptr: there is none.
  [[nodiscard]] const Transfer* due(Date date) const;
  [[nodiscard]] const Transfer* of_pair(FacilityId from, FacilityId to) const;
  // Requires: it is pending. What was pointed to before is not valid any longer.
  void remove(std::uint64_t number);

  // What waits of a facility's rights.
  [[nodiscard]] Lots pending_of(FacilityId from, InstrumentId instrument) const;

  [[nodiscard]] std::uint64_t digest() const { return digest_.value() + counter_cell(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  using Pair = std::pair<FacilityId, FacilityId>;

  static std::uint64_t cell(const Pair& pair);
  static std::uint64_t cell(const Transfer& transfer);
  [[nodiscard]] std::uint64_t counter_cell() const;

  std::vector<Pair> trusted_;
  std::vector<Transfer> pending_;
  std::uint64_t given_ = 0;  // last number
  Digest digest_;
};

}  // namespace emx::risk
