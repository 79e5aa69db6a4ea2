#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "risk/ratio.hpp"
#include "tools/why/context.hpp"
#include "tools/why/counters.hpp"

// Market-rules 7 as a table: each cap with what is counted against it, and who set it.

namespace emx::why {

struct ProvincePair {
  Province buyer;
  Province seller;
  Pollutant pollutant;
};

// Rows 1 to 6 at a moment of the entry; `ratio` and the bid's fraction `f` say how many lots may
// be sold for a buyer's room.
[[nodiscard]] std::vector<Cap> caps_of(const Context& context, const Counters& counters,
                                       std::size_t moment, const ProvincePair& pair,
                                       risk::Ratio ratio, std::uint8_t f);

// The rows of an order's own side, as they stand after the entry.
[[nodiscard]] std::vector<Cap> caps_of_side(const Context& context, Province, Pollutant, Side);

// Rows 1, 3, 5 and 6 are the buyer province's.
[[nodiscard]] constexpr bool is_of_buyer(const Cap& cap) { return cap.row != 2 && cap.row != 4; }

// "net outflow of SH: cap 9,000 kg, use 6,257 kg, room 2,743 kg".
[[nodiscard]] std::string words_of(const Cap& cap);

}  // namespace emx::why
