#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "tests/model/market_commands.hpp"

namespace emx::model {

// What a book shows at one price, best first.
struct ListedLevel {
  std::int64_t price;  // ticks
  std::int64_t quantity;
  friend bool operator==(const ListedLevel&, const ListedLevel&) = default;
};
using ListedLevels = std::vector<ListedLevel>;

inline std::ostream& operator<<(std::ostream& out, const ListedLevel& level) {
  return out << level.quantity << " at " << level.price;
}

// An executable view (8.3): what `facility` could buy or sell of the symbol with an order of these
// terms. `side` is that of the orders listed.
struct ViewOf {
  std::string facility;
  std::string symbol;
  Side side = Side::sell;
  bool local_only = false;
  MaxRatio max_ratio;
};

}  // namespace emx::model
