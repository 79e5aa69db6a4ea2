#pragma once

#include <array>
#include <cstdint>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// What confirmed blocks hold of the rooms of provinces until they trade or end (market-rules 7 and
// 9, Tickets). Kg.
class OpenTickets {
 public:
  struct Held {
    std::int64_t bought = 0;  // of the rooms of a buyer's province: inflow, gross, holding, pace
    std::int64_t sold = 0;    // of a seller's: outflow, gross
  };

  using All = std::array<std::array<Held, pollutants_count>, provinces_count>;

  OpenTickets() = default;
  // Goes on from what another knew, after an entry.
  explicit OpenTickets(const All& held) : held_{held} {}

  // `names`: as after the entry. Requires: entries in order.
  void apply(const EntryView& entry, const market::Names& names);

  [[nodiscard]] const Held& of(std::uint8_t province, std::uint8_t pollutant) const {
    return held_[province][pollutant];
  }
  [[nodiscard]] const All& all() const { return held_; }

 private:
  void take(const BlockEvent& block, const market::Names& names);

  All held_{};
};

// What tickets hold of one cap: of gross both sides take.
[[nodiscard]] std::int64_t tickets_kg(ProvinceCount::Measure measure,
                                      const OpenTickets::Held& held);

}  // namespace emx::audit
