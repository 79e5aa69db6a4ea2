#pragma once

#include "engine/book/matching.hpp"
#include "engine/market_state.hpp"

namespace emx::engine {

// Fills in a SKIP (market-rules 8.2) of an order on `side` of the book, from what the book found.
void describe_skip(const BookState& book, OrderId order, Side side, const book::PassedOver& row,
                   SkipEvent& event);

// By class, then by code: the order in which one order's SKIPs are written.
void sort_skips(const BookState& book, book::PassedOverList& list);

}  // namespace emx::engine
