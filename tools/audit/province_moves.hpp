#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// What moved the position of one province: trades and transfers, issues, and each new year, which
// starts the counters at 0 (market-rules 7). With what it came to after each. Kg.
class ProvinceMoves {
 public:
  enum class Cause : std::uint8_t { issue, trade, transfer, new_year };
  struct Sums {
    std::int64_t net = 0;
    std::int64_t gross = 0;
    std::int64_t held = 0;
  };
  struct Move {
    std::uint64_t sequence = 0;
    std::int64_t at_ns = 0;
    std::int32_t year = 0;  // of the trade date; 0: before the first
    std::uint8_t pollutant = 0;
    Cause cause{};
    std::uint64_t number = 0;  // of the trade or transfer
    std::uint32_t from = no_id;
    std::uint32_t to = no_id;
    std::int64_t sold = 0;
    std::int64_t credited = 0;
    Sums by;
    Sums after;
  };

  explicit ProvinceMoves(std::uint8_t province) : province_{province} {}

  // `names`: as after the entry. Requires: entries in order.
  void apply(const EntryView& entry, const market::Names& names);

  [[nodiscard]] const std::vector<Move>& moves() const { return moves_; }
  [[nodiscard]] std::int32_t year() const { return year_; }

 private:
  void open_day(const EntryView& entry);
  void begin(const EntryView& entry, Cause cause, std::uint64_t number, std::uint32_t from,
             std::uint32_t to, std::uint32_t instrument, std::int64_t sold, std::int64_t credited,
             const market::Names& names);
  void take_posting(const PostingEvent& posting, const market::Names& names);
  void finish();
  [[nodiscard]] bool is_here(std::uint32_t account, const market::Names& names) const;

  std::uint8_t province_;
  std::int32_t year_ = 0;
  std::array<Sums, pollutants_count> sums_{};
  Move move_;  // the one at hand
  bool open_ = false;
  std::vector<Move> moves_;
};

}  // namespace emx::audit
