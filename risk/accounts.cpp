#include "risk/accounts.hpp"

namespace emx::risk {

Accounts::Accounts(std::uint32_t facilities_max, std::uint32_t instruments_max)
    : facilities_max_{facilities_max},
      instruments_max_{instruments_max},
      cash_(facilities_max),
      rights_(std::size_t{facilities_max} * instruments_max) {}

void Accounts::change_hold(Balance& balance, std::uint64_t key, Hold hold, std::int64_t by) {
  if (has_hold_cell(balance)) digest_.remove(hold_cell(balance, key));
  (hold == Hold::pledged ? balance.pledged : balance.frozen) += by;
  check(balance.held(hold) >= 0);
  check(balance.available() >= 0);
  if (has_hold_cell(balance)) digest_.add(hold_cell(balance, key));
}

std::uint64_t Accounts::digest_from_scratch() const {
  Digest digest;
  const auto add = [&digest](const Balance& balance, std::uint64_t key) {
    if (has_cell(balance)) digest.add(cell(balance, key));
    if (has_hold_cell(balance)) digest.add(hold_cell(balance, key));
  };
  for (std::uint32_t i = 0; i < facilities_max_; ++i) add(cash_[i], cash_key(FacilityId{i}));
  for (std::size_t i = 0; i < std::size_t{facilities_max_} * instruments_max_; ++i) {
    add(rights_[i], rights_key(i));
  }
  return digest.value();
}

}  // namespace emx::risk
