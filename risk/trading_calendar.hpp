#pragma once

#include <array>
#include <cstdint>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/trading_days.hpp"

namespace emx::risk {

// Market-rules 9: the trading days of the years that the joint office has set. Of a year that it
// has not, nothing is known: each of its days may be one. Not thread-safe; never allocates.
class TradingCalendar {
 public:
  static constexpr std::uint32_t years_max = 8;

  [[nodiscard]] bool knows(std::int32_t year) const { return find(year) != years_; }
  [[nodiscard]] std::uint32_t years_free() const { return years_max - years_; }

  // Takes the place of what was said of the year. Requires: it is known, or a year is free; it has
  // a trading day.
  void set(std::int32_t year, const TradingDays& days);
  // Years that are over.
  void forget_before(std::int32_t year);

  // Whether the calendar says that it is no trading day.
  [[nodiscard]] bool is_closed(Date date) const;
  // The first day after the date that may be a trading day.
  [[nodiscard]] Date next(Date date) const;

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct Year {
    std::int32_t year = 0;
    TradingDays days{};
  };

  [[nodiscard]] std::uint32_t find(std::int32_t year) const;  // years_: not known
  [[nodiscard]] static std::uint64_t cell(const Year& row);

  std::array<Year, years_max> rows_{};
  std::uint32_t years_ = 0;
  Digest digest_;
};

}  // namespace emx::risk
