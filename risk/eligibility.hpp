#pragma once

#include <array>
#include <cstdint>

#include "engine/vocabulary/code.hpp"
#include "risk/reference_data.hpp"

// Market-rules 5: who may trade what with whom. The first rule that fails is the code.

namespace emx::risk {

// E01, E02, E10, E11, E04, E05, E06: what an order's own facility decides, at entry and re-test.
[[nodiscard]] Code entry_code(const Facility& facility, const Instrument& instrument, Side side,
                              Date trade_date);

// What the rule of such a code compared, as a refusal tells it (ledger/FORMAT.md); 0 and 0 of E04,
// whose basins have names and no numbers. Requires: entry_code() gives the code.
struct EntryFigures {
  std::int64_t limit = 0;
  std::int64_t value = 0;
};
[[nodiscard]] EntryFigures entry_figures(Code code, const Facility& facility,
                                         const Instrument& instrument, Date trade_date);

// Market-rules 8.5: orders of one class are alike for E07, E08 and X01.
struct TradingClass {
  std::uint8_t province = carbon_province;  // Province
  bool local_only = false;
  ZoneId zone{no_id};  // of a zone that misses its target

  static constexpr std::uint8_t carbon_province = 255;  // a book without provinces

  friend constexpr bool operator==(const TradingClass&, const TradingClass&) = default;
};

// The order of classes in events: province, no zone before zones, not local before local.
[[nodiscard]] constexpr std::uint64_t sort_key(const TradingClass& c) {
  const std::uint64_t zone = c.zone.value == no_id ? 0 : std::uint64_t{c.zone.value} + 1;
  return std::uint64_t{c.province} << 40 | zone << 1 | (c.local_only ? 1U : 0U);
}

// `local_only`: as the order says (market-rules 8.6); a RESERVE buyer's is local in any case.
[[nodiscard]] TradingClass trading_class(const ReferenceData& data, FacilityId facility,
                                         Pollutant pollutant, Side side, bool local_only);

// Which directed province pairs are open, for each pollutant (E07). All are at first.
class Links {
 public:
  Links();

  [[nodiscard]] bool open(Pollutant pollutant, std::uint8_t seller_province,
                          std::uint8_t buyer_province) const {
    return open_[static_cast<std::size_t>(pollutant)][seller_province][buyer_province];
  }
  void set(Pollutant pollutant, Province seller, Province buyer, bool open);

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  std::array<std::array<std::array<bool, provinces_count>, provinces_count>, pollutants_count>
      open_{};
};

// E07, E08, X01 between a bid's and an ask's class.
[[nodiscard]] Code pair_code(const TradingClass& buyer, const TradingClass& seller,
                             Pollutant pollutant, const Links& links);

}  // namespace emx::risk
