#pragma once

#include <cstdint>

#include "tools/index/source_id.hpp"

namespace emx::index {

// What the links and values of DATA_DIR/index mean (ledger/index_file.hpp) follows from the sources
// that make them, so any change of these is another format, and the index is made anew.
[[nodiscard]] inline std::uint32_t index_format() {
  return static_cast<std::uint32_t>(source_id());
}

// Links: which entries something of this kind and number is in.
enum Kind : std::uint8_t {
  order = 1,       // id of an order: the entries that are about it
  trade = 2,       // number of a trade: its entry
  account = 3,     // id of an account: the entries that post to it, name it or change its orders
  trade_date = 4,  // days since 1970-01-01: the entry that opened the day
  definition = 5,  // 0: entries from which names come, and rules that came into force
};

// Values.
enum ValueKind : std::uint8_t {
  position = 1,  // trade date * 256 + province: position.hpp
  resume = 2,    // 0: from where the writer goes on, resume.hpp
};

}  // namespace emx::index
