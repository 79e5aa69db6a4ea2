#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/ids.hpp"
#include "risk/reference_data.hpp"

namespace emx::risk {

// Market-rules 10: who may not have orders, by all, firm, group, instrument, province or basin.
// While nothing is stopped, asking costs one comparison. Not thread-safe; allocates in the
// constructor and nowhere else.
class KillSwitch {
 public:
  // Basins that may be stopped at a time.
  static constexpr std::uint32_t basins_max = 16;

  KillSwitch(std::uint32_t firms_max, std::uint32_t instruments_max);

  // Whether orders of the facility in the instrument are stopped (K01). A basin's switch stops
  // the orders of its facilities and those in its instruments.
  [[nodiscard]] bool stops(const ReferenceData& data, FacilityId facility,
                           InstrumentId instrument) const {
    return first_stop(data, facility, instrument).has_value();
  }
  // The first switch that stops them, in the order above, and what it names: of a firm, or of its
  // group, the firm's number; of an instrument its number; of a province the Province; of a basin
  // 0: the facility's, 1: the instrument's; of all 0.
  struct Stop {
    Scope scope;
    std::int64_t named;
  };
  [[nodiscard]] std::optional<Stop> first_stop(const ReferenceData& data, FacilityId facility,
                                               InstrumentId instrument) const {
    if (stopped_count_ == 0) return std::nullopt;
    return first_of_some(data, facility, instrument);
  }
  [[nodiscard]] bool stops(GroupId group) const {
    return group.value != no_id && groups_[group.value];
  }

  void set_all(bool stop) { set(all_, stop); }
  void set(FirmId firm, bool stop) { set(firms_[firm.value], stop); }
  void set(GroupId group, bool stop) { set(groups_[group.value], stop); }
  void set(InstrumentId instrument, bool stop) { set(instruments_[instrument.value], stop); }
  void set(Province province, bool stop) {
    set(provinces_[static_cast<std::size_t>(province)], stop);
  }
  // False: basins_max are stopped already.
  [[nodiscard]] bool set(const BasinCode& basin, bool stop);

  // A cell of the digest, whole.
  [[nodiscard]] std::uint64_t digest() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive, const RowsUsed& used);

 private:
  [[nodiscard]] std::optional<Stop> first_of_some(const ReferenceData& data, FacilityId facility,
                                                  InstrumentId instrument) const;
  [[nodiscard]] bool stops(const BasinCode& basin) const;
  void set(bool& stopped, bool stop) {
    stopped_count_ += (stop ? 1U : 0U) - (stopped ? 1U : 0U);
    stopped = stop;
  }

  std::uint32_t firms_max_;
  std::uint32_t instruments_max_;
  std::uint32_t stopped_count_ = 0;  // of all switches
  bool all_ = false;
  std::array<bool, provinces_count> provinces_{};
  std::uint32_t basins_count_ = 0;
  std::array<BasinCode, basins_max> basins_{};
  std::unique_ptr<bool[]> firms_;
  std::unique_ptr<bool[]> groups_;
  std::unique_ptr<bool[]> instruments_;
};

}  // namespace emx::risk
