#pragma once

#include <cstdint>
#include <string_view>

#include "tools/why/context.hpp"
#include "tools/why/counters.hpp"

namespace emx::why {

// What goes outside the book, whole or not at all: a transfer, or a block.
struct Deal {
  std::uint32_t from;  // facilities
  std::uint32_t to;
  std::uint32_t instrument;
  std::int64_t lots;
  std::string_view giver;  // what the sides are called
  std::string_view receiver;
  bool bars_related;  // E03
};

// The first of sections 5 and 7 that bars it, against the finding's code, with every test up to it;
// false: nothing does. `counters` stand there; `credited_later_kg` is what the receiver was
// credited with after it in the entry, of its pollutant.
[[nodiscard]] bool explain_barred_deal(const Context& context, const Deal& deal,
                                       const Counters& counters, std::int64_t credited_later_kg,
                                       Finding& finding);

}  // namespace emx::why
