#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway::market_data {

// What an instrument is (market-rules 3).
struct Instrument {
  Symbol symbol;
  BasinCode basin;
  Pollutant pollutant = Pollutant::so2;
  Scheme scheme = Scheme::none;
  BookClass book_class = BookClass::any;
  std::uint16_t first_year = 0;
  std::uint16_t last_year = 0;
  std::int64_t tick_fen = 0;
  bool is_reference_only = false;  // never trades here (P02)
};

// Where its book stands (market-rules 9).
struct Book {
  Phase phase = Phase::closed;
  bool has_limits = false;  // has had a reference price
  PriceTicks reference{};
  PriceTicks lower{};
  PriceTicks upper{};
};

// What a province may still trade with others (market-rules 7): the least of what its caps leave.
// Below 0: more than that was taken before a cap was lowered.
struct Headroom {
  std::int64_t buy_kg = 0;
  std::int64_t sell_kg = 0;
};

// The market as its last durable entry left it, which is public but for executable_depth(). The
// gateway knows no book and no rules: who does answers through this. Not thread-safe; what it says
// changes between two turns of the publisher only.
class Market {
 public:
  [[nodiscard]] virtual Stamp last() const = 0;
  [[nodiscard]] virtual Date trade_date() const = 0;  // 0: before the first
  [[nodiscard]] virtual std::uint32_t instruments() const = 0;
  // no_id: there is none of that name.
  [[nodiscard]] virtual InstrumentId find_instrument(std::string_view symbol) const = 0;
  // no_id: the firm has none of that name.
  [[nodiscard]] virtual FacilityId find_facility(std::string_view account,
                                                 std::string_view firm) const = 0;

  // Of those that exist.
  [[nodiscard]] virtual Instrument instrument(InstrumentId id) const = 0;
  [[nodiscard]] virtual Book book(InstrumentId id) const = 0;
  // The best levels of a side, best first; returns how many. Hidden parts of icebergs left out.
  [[nodiscard]] virtual std::size_t depth(InstrumentId id, Side side,
                                          std::span<DepthLevel> levels) const = 0;
  // The same of what the viewer could trade now (market-rules 8.3).
  [[nodiscard]] virtual std::size_t executable_depth(InstrumentId id, Side side,
                                                     const Viewer& viewer,
                                                     std::span<DepthLevel> levels) const = 0;
  // Requires: a pollutant, not carbon.
  [[nodiscard]] virtual Headroom headroom(Province province, Pollutant pollutant) const = 0;

 protected:
  ~Market() = default;
};

}  // namespace emx::gateway::market_data
