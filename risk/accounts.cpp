#include "risk/accounts.hpp"

namespace emx::risk {

Accounts::Accounts(std::uint32_t facilities_max, std::uint32_t instruments_max)
    : facilities_max_{facilities_max},
      instruments_max_{instruments_max},
      cash_{std::make_unique<Balance[]>(facilities_max)},
      rights_{std::make_unique<Balance[]>(std::size_t{facilities_max} * instruments_max)} {}

std::uint64_t Accounts::digest_from_scratch() const {
  Digest digest;
  for (std::uint32_t i = 0; i < facilities_max_; ++i) {
    if (has_cell(cash_[i])) digest.add(cell(cash_[i], cash_key(FacilityId{i})));
  }
  for (std::size_t i = 0; i < std::size_t{facilities_max_} * instruments_max_; ++i) {
    if (has_cell(rights_[i])) digest.add(cell(rights_[i], rights_key(i)));
  }
  return digest.value();
}

}  // namespace emx::risk
