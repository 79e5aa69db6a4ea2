#pragma once

#include <cstddef>
#include <span>

#include "engine/market_state.hpp"
#include "engine/vocabulary/depth.hpp"

// What a book shows (market-rules 8.3). Nothing is kept for it but each level's displayed lots,
// which matching needs as well: so a view that nobody asks for costs nothing.

namespace emx::engine {

// The best levels of a side, best first, as many as `levels` holds; returns how many there are.
// Costs by levels and classes.
[[nodiscard]] std::size_t depth(const BookState& book, Side side, std::span<DepthLevel> levels);

// The same of what the viewer could trade now, by the rules and caps, funds left aside. `side` is
// that of the orders listed. Empty outside continuous trading, and for a viewer whose order would
// be refused by the entry rules or D01. Costs, besides, by the orders of eligible classes at the
// prices it looks at: E03 and X02 are decided order by order.
[[nodiscard]] std::size_t executable_depth(const MarketState& state, const BookState& book,
                                           Side side, const Viewer& viewer,
                                           std::span<DepthLevel> levels);

}  // namespace emx::engine
