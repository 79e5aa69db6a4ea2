#include "risk/transfers.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

Transfers::Transfers() {
  trusted_.reserve(trusted_max);
  pending_.reserve(pending_max);
}

bool Transfers::trusts(FacilityId from, FacilityId to) const {
  return std::ranges::find(trusted_, Pair{from, to}) != trusted_.end();
}

bool Transfers::set_trust(FacilityId from, FacilityId to, bool trusted) {
  const Pair pair{from, to};
  const auto found = std::ranges::find(trusted_, pair);
  if ((found != trusted_.end()) == trusted) return true;
  if (trusted) {
    if (trusted_.size() == trusted_max) return false;
    trusted_.push_back(pair);
    digest_.add(cell(pair));
  } else {
    trusted_.erase(found);
    digest_.remove(cell(pair));
  }
  return true;
}

const Transfer& Transfers::add(Transfer transfer) {
  check(!full());
  check(pending_.empty() || pending_.back().due <= transfer.due);
  transfer.number = ++given_;
  pending_.push_back(transfer);
  digest_.add(cell(transfer));
  return pending_.back();
}

const Transfer* Transfers::due(Date date) const {
  return pending_.empty() || date < pending_.front().due ? nullptr : &pending_.front();
}

const Transfer* Transfers::of_pair(FacilityId from, FacilityId to) const {
  const auto found = std::ranges::find_if(
      pending_, [&](const Transfer& t) { return t.from == from && t.to == to; });
  return found == pending_.end() ? nullptr : &*found;
}

void Transfers::remove(std::uint64_t number) {
  const auto found = std::ranges::find(pending_, number, &Transfer::number);
  check(found != pending_.end());
  digest_.remove(cell(*found));
  pending_.erase(found);
}

Lots Transfers::pending_of(FacilityId from, InstrumentId instrument) const {
  Lots sum{0};
  for (const Transfer& transfer : pending_) {
    if (transfer.from == from && transfer.instrument == instrument) sum += transfer.lots;
  }
  return sum;
}

std::uint64_t Transfers::cell(const Pair& pair) {
  return cell_hash(Cell::trusted)
      .word(std::uint64_t{pair.first.value} << 32 | pair.second.value)
      .value();
}

std::uint64_t Transfers::cell(const Transfer& transfer) {
  return cell_hash(Cell::transfer)
      .word(transfer.number)
      .word(std::uint64_t{transfer.from.value} << 32 | transfer.to.value)
      .word(std::uint64_t{transfer.instrument.value} << 32 |
            static_cast<std::uint32_t>(transfer.due.value))
      .word(transfer.lots.value)
      .value();
}

std::uint64_t Transfers::counter_cell() const {
  return given_ == 0 ? 0 : cell_hash(Cell::transfer).word(given_).value();
}

std::uint64_t Transfers::digest_from_scratch() const {
  Digest digest;
  for (const Pair& pair : trusted_) digest.add(cell(pair));
  for (const Transfer& transfer : pending_) digest.add(cell(transfer));
  return digest.value() + counter_cell();
}

}  // namespace emx::risk
