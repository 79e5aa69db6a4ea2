#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace emx::gateway::market_data {

// FIX 269 MDEntryType, as far as it is spoken here. The last two are the venue's own: FIX has no
// type for the phase of a book, nor for what a province's quotas leave.
enum class EntryType : char {
  bid = '0',
  offer = '1',
  trade = '2',
  high = '7',
  low = '8',
  average = '9',           // of the book's trades today, by volume
  imbalance = 'A',         // in a call: bids at the indicative price or better, less such asks
  volume = 'B',            // today
  reference = 'M',         // the price that the day's limits are around
  indicative_price = 'Q',  // in a call: what it would give, as last asked
  phase = 'x',
  headroom = 'y',
};

inline constexpr std::array entry_types = {EntryType::bid,       EntryType::offer,
                                           EntryType::trade,     EntryType::high,
                                           EntryType::low,       EntryType::average,
                                           EntryType::imbalance, EntryType::volume,
                                           EntryType::reference, EntryType::indicative_price,
                                           EntryType::phase,     EntryType::headroom};

// A set of them.
class EntryTypes {
 public:
  constexpr void add(EntryType type) { bits_ |= bit_of(type); }
  [[nodiscard]] constexpr bool has(EntryType type) const { return (bits_ & bit_of(type)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  // Whether there are none but levels of the book.
  [[nodiscard]] constexpr bool only_levels() const {
    return (bits_ & ~(bit_of(EntryType::bid) | bit_of(EntryType::offer))) == 0;
  }

  friend constexpr auto operator<=>(EntryTypes, EntryTypes) = default;

 private:
  static constexpr std::uint32_t bit_of(EntryType type) {
    std::uint32_t bit = 1;
    for (const EntryType each : entry_types) {
      if (each == type) return bit;
      bit <<= 1U;
    }
    return 0;
  }

  std::uint32_t bits_ = 0;
};

// nullopt: it is not spoken here.
[[nodiscard]] constexpr std::optional<EntryType> entry_type_of(char text) {
  for (const EntryType type : entry_types) {
    if (static_cast<char>(type) == text) return type;
  }
  return std::nullopt;
}

}  // namespace emx::gateway::market_data
