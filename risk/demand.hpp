#pragma once

#include <cstdint>
#include <memory>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

// Market-rules 7 row 7: what a facility may be credited of a pollutant under the approval in
// force, over all books; sales do not restore it. Not thread-safe; allocates in the constructor.
class Demand {
 public:
  struct Approval {
    std::int64_t approved_kg = 0;
    std::int64_t credited_kg = 0;

    [[nodiscard]] std::int64_t room() const { return approved_kg - credited_kg; }
  };

  explicit Demand(std::uint32_t facilities_max);

  [[nodiscard]] const Approval& of(FacilityId facility, Pollutant pollutant) const {
    return approvals_[index(facility, pollutant)];
  }
  // A new approval starts at 0 credited.
  void approve(FacilityId facility, Pollutant pollutant, std::int64_t approved_kg);
  void credit(FacilityId facility, Pollutant pollutant, Lots credited);

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  static std::size_t index(FacilityId facility, Pollutant pollutant) {
    return std::size_t{facility.value} * pollutants_count + static_cast<std::size_t>(pollutant);
  }
  // An approval that never was has no cell.
  [[nodiscard]] std::uint64_t cell(std::size_t i) const;
  void replace(std::size_t i, const Approval& approval);

  std::size_t approvals_count_;
  std::unique_ptr<Approval[]> approvals_;
  Digest digest_;
};

}  // namespace emx::risk
