#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// Who would have traded and may not: pairs that met on price and were passed over (SKIPs), blocks
// whose acceptance was refused, and orders and blocks that eligibility refused at entry. From the
// ledger's events. Not thread-safe.
class Barriers {
 public:
  enum class Kind : std::uint8_t { passed_over, block_refused, refused };
  static constexpr std::uint8_t any_province = provinces_count;
  struct Key {
    std::uint8_t pollutant = 0;
    Kind kind{};
    Code code{};
    std::uint8_t seller = any_province;  // Province; any_province: not known, or carbon
    std::uint8_t buyer = any_province;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Sums {
    std::int64_t times = 0;
    std::int64_t lots = 0;  // of a pair that is passed over again only what is more than before
    std::set<std::string> firms;  // of the orders that passed over or were refused
    std::uint64_t first = 0;      // entry
    std::uint64_t last = 0;
  };

  // `names`: as after the entry. Requires: entries in order.
  void apply(const EntryView& entry, const market::Names& names);

  [[nodiscard]] const std::map<Key, Sums>& rows() const { return rows_; }

 private:
  struct Order {
    std::uint32_t facility = no_id;
    std::uint32_t instrument = no_id;
    Side side{};
  };
  struct Block {
    std::uint32_t buyer = no_id;
    std::uint32_t seller = no_id;
    std::uint32_t instrument = no_id;
    std::int64_t lots = 0;
  };
  // Taker, and the class and code that it passed over.
  using Passing = std::tuple<std::uint64_t, std::uint8_t, std::uint32_t, std::uint8_t, Code>;

  void take_skip(std::uint64_t sequence, const SkipEvent& skip, const market::Names& names);
  void take_refusal(const EntryView& entry, const RefusedEvent& refused,
                    const market::Names& names);
  void add(const Key& key, std::uint64_t sequence, std::int64_t lots, std::uint32_t facility,
           const market::Names& names);

  std::map<Key, Sums> rows_;
  std::unordered_map<std::uint64_t, Order> orders_;  // open ones
  std::unordered_map<std::uint64_t, Block> blocks_;
  std::map<Passing, std::int64_t> passed_;  // lots, of open takers
};

}  // namespace emx::audit
