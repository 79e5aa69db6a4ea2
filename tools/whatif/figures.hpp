#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/market/names.hpp"
#include "tools/why/order_history.hpp"

namespace emx::whatif {

// What a course of commands came to, in numbers. Of each section the things it counts, by name;
// of each of these its measures.
enum class Section : std::uint8_t {
  instruments,     // trades, volume, average price, what was not filled
  cross_province,  // from a seller's to a buyer's province
  provinces,       // bought, sold, paid, received
  firms,
  gains,     // by firm, and of all: surplus, money and rights, net
  refusals,  // by code
  skips
};
[[nodiscard]] std::string_view name_of(Section section);

struct Measure {
  Section section;
  std::string of;    // "VOC.AIR.YRD.IND.2630", "VOC SH -> ZJ", "ZJ083", "Q02_NET_OUTFLOW"
  std::string what;  // "volume"
  std::string unit;  // "kg", "t", "fen", or empty: a count
  auto operator<=>(const Measure&) const = default;
};
// What a firm is better off by than at the limits it set itself, and whose sum stands beside it.
inline constexpr std::string_view surplus_measure = "surplus";
inline constexpr std::string_view all_firms = "all firms";

using Figures = std::map<Measure, std::int64_t>;

// Counts one course, entry by entry. Orders are followed from the first entry on; events count
// from start() on. Not thread-safe.
class Counter {
 public:
  void start() { counts_ = true; }
  // One entry, or what would be one. `names` as they stand after it.
  void take(const EntryView& entry, const market::Names& names);

  // With what is open now.
  [[nodiscard]] Figures figures(const market::Names& names) const;

 private:
  void count(const EntryView& entry, std::span<const std::byte> event, const market::Names& names);
  void count(const TradeEvent& trade, const market::Names& names);
  void count(const BillEvent& bill, const market::Names& names);
  void count_gains(const BillEvent& bill, const market::Names& names);
  void add_gain(std::uint32_t facility, std::string_view what, std::string_view unit,
                std::int64_t by, const market::Names& names);
  void count_party(std::uint32_t facility, std::uint32_t instrument, const std::string& what,
                   std::int64_t by, bool money, const market::Names& names);
  void add(Section section, std::string of, std::string what, std::string_view unit,
           std::int64_t by) {
    figures_[{section, std::move(of), std::move(what), std::string{unit}}] += by;
  }

  struct Turnover {
    std::int64_t lots = 0;
    std::int64_t price_fen_by_lots = 0;
  };

  bool counts_ = false;
  TradeEvent trade_{};  // the last
  why::OrderHistory orders_;
  Figures figures_;
  std::map<std::uint32_t, Turnover> turnover_;  // by instrument
};

}  // namespace emx::whatif
