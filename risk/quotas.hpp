#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

// Market-rules 7, all in kg. No row: every cap is 0.
struct ProvinceCaps {
  std::int64_t inflow = 0;
  std::int64_t outflow = 0;
  std::int64_t gross = 0;
  std::int64_t holding = 0;
  std::int64_t daily_pace = 0;
};

struct ProvinceUse {
  std::int64_t net = 0;  // this year; bought in less sold out
  std::int64_t net_today = 0;
  std::int64_t gross = 0;  // this year
  std::int64_t held = 0;   // all rights in the province's accounts

  // The two sides of a cross-province fill; `held` moves with every fill, and apart.
  void buy(Lots credited) {
    net += credited.value;
    net_today += credited.value;
    gross += credited.value;
  }
  void sell(Lots sold) {
    net -= sold.value;
    net_today -= sold.value;
    gross += sold.value;
  }
};

// What tickets hold of a province's rooms (market-rules 7): of blocks that both sides have
// accepted, and that wait for their session.
struct TicketUse {
  std::int64_t bought = 0;  // what its buyers would be credited
  std::int64_t sold = 0;

  [[nodiscard]] ProvinceCaps left_of(const ProvinceCaps& caps) const {
    return {.inflow = caps.inflow - bought,
            .outflow = caps.outflow - sold,
            .gross = caps.gross - bought - sold,
            .holding = caps.holding - bought,
            .daily_pace = caps.daily_pace - bought};
  }
  friend bool operator==(const TicketUse&, const TicketUse&) = default;
};

// The rooms a cross-province fill has, in the order of market-rules 7's rows 1 to 6; those of
// rows 1, 3, 5, 6 count what the buyer is credited, 2 and 4 what is sold.
struct CrossRooms {
  static constexpr std::size_t rows = 6;
  struct Row {
    Code code;
    bool of_buyer;
    std::int64_t room;
  };
  std::array<Row, rows> row;

  CrossRooms(const ProvinceUse& buyer, const ProvinceCaps& buyer_caps, const ProvinceUse& seller,
             const ProvinceCaps& seller_caps)
      : row{{
            {Code::q01_net_inflow, true, buyer_caps.inflow - buyer.net},
            {Code::q02_net_outflow, false, seller_caps.outflow + seller.net},
            {Code::q03_gross, true, buyer_caps.gross - buyer.gross},
            {Code::q03_gross, false, seller_caps.gross - seller.gross},
            {Code::q04_holding, true, buyer_caps.holding - buyer.held},
            {Code::q05_pace, true, buyer_caps.daily_pace - buyer.net_today},
        }} {}

  [[nodiscard]] bool any_used_up() const {
    return std::ranges::any_of(row, [](const Row& r) { return r.room <= 0; });
  }
};

// Province quotas of one trade year, taken at match. Not thread-safe; allocates in the constructor.
class ProvinceQuotas {
 public:
  ProvinceQuotas();

  [[nodiscard]] bool has_row(std::int32_t year, Province province, Pollutant pollutant) const;
  [[nodiscard]] std::size_t rows_free() const { return rows_max - rows_.size(); }
  // False when no more rows fit.
  [[nodiscard]] bool set_caps(std::int32_t year, Province province, Pollutant pollutant,
                              const ProvinceCaps& caps);
  // Starts a trade date: the day's counters at 0, in a new year the year's too.
  void open_day(std::int32_t year);

  [[nodiscard]] const ProvinceUse& use(Province province, Pollutant pollutant) const {
    return use_[index(province, pollutant)];
  }
  [[nodiscard]] const ProvinceCaps& caps(Province province, Pollutant pollutant) const {
    return caps_[index(province, pollutant)];
  }
  // The caps less what tickets hold: what the rooms of all others are.
  [[nodiscard]] const ProvinceCaps& open_caps(Province province, Pollutant pollutant) const {
    return open_caps_[index(province, pollutant)];
  }
  [[nodiscard]] const TicketUse& tickets(Province province, Pollutant pollutant) const {
    return tickets_[index(province, pollutant)];
  }
  [[nodiscard]] std::int32_t year() const { return year_; }

  [[nodiscard]] CrossRooms rooms(Province buyer, Province seller, Pollutant pollutant) const;
  // First of rows 1 to 6 at 0 between the two, or none.
  [[nodiscard]] Code blocked(Province buyer, Province seller, Pollutant pollutant) const;
  // First of a side's own rows at 0 (market-rules 7, "when quota is taken"), or none.
  [[nodiscard]] Code own_side_blocked(Province province, Pollutant pollutant, Side side) const;

  // What a new ticket finds: the first row of which all tickets together would hold more than
  // `share_pct` of the room, what of that is left, and what the ticket wants of it; in kg.
  struct TicketShare {
    Code code = Code::none;
    std::int64_t left = 0;
    std::int64_t wanted = 0;
  };
  [[nodiscard]] TicketShare ticket_share(Province buyer, Province seller, Pollutant pollutant,
                                         Lots sold, Lots credited, std::int64_t share_pct) const;
  // A ticket that is taken; given back: the same below 0.
  void hold(Province buyer, Province seller, Pollutant pollutant, Lots sold, Lots credited);

  void take(Province buyer, Province seller, Pollutant pollutant, Lots sold, Lots credited);
  void change_held(Province province, Pollutant pollutant, std::int64_t by_kg);

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct YearRow {
    std::int32_t year;
    Province province;
    Pollutant pollutant;
    ProvinceCaps caps;

    [[nodiscard]] bool is_of(std::int32_t y, Province p, Pollutant k) const {
      return year == y && province == p && pollutant == k;
    }
  };

  static constexpr std::size_t rows_max = std::size_t{provinces_count} * pollutants_count * 64;
  static constexpr std::size_t index(Province province, Pollutant pollutant) {
    return static_cast<std::size_t>(province) * pollutants_count +
           static_cast<std::size_t>(pollutant);
  }
  [[nodiscard]] std::uint64_t use_cell(std::size_t i) const;
  [[nodiscard]] static std::uint64_t caps_cell(const YearRow& row);
  void load_caps(const YearRow& row);
  void change_tickets(Province province, Pollutant pollutant, const TicketUse& by);
  template <class Change>
  void change_use(Province province, Pollutant pollutant, Change&& change);

  std::int32_t year_ = 0;
  std::array<ProvinceUse, std::size_t{provinces_count} * pollutants_count> use_{};
  std::array<ProvinceCaps, std::size_t{provinces_count} * pollutants_count> open_caps_{};
  std::array<ProvinceCaps, std::size_t{provinces_count} * pollutants_count> caps_{};
  std::array<TicketUse, std::size_t{provinces_count} * pollutants_count> tickets_{};
  std::vector<YearRow> rows_;
  Digest digest_;
};

}  // namespace emx::risk
