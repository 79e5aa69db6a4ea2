#include "risk/demand.hpp"

namespace emx::risk {

Demand::Demand(std::uint32_t facilities_max)
    : approvals_count_{std::size_t{facilities_max} * pollutants_count},
      approvals_{std::make_unique<Approval[]>(approvals_count_)} {}

void Demand::approve(FacilityId facility, Pollutant pollutant, std::int64_t approved_kg) {
  replace(index(facility, pollutant), {approved_kg, 0});
}

void Demand::credit(FacilityId facility, Pollutant pollutant, Lots credited) {
  const std::size_t i = index(facility, pollutant);
  replace(i, {approvals_[i].approved_kg, approvals_[i].credited_kg + credited.value});
}

void Demand::replace(std::size_t i, const Approval& approval) {
  digest_.remove(cell(i));
  approvals_[i] = approval;
  digest_.add(cell(i));
}

std::uint64_t Demand::cell(std::size_t i) const {
  const Approval& approval = approvals_[i];
  if (approval.approved_kg == 0 && approval.credited_kg == 0) return 0;
  return cell_hash(Cell::demand)
      .word(std::uint64_t{i})
      .word(approval.approved_kg)
      .word(approval.credited_kg)
      .value();
}

std::uint64_t Demand::digest_from_scratch() const {
  Digest digest;
  for (std::size_t i = 0; i < approvals_count_; ++i) digest.add(cell(i));
  return digest.value();
}

}  // namespace emx::risk
