#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// What provinces used of their quotas (market-rules 7), counted anew from trades and postings, and
// with it the proof that no cap was exceeded: each cross-province fill is held against the caps of
// both provinces in force at that fill, whatever the ledger tells of it; and it must tell the
// counters of both, once, as they are counted here. Kg.
class ProvinceCount {
 public:
  // What a cap bounds, in the order of the columns of SetQuota.
  enum Measure : std::uint8_t { inflow, outflow, gross, holding, pace };
  static constexpr std::size_t measures = 5;

  struct Row {
    bool has_caps = false;
    std::array<std::int64_t, measures> caps{};  // last set; 0 where there are none
    std::uint64_t caps_set_at = 0;              // sequence of the entry that set them
    std::array<std::int64_t, measures> use{};   // now, or at the end of the year
    std::array<std::int64_t, measures> peak{};
    std::array<std::int64_t, measures> peak_cap{};  // in force when the peak was reached
    std::array<std::uint64_t, measures> peak_at{};  // first sequence that had it; 0: never above 0

    template <class Self, class Archive>
    static void persist(Self& self, Archive& archive) {
      auto& [has_caps, caps, caps_set_at, use, peak, peak_cap, peak_at] = self;
      archive.plain(has_caps, caps, caps_set_at, use, peak, peak_cap, peak_at);
    }
  };
  using Key = std::tuple<std::int32_t, std::uint8_t, std::uint8_t>;  // year, province, pollutant
  using HeldKg = std::array<std::array<std::int64_t, pollutants_count>, provinces_count>;

  ProvinceCount() = default;
  // Goes on from what another had counted, after an entry.
  ProvinceCount(std::map<Key, Row> rows, std::int32_t year, const HeldKg& held)
      : rows_{std::move(rows)}, year_{year}, held_{held} {}

  // Words that are not empty say what is wrong with the entry. `names`: as after the entry.
  // Requires: records as ledger/records.hpp has them; entries in order.
  [[nodiscard]] std::string apply(const EntryView& entry, const market::Names& names);

  // See EntryChecks. The rows of the present year are looked up anew.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    auto& [rows, year, sides, pollutant, held, present] = self;
    archive.plain(year, held);
    std::uint64_t count = rows.size();
    archive.plain(count);
    if constexpr (Archive::loads) {
      for (std::uint64_t i = 0; i < count && archive.ok(); ++i) {
        Key key;
        archive.plain(std::get<0>(key), std::get<1>(key), std::get<2>(key));
        Row::persist(rows[key], archive);
      }
    } else {
      for (const auto& [key, row] : rows) {
        archive.plain(std::get<0>(key), std::get<1>(key), std::get<2>(key));
        Row::persist(row, archive);
      }
    }
  }

  [[nodiscard]] const std::map<Key, Row>& rows() const { return rows_; }
  // Of the trade date; 0: there is none yet.
  [[nodiscard]] std::int32_t year() const { return year_; }
  // What the provinces hold now, of all years.
  [[nodiscard]] const HeldKg& held() const { return held_; }

 private:
  // A province in the cross-province trade at hand.
  struct Side {
    std::uint8_t province = provinces_count;  // Province; provinces_count: there is no such trade
    bool buys = false;
    bool told = false;  // its counters, by the ledger
  };

  void take_setting(std::span<const std::byte> command, std::uint64_t sequence);
  void start_year(std::uint64_t sequence);
  void take_trade(const TradeEvent& trade, std::uint64_t sequence, const market::Names& names);
  void take_transfer(const TransferEvent& transfer, std::uint64_t sequence,
                     const market::Names& names);
  void take_posting(const PostingEvent& posting, std::uint64_t sequence,
                    const market::Names& names);
  [[nodiscard]] std::string check_used(const QuotaUsedEvent& event);
  [[nodiscard]] std::string finish_trade();
  [[nodiscard]] std::string check_caps(const Side& side);
  // Of the present year.
  [[nodiscard]] Row& row(std::uint8_t province, std::uint8_t pollutant);

  std::map<Key, Row> rows_;
  std::int32_t year_ = 0;  // of the trade date; 0: none yet
  std::array<Side, 2> sides_;
  std::uint8_t pollutant_ = 0;  // of the trade at hand
  HeldKg held_{};
  // Rows of the present year that were looked up already.
  std::array<std::array<Row*, pollutants_count>, provinces_count> present_{};
};

[[nodiscard]] std::string_view name_of(ProvinceCount::Measure measure);

}  // namespace emx::audit
