#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// The replacement ratio (market-rules 6) of every trade and transfer, found anew from zones,
// reaches and parameters as they were then, with the order's running fraction; shares no code with
// the exchange. Lots: kg, or t of carbon. Not thread-safe.
class RatioCheck {
 public:
  struct Sums {
    std::int64_t deals = 0;
    std::int64_t sold = 0;
    std::int64_t credited = 0;
    std::int64_t retired = 0;
    std::int64_t posted = 0;    // to ENV-RETIRED, by the postings
    std::int64_t at_fault = 0;  // deals that are not as the rules say

    void add(const Sums& other);
    [[nodiscard]] bool holds() const {
      return sold == credited + retired && retired == posted && at_fault == 0;
    }
  };
  struct Ratio {
    std::uint8_t n = 1;
    std::uint8_t d = 1;
    friend auto operator<=>(const Ratio&, const Ratio&) = default;
  };
  struct Deal {
    std::uint64_t sequence = 0;
    std::int64_t at_ns = 0;
    bool transfer = false;
    std::uint64_t number = 0;
    std::uint32_t instrument = 0;
    std::uint32_t buyer = 0;
    std::uint32_t seller = 0;
    Ratio ratio;
    Ratio by_rules;
    std::string because;  // what made the ratio: "key zone"
    Sums sums;
    std::int64_t credited_by_rules = 0;
  };
  struct Key {
    std::uint8_t pollutant = 0;
    std::uint8_t province = 0;  // of the buyer
    std::string zone;
    Ratio ratio;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  // `names`: as after the entry. Requires: entries in order.
  void apply(const EntryView& entry, const market::Names& names);

  [[nodiscard]] const std::map<Key, Sums>& rows() const { return rows_; }
  // Those of a ratio that is not 1, and all that are at fault.
  [[nodiscard]] const std::vector<Deal>& deals() const { return deals_; }

 private:
  struct Fraction {
    Ratio ratio;
    std::int64_t f = 0;
  };

  void begin(const EntryView& entry, Deal deal, std::uint64_t buy_order,
             const market::Names& names);
  void finish(const market::Names& names);

  Deal deal_;  // the one at hand
  bool open_ = false;
  std::map<Key, Sums> rows_;
  std::vector<Deal> deals_;
  std::unordered_map<std::uint64_t, Fraction> fractions_;  // by bid
};

}  // namespace emx::audit
