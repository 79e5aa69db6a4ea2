#pragma once

#include <cstdint>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"
#include "risk/parameters.hpp"

namespace emx::risk {

// Market-rules 4: a control unit of a province. Attainment is declared, never computed.
struct Zone {
  ZoneCode code;
  BasinCode basin;
  Province province;
  std::uint8_t attaining_mask;  // bit = Pollutant
  bool key_zone;

  [[nodiscard]] bool attains(Pollutant pollutant) const {
    return is_carbon(pollutant) || (attaining_mask >> static_cast<unsigned>(pollutant) & 1U) != 0;
  }
};

struct Firm {
  FirmCode code;
  GroupId group;  // no_id: none
};

// One account (market-rules 4).
struct Facility {
  AccountCode code;
  BasinCode basin;
  FirmId firm;
  ZoneId zone;
  Date permit_valid_to;  // inclusive
  Province province;
  SourceClass source_class;
  Ets ets;
  Credit credit;
  std::uint8_t pollutants_mask;  // bit = Pollutant
  std::uint8_t reach;            // grows downstream

  [[nodiscard]] bool is_reserve() const { return source_class == SourceClass::reserve; }
  [[nodiscard]] bool covers(Pollutant pollutant) const {
    return (pollutants_mask >> static_cast<unsigned>(pollutant) & 1U) != 0;
  }
};

// Market-rules 3. A lot is 1 kg or 1 t, so an amount is lots x ticks x years x fen_per_tick.
struct Instrument {
  Symbol symbol;
  BasinCode basin;
  Pollutant pollutant;
  Scheme scheme;
  Medium medium;
  BookClass book_class;
  bool reference_only;  // P02
  std::uint16_t first_year;
  std::uint16_t last_year;
  std::uint16_t band_pct;
  std::uint16_t block_band_pct;
  std::uint16_t collar_pct;  // 0: none
  std::int64_t tick_fen;
  std::int64_t fen_per_tick;  // of one lot and one year
  std::uint32_t levels_max;

  // Market-rules 2: years still to run in `trade_year`; below 1 the series is over.
  [[nodiscard]] std::int64_t years_from(std::int32_t trade_year) const {
    return is_carbon(pollutant) ? 1 : std::int64_t{last_year} - trade_year + 1;
  }
};

// Who and what takes part, by dense index. Capacity is fixed at construction. Not thread-safe.
template <class Id, class Row>
class Table {
 public:
  explicit Table(std::uint32_t rows_max) : rows_max_{rows_max} { rows_.reserve(rows_max); }

  [[nodiscard]] bool full() const { return rows_.size() == rows_max_; }
  [[nodiscard]] std::uint32_t rows_max() const { return rows_max_; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  [[nodiscard]] bool has(Id id) const { return id.value < rows_.size(); }
  // Requires: has(id).
  [[nodiscard]] const Row& operator[](Id id) const { return rows_[id.value]; }
  [[nodiscard]] Row& operator[](Id id) { return rows_[id.value]; }
  // Requires: not full().
  Id add(const Row& row) {
    rows_.push_back(row);
    return Id{size() - 1};
  }
  // The first row for which `matches` holds, or no_id. For set-up commands: a linear search.
  template <class Matches>
  [[nodiscard]] Id find(Matches&& matches) const {
    for (std::uint32_t i = 0; i < size(); ++i) {
      if (matches(rows_[i])) return Id{i};
    }
    return Id{no_id};
  }

  // Its part of a snapshot, both ways; each row by `each(row)`.
  template <class Self, class Archive, class Each>
  static void persist(Self& self, Archive& archive, Each&& each) {
    archive.list(self.rows_, self.rows_max_, each);
  }

 private:
  std::uint32_t rows_max_;
  std::vector<Row> rows_;
};

// How many rows of tables that are built for more hold something.
struct RowsUsed {
  std::uint32_t firms;
  std::uint32_t groups;
  std::uint32_t facilities;
  std::uint32_t instruments;
};

// Market-rules 5: E03 holds between facilities of the same control.
struct ReferenceData {
  ReferenceData(std::uint32_t zones_max, std::uint32_t firms_max, std::uint32_t facilities_max,
                std::uint32_t instruments_max)
      : zones{zones_max},
        firms{firms_max},
        groups{firms_max},
        facilities{facilities_max},
        instruments{instruments_max} {}

  Table<ZoneId, Zone> zones;
  Table<FirmId, Firm> firms;
  Table<GroupId, Text<16>> groups;
  Table<FacilityId, Facility> facilities;
  Table<InstrumentId, Instrument> instruments;
  Parameters parameters;

  // Who controls a facility: its firm's group, or the firm where it has none.
  [[nodiscard]] std::uint32_t control_of(FacilityId facility) const {
    const FirmId firm = facilities[facility].firm;
    const GroupId group = firms[firm].group;
    return group.value == no_id ? firm.value : group.value | group_bit;
  }
  [[nodiscard]] bool related(FacilityId a, FacilityId b) const {
    return control_of(a) == control_of(b);
  }

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

  [[nodiscard]] RowsUsed used() const {
    return {firms.size(), groups.size(), facilities.size(), instruments.size()};
  }

 private:
  static constexpr std::uint32_t group_bit = std::uint32_t{1} << 31;  // above all firms
};

}  // namespace emx::risk
