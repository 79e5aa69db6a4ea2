#pragma once

#include <cstdint>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/large_pages.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::risk {

// What an authority may hold back of a balance (market-rules 11).
enum class Hold : std::uint8_t { pledged, frozen };

// One balance of one facility (market-rules 11).
struct Balance {
  std::int64_t total = 0;
  std::int64_t reserved = 0;  // by open orders
  std::int64_t pledged = 0;
  std::int64_t frozen = 0;

  [[nodiscard]] std::int64_t available() const { return total - reserved - pledged - frozen; }
  [[nodiscard]] std::int64_t held(Hold hold) const {
    return hold == Hold::pledged ? pledged : frozen;
  }
};

// Cash (fen) and rights (lots of each instrument) of every facility, with what open orders have
// reserved and what authorities hold back. Every change keeps each part and what is available at 0
// or above. Not thread-safe; allocates in the constructor and nowhere else.
class Accounts {
 public:
  Accounts(std::uint32_t facilities_max, std::uint32_t instruments_max);
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  [[nodiscard]] const Balance& cash(FacilityId facility) const { return cash_[facility.value]; }
  [[nodiscard]] const Balance& rights(FacilityId facility, InstrumentId instrument) const {
    return rights_[index(facility, instrument)];
  }

  void change_cash(FacilityId facility, Fen total_by, Fen reserved_by) {
    change(cash_[facility.value], cash_key(facility), total_by.value, reserved_by.value);
  }
  void change_rights(FacilityId facility, InstrumentId instrument, Lots total_by,
                     Lots reserved_by) {
    const std::size_t i = index(facility, instrument);
    change(rights_[i], rights_key(i), total_by.value, reserved_by.value);
  }

  void hold_cash(FacilityId facility, Hold hold, Fen by) {
    change_hold(cash_[facility.value], cash_key(facility), hold, by.value);
  }
  void hold_rights(FacilityId facility, InstrumentId instrument, Hold hold, Lots by) {
    const std::size_t i = index(facility, instrument);
    change_hold(rights_[i], rights_key(i), hold, by.value);
  }

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  [[nodiscard]] std::size_t index(FacilityId facility, InstrumentId instrument) const {
    return std::size_t{facility.value} * instruments_max_ + instrument.value;
  }
  static std::uint64_t cash_key(FacilityId facility) { return facility.value; }
  static std::uint64_t rights_key(std::size_t i) { return std::uint64_t{i} | rights_bit; }
  static constexpr std::uint64_t rights_bit = std::uint64_t{1} << 63;

  static std::uint64_t cell(const Balance& balance, std::uint64_t key) {
    return cell_hash(Cell::cash).word(key).word(balance.total).word(balance.reserved).value();
  }
  // An untouched balance has no cell, so that construction need not hash the whole matrix.
  static bool has_cell(const Balance& balance) {
    return balance.total != 0 || balance.reserved != 0;
  }
  // What is held back has a cell of its own: it changes seldom, and the other with every order.
  static std::uint64_t hold_cell(const Balance& balance, std::uint64_t key) {
    return cell_hash(Cell::held_back).word(key).word(balance.pledged).word(balance.frozen).value();
  }
  static bool has_hold_cell(const Balance& balance) {
    return balance.pledged != 0 || balance.frozen != 0;
  }
  void change(Balance& balance, std::uint64_t key, std::int64_t total_by,
              std::int64_t reserved_by) {
    if (has_cell(balance)) digest_.remove(cell(balance, key));
    balance.total += total_by;
    balance.reserved += reserved_by;
    check(balance.reserved >= 0);
    check(balance.available() >= 0);
    if (has_cell(balance)) digest_.add(cell(balance, key));
  }

  void change_hold(Balance& balance, std::uint64_t key, Hold hold, std::int64_t by);

  std::uint32_t facilities_max_;
  std::uint32_t instruments_max_;
  LargeVector<Balance> cash_;
  LargeVector<Balance> rights_;
  Digest digest_;
};

}  // namespace emx::risk
