#pragma once

#include <cstdint>
#include <memory>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "risk/reference_data.hpp"

namespace emx::risk {

// Carbon of a firm or a group, of all schemes, in t (market-rules 10, H01).
struct CarbonExposure {
  std::int64_t held = 0;
  std::int64_t open_bids = 0;
  std::int64_t allocated = 0;
};

// What limits are held against: open orders by facility, firm, group and instrument (once they are
// counted), and carbon by firm and group. Sums of what stands elsewhere in the state, kept while it
// changes; but for the allocations. Not thread-safe; allocates in the constructor and nowhere else.
class Exposure {
 public:
  // Whose an order or a balance is.
  struct Owner {
    FacilityId facility;
    FirmId firm;
    GroupId group;  // no_id: none
  };

  Exposure(std::uint32_t firms_max, std::uint32_t facilities_max, std::uint32_t instruments_max)
      : firm_orders_{std::make_unique<std::uint32_t[]>(firms_max)},
        group_orders_{std::make_unique<std::uint32_t[]>(firms_max)},
        facility_orders_{std::make_unique<std::uint32_t[]>(facilities_max)},
        instrument_orders_{std::make_unique<std::uint32_t[]>(instruments_max)},
        firm_carbon_{std::make_unique<CarbonExposure[]>(firms_max)},
        group_carbon_{std::make_unique<CarbonExposure[]>(firms_max)} {}

  // One open order more, or less (-1).
  void count_order(const Owner& owner, InstrumentId instrument, std::int32_t by) {
    const auto add = static_cast<std::uint32_t>(by);
    facility_orders_[owner.facility.value] += add;
    firm_orders_[owner.firm.value] += add;
    if (owner.group.value != no_id) group_orders_[owner.group.value] += add;
    instrument_orders_[instrument.value] += add;
  }
  [[nodiscard]] std::uint32_t open_orders(Scope scope, std::uint32_t row) const {
    switch (scope) {
      case Scope::firm:
        return firm_orders_[row];
      case Scope::group:
        return group_orders_[row];
      case Scope::facility:
        return facility_orders_[row];
      default:
        check(scope == Scope::instrument);
        return instrument_orders_[row];
    }
  }

  void change_carbon(const Owner& owner, const CarbonExposure& by) {
    change(firm_carbon_[owner.firm.value], by, 1);
    if (owner.group.value != no_id) change(group_carbon_[owner.group.value], by, 1);
  }
  // Of the owner's group, or of the firm where it has none.
  [[nodiscard]] const CarbonExposure& carbon(const Owner& owner) const {
    return owner.group.value != no_id ? group_carbon_[owner.group.value]
                                      : firm_carbon_[owner.firm.value];
  }
  [[nodiscard]] std::int64_t allocated(FirmId firm) const {
    return firm_carbon_[firm.value].allocated;
  }

  // The firm changes its group; no_id: none.
  void regroup(FirmId firm, GroupId from, GroupId to) {
    if (from.value != no_id) {
      group_orders_[from.value] -= firm_orders_[firm.value];
      change(group_carbon_[from.value], firm_carbon_[firm.value], -1);
    }
    if (to.value != no_id) {
      group_orders_[to.value] += firm_orders_[firm.value];
      change(group_carbon_[to.value], firm_carbon_[firm.value], 1);
    }
  }

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive, const RowsUsed& used);

 private:
  static void change(CarbonExposure& exposure, const CarbonExposure& by, std::int64_t times) {
    exposure.held += by.held * times;
    exposure.open_bids += by.open_bids * times;
    exposure.allocated += by.allocated * times;
  }

  std::unique_ptr<std::uint32_t[]> firm_orders_;
  std::unique_ptr<std::uint32_t[]> group_orders_;
  std::unique_ptr<std::uint32_t[]> facility_orders_;
  std::unique_ptr<std::uint32_t[]> instrument_orders_;
  std::unique_ptr<CarbonExposure[]> firm_carbon_;
  std::unique_ptr<CarbonExposure[]> group_carbon_;
};

}  // namespace emx::risk
