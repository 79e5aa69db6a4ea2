#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "engine/book/contenders.hpp"
#include "engine/book/matching.hpp"

namespace emx::engine {

// What bids were found to pass over, by what they are: bids of one class, filter and group pass
// over the same orders, as far as they cross them. So the asks need not be walked for each bid
// again. Holds while nothing changes; a kind that does not fit is found anew. Not thread-safe;
// allocates in the constructor and nowhere else.
class SkipMemory {
 public:
  struct Kind {
    std::uint32_t class_slot;
    book::Filter filter;
    std::uint32_t group;

    friend constexpr bool operator==(const Kind&, const Kind&) = default;
  };

  SkipMemory() : entries_{std::make_unique<Entry[]>(entries_max)} {}

  void forget() {
    for (std::uint32_t i = 0; i < entries_max; ++i) entries_[i].known = false;
  }

  // Requires: the rows are those of the best-priced bid of its kind.
  void keep(const Kind& kind, book::PassedOverList& rows) {
    if (rows.size() > rows_max) return;
    Entry& entry = entry_of(kind);
    entry.known = true;
    entry.kind = kind;
    entry.count = rows.size();
    std::copy(rows.begin(), rows.end(), entry.rows.begin());
  }

  // Appends the rows that a bid of the kind at `key` crosses; false: not known.
  [[nodiscard]] bool recall(const Kind& kind, const book::OrderBook& book, std::uint32_t key,
                            book::PassedOverList& rows) {
    const Entry& entry = entry_of(kind);
    if (!entry.known || !(entry.kind == kind)) return false;
    for (std::uint32_t i = 0; i < entry.count; ++i) {
      if (book.crosses(entry.rows[i].key, key)) rows.add(entry.rows[i]);
    }
    return true;
  }

 private:
  static constexpr std::uint32_t entries_max = 256;
  static constexpr std::uint32_t rows_max = 32;

  struct Entry {
    bool known = false;
    Kind kind{};
    std::uint32_t count = 0;
    std::array<book::PassedOver, rows_max> rows{};
  };

  [[nodiscard]] Entry& entry_of(const Kind& kind) {
    const std::uint32_t mixed =
        kind.group * 0x9E37'79B1U ^ (kind.class_slot << 16 | kind.filter) * 0x85EB'CA6BU;
    return entries_[mixed >> 24];
  }

  std::unique_ptr<Entry[]> entries_;
};

}  // namespace emx::engine
