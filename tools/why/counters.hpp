#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/inspection.hpp"
#include "engine/vocabulary/events.hpp"
#include "risk/quotas.hpp"

namespace emx::why {

// The provinces' use of their quotas, and what tickets hold of them, at the moments of one entry:
// before it, and after each of its fills and transfers and each ticket taken or let go. Not
// thread-safe.
class Counters {
 public:
  using Uses = std::array<risk::ProvinceUse, std::size_t{provinces_count} * pollutants_count>;
  using Tickets = std::array<risk::TicketUse, std::size_t{provinces_count} * pollutants_count>;

  // Before the entry is applied.
  void start(const engine::Inspection& before);
  // The entry opens a day, whose trade date `state` has: the day's counters restart, and in a new
  // year the year's.
  void open_day(const engine::Inspection& state);
  // After a fill of the entry, or a transfer that was carried out; `state` knows who is where.
  void take(const TradeEvent& trade, const engine::Inspection& state);
  void take(const BlockEvent& block, const engine::Inspection& state);
  void take(const TransferEvent& transfer, const engine::Inspection& state);

  [[nodiscard]] const risk::ProvinceUse& use(Province province, Pollutant pollutant) const {
    return moments_.back().uses[index(province, pollutant)];
  }

  // Rows 1 to 6 of section 7 between two provinces under the caps of `state`.
  [[nodiscard]] risk::CrossRooms rooms(const engine::Inspection& state, std::size_t moment,
                                       Province buyer, Province seller, Pollutant) const;

  // The latest moment at which the first row at 0 has this code; size(): there was none.
  [[nodiscard]] std::size_t last_with(const engine::Inspection& state, Province buyer,
                                      Province seller, Pollutant, Code code) const;

  [[nodiscard]] std::size_t size() const { return moments_.size(); }
  [[nodiscard]] const risk::ProvinceUse& use(std::size_t moment, Province province,
                                             Pollutant pollutant) const {
    return moments_[moment].uses[index(province, pollutant)];
  }
  [[nodiscard]] const risk::TicketUse& tickets(std::size_t moment, Province province,
                                               Pollutant pollutant) const {
    return moments_[moment].tickets[index(province, pollutant)];
  }
  // The last trade before a moment; 0: there was none in the entry.
  [[nodiscard]] std::uint64_t trade_of(std::size_t moment) const {
    return moments_[moment].trade_no;
  }

 private:
  struct Moment {
    std::uint64_t trade_no = 0;
    Uses uses{};
    Tickets tickets{};
  };
  static constexpr std::size_t index(Province province, Pollutant pollutant) {
    return static_cast<std::size_t>(province) * pollutants_count +
           static_cast<std::size_t>(pollutant);
  }

  struct Move {
    std::uint32_t from;
    std::uint32_t to;
    std::uint32_t instrument;
    std::int64_t lots;
    std::int64_t credited_lots;
    std::uint64_t trade_no;
  };
  void move_rights(const Move& move, const engine::Inspection& state);

  std::vector<Moment> moments_;
  std::int32_t year_ = 0;  // before the entry
};

// The first row at 0, or none.
[[nodiscard]] Code first_used_up(const risk::CrossRooms& rooms);

}  // namespace emx::why
